-- 5 states, 6 rules fired; without symmetry 5 states, 6 rules fired; no error
var x, n: 0 .. 3;
function next(): 0 .. 3; begin n := (n + 1) % 4; return n; end;
startstate begin x := 0; n := 0; end;
rule "next" begin x := next(); end;
rule "zero" x = 3 ==> begin x := 0; end;
