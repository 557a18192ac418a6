-- 7 states, 9 rules fired; without symmetry 7 states, 9 rules fired; no error
var x: 0 .. 9;
startstate begin x := 0; end;
rule "up" begin assume x < 6; x := x + 1; end;
rule "zero" x > 3 ==> begin x := 0; assume "never" x = 0; end;
