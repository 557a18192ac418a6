-- 2 states, 8 rules fired; without symmetry 9 states, 36 rules fired; no error
type Val: scalarset(3);
var x, y: Val;
ruleset v: Val do startstate begin x := v; y := v; end; end;
ruleset v: Val do rule "set" begin x := v; end; end;
rule "copy" begin y := x; end;
