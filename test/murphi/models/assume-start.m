-- 3 states, 3 rules fired; without symmetry 3 states, 3 rules fired; no error
var x: 0 .. 3;
startstate begin x := 0; end;
startstate begin x := 3; end;
rule x < 2 ==> begin x := x + 1; end;
rule x = 2 ==> begin x := 0; end;
assume x < 3;
