-- 12 states, 24 rules fired; without symmetry 12 states, 24 rules fired; no error
var x: 0 .. 2; y: 0 .. 2;
startstate begin x := 0; end;
rule "define" isundefined(y) ==> begin y := x; end;
rule "turn" begin x := (x + 1) % 3; end;
rule "forget" !isundefined(y) ==> begin undefine y; end;
