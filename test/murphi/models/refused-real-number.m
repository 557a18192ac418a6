-- refused
var x: 0 .. 3;
startstate begin x := 1.5; end;
