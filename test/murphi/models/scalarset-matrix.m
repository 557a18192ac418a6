-- 16 states, 144 rules fired; without symmetry 64 states, 576 rules fired; no error
type Proc: scalarset(3);
var knows: array [Proc] of array [Proc] of boolean;
startstate begin for p: Proc do for q: Proc do knows[p][q] := p = q; end; end; end;
ruleset p: Proc; q: Proc do
  rule "tell" p != q ==> begin for r: Proc do if knows[p][r] then knows[q][r] := true; end; end; end;
  rule "forget" p != q & knows[p][q] ==> begin knows[p][q] := false; end;
end;
