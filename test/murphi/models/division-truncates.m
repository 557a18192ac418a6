-- 225 states, 450 rules fired; without symmetry 225 states, 450 rules fired; no error
var x: -7 .. 7; q: -7 .. 7; r: -7 .. 7;
startstate begin x := -7; q := 0; r := 0; end;
rule "divide" begin q := x / 2; r := x % 3; end;
rule "up" x < 7 ==> begin x := x + 1; end;
rule "wrap" x = 7 ==> begin x := -7; end;
