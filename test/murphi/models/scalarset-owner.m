-- 10 states, 27 rules fired; without symmetry 32 states, 84 rules fired; no error
type Proc: scalarset(3);
var owner: Proc; waits: array [Proc] of boolean;
startstate begin undefine owner; for p: Proc do waits[p] := false; end; end;
ruleset p: Proc do
  rule "ask" !waits[p] ==> begin waits[p] := true; end;
  rule "grant" waits[p] & isundefined(owner) ==> begin owner := p; waits[p] := false; end;
  rule "release" !isundefined(owner) & owner = p ==> begin undefine owner; end;
end;
