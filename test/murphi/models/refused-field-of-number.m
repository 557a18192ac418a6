-- refused
var x: 0 .. 1;
startstate begin x.a := 0; end;
