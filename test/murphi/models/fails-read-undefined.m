-- error: an undefined value is read
var x, y: 0 .. 3;
startstate begin x := 0; end;
rule begin x := y; end;
