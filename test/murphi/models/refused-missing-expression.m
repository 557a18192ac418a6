-- refused
var x: 0 .. 3;
startstate begin x := ; end;
