-- 3 states, 6 rules fired; without symmetry 12 states, 24 rules fired; no error
type Proc: scalarset(3);
var leader: Proc; voted: array [Proc] of boolean;
ruleset p: Proc do startstate "one leads" begin leader := p; for q: Proc do voted[q] := q = p; end; end; end;
ruleset p: Proc do
  rule "vote" !voted[p] ==> begin voted[p] := true; end;
  rule "elect" voted[p] & leader != p ==> begin leader := p; end;
end;
