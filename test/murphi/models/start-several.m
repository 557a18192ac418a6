-- 6 states, 6 rules fired; without symmetry 6 states, 6 rules fired; no error
var x: 0 .. 5;
startstate "low" begin x := 0; end;
startstate "high" begin x := 3; end;
rule "add" x < 5 ==> begin x := x + 2 > 5 ? 5 : x + 2; end;
rule "wrap" x = 5 ==> begin x := 1; end;
