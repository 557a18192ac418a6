-- 136 states, 816 rules fired; without symmetry 256 states, 1536 rules fired; no error
type Proc: scalarset(2);
var a: array [Proc] of array [Proc] of array [Proc] of boolean;
startstate begin for p: Proc do for q: Proc do for r: Proc do a[p][q][r] := false; end; end; end; end;
ruleset p: Proc; q: Proc; r: Proc do
  rule "set" !a[p][q][r] ==> begin a[p][q][r] := true; end;
  rule "unset" a[p][q][r] & p = q ==> begin a[p][q][r] := false; end;
end;
