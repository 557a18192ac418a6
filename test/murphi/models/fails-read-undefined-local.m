-- error: an undefined value is read
var x: 0 .. 3;
startstate begin x := 0; end;
rule var y: 0 .. 3; begin if x = 2 then x := y; else x := x + 1; end; end;
