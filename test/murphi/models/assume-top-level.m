-- 6 states, 12 rules fired; without symmetry 6 states, 12 rules fired; no error
var x: 0 .. 9;
startstate begin x := 0; end;
rule "up" x < 9 ==> begin x := x + 1; end;
rule "zero" begin x := 0; end;
assume "small" x < 6;
