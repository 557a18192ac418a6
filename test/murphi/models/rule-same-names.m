-- 4 states, 5 rules fired; without symmetry 4 states, 5 rules fired; no error
var x: 0 .. 3;
startstate begin x := 0; end;
rule "step" x < 2 ==> begin x := x + 1; end;
rule "step" x >= 2 ==> begin x := 0; end;
rule x = 1 ==> begin x := 3; end;
