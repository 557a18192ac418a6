-- 20 states, 40 rules fired; without symmetry 20 states, 40 rules fired; no error
var a: array [0 .. 3] of 0 .. 6; s: 0 .. 6;
startstate begin for i: 0 .. 3 do a[i] := i; end; s := 0; end;
rule "sum" begin s := 0; for i: 0 .. 3 do s := s + a[i]; end; end;
rule "less" a[3] > 0 ==> begin a[3] := a[3] - 1; end;
rule "more" a[3] = 0 ==> begin a[3] := 3; end;
