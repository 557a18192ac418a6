-- refused
var a: array [0 .. 1] of 0 .. 1;
startstate begin a[true] := 0; end;
