-- refused
type A: enum { P, Q };
var a: A; x: 0 .. 1;
startstate begin a := P; x := 0; end;
rule a = x ==> begin x := 1; end;
