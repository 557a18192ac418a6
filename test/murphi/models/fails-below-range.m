-- error: a value is out of range
var x: 2 .. 5;
startstate begin x := 5; end;
rule begin x := x - 1; end;
