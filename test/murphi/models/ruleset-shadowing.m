-- 3 states, 15 rules fired; without symmetry 3 states, 15 rules fired; no error
var x: 0 .. 3;
startstate begin x := 0; end;
ruleset i: 0 .. 1 do ruleset i: 2 .. 3 do rule "set" begin x := i; end; end; end;
rule "zero" begin x := 0; end;
