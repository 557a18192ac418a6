-- 7 states, 63 rules fired; without symmetry 27 states, 243 rules fired; no error
type Proc: scalarset(3);
var next: array [Proc] of Proc;
startstate begin for p: Proc do next[p] := p; end; end;
ruleset p: Proc; q: Proc do
  rule "point" next[p] != q ==> begin next[p] := q; end;
  rule "skip" next[p] = q ==> begin next[p] := next[q]; end;
end;
