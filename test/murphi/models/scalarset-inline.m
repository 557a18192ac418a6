-- 2 states, 2 rules fired; without symmetry 2 states, 2 rules fired; no error
var a: array [0 .. 1] of boolean; x: scalarset(2);
startstate begin a[0] := false; a[1] := true; end;
rule "flip" begin a[0] := !a[0]; end;
