-- error: a division by zero
var x, y: 0 .. 3;
startstate begin x := 3; y := 2; end;
rule begin y := y - 1; x := x / y; end;
