-- error: a value is out of range
var x: 0 .. 3;
startstate begin x := 0; end;
rule begin x := x + 1; end;
