-- 2 states, 3 rules fired; without symmetry 3 states, 4 rules fired; no error
type P: scalarset(2);
var x: P; n: 0 .. 1;
startstate begin n := 0; end;
ruleset p: P do rule "set" isundefined(x) | x != p ==> begin x := p; end; end;
