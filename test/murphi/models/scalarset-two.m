-- 4 states, 16 rules fired; without symmetry 9 states, 36 rules fired; no error
type Proc: scalarset(2); Val: scalarset(2);
var held: array [Proc] of Val;
startstate begin for p: Proc do undefine held[p]; end; end;
ruleset p: Proc; v: Val do
  rule "hold" isundefined(held[p]) ==> begin held[p] := v; end;
  rule "drop" !isundefined(held[p]) ==> begin undefine held[p]; end;
end;
