-- 9 states, 9 rules fired; without symmetry 9 states, 9 rules fired; no error
type R: record a: 0 .. 1; b: 0 .. 1; end;
var r: R; n: 0 .. 2;
startstate begin undefine r; n := 0; end;
rule "a" isundefined(r.a) ==> begin r.a := 0; end;
rule "b" isundefined(r.b) & !isundefined(r.a) ==> begin r.b := r.a; n := (n + 1) % 3; end;
rule "undefine" !isundefined(r.b) ==> begin undefine r; end;
