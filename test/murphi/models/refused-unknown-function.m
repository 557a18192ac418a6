-- refused
var x: 0 .. 3;
startstate begin x := f(1); end;
