-- refused
var x: 0 .. 3;
startstate begin x := 0;
