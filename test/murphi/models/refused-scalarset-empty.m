-- refused
type S: scalarset(0);
var x: S;
startstate begin end;
