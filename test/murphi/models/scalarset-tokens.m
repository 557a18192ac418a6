-- 3 states, 8 rules fired; without symmetry 7 states, 18 rules fired; no error
const N: 3;
type Proc: scalarset(N);
var has: array [Proc] of boolean; t: 0 .. 2;
startstate begin for p: Proc do has[p] := false; end; t := 0; end;
ruleset p: Proc do
  rule "take" !has[p] & t < 2 ==> begin has[p] := true; t := t + 1; end;
  rule "drop" has[p] ==> begin has[p] := false; t := t - 1; end;
end;
