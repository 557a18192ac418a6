-- refused
var x: 0 .. 1; x: boolean;
startstate begin end;
