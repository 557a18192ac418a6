-- refused
type A: enum { P, Q };
var a: A;
startstate begin a := P; end;
rule a < Q ==> begin a := Q; end;
