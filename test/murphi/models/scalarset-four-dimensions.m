-- 36 states, 288 rules fired; without symmetry 64 states, 512 rules fired; no error
type P: scalarset(2);
var a: array [P] of array [P] of array [P] of array [P] of boolean;
startstate begin for p: P do for q: P do for r: P do for s: P do a[p][q][r][s] := false; end; end; end; end; end;
ruleset p: P; q: P do
  rule "set" begin a[p][p][q][q] := true; end;
  rule "turn" begin a[p][q][p][q] := !a[p][q][p][q]; end;
end;
