-- refused
var x: 0 .. 3;
startstate begin x := 0; liveness "l" x = 0; end;
