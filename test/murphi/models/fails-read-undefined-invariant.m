-- error: an undefined value is read
var x, y: 0 .. 3;
startstate begin x := 0; y := 0; end;
rule begin if x = 2 then undefine y; end; x := (x + 1) % 4; end;
invariant "y" y = 0;
