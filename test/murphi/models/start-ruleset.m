-- 7 states, 8 rules fired; without symmetry 7 states, 8 rules fired; no error
var x, y: 0 .. 2;
ruleset i: 0 .. 2 do startstate begin x := i; y := 0; end; end;
rule "turn" begin y := (y + x) % 3; end;
rule "raise" x = 0 ==> begin x := 1; end;
