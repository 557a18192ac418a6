-- refused
var x: real;
startstate begin x := 0; end;
