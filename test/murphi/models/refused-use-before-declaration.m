-- refused
startstate begin x := 0; end;
var x: 0 .. 3;
