-- 4 states, 13 rules fired; without symmetry 4 states, 13 rules fired; no error
var x: 0 .. 9;
startstate begin x := 0; end;
ruleset i := 1 to 9 by 4 do rule "set" begin x := i; end; end;
rule "zero" x = 9 ==> begin x := 0; end;
