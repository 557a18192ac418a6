-- refused
type E: enum { A, A };
var e: E;
startstate begin end;
