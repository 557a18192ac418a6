-- 4 states, 8 rules fired; without symmetry 4 states, 8 rules fired; no error
var x: 0 .. 5;
startstate begin x := 0; end;
rule "up" x < 5 ==> begin x := x + 1; end;
rule "zero" begin x := 0; end;
assume x < 4;
invariant "small" x < 4;
