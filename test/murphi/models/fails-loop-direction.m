-- error: a loop has no end
var x: 0 .. 3; s: 0 .. 9;
startstate begin x := 3; s := 0; end;
rule begin for i := 2 to x by 1 do s := (s + 1) % 10; end; x := x - 1; end;
