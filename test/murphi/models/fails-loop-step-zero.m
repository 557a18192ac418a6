-- error: a loop has no end
var x: 0 .. 3; s: 0 .. 9;
startstate begin x := 2; s := 0; end;
rule begin for i := 0 to 4 by x do s := (s + 1) % 10; end; x := x - 1; end;
