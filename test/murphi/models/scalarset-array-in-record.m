-- 6 states, 18 rules fired; without symmetry 19 states, 57 rules fired; no error
type Proc: scalarset(3);
var dir: record owner: Proc; count: 0 .. 3; sharer: array [Proc] of boolean; end;
startstate begin dir.count := 0; for p: Proc do dir.sharer[p] := false; end; end;
ruleset p: Proc do
  rule "share" !dir.sharer[p] ==> begin dir.sharer[p] := true; dir.count := dir.count + 1; dir.owner := p; end;
  rule "leave" dir.sharer[p] ==> begin dir.sharer[p] := false; dir.count := dir.count - 1; if !isundefined(dir.owner) & dir.owner = p then undefine dir.owner; end; end;
end;
