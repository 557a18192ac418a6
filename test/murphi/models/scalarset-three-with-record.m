-- 21 states, 63 rules fired; without symmetry 36 states, 108 rules fired; no error
type Proc: scalarset(2);
var a: array [Proc] of array [Proc] of array [Proc] of record x: boolean; y: 0 .. 1; end;
startstate begin for p: Proc do for q: Proc do for r: Proc do a[p][q][r].x := false; a[p][q][r].y := 0; end; end; end; end;
ruleset p: Proc; q: Proc; r: Proc do
  rule "set" p = q & !a[p][q][r].x ==> begin a[p][q][r].x := true; end;
  rule "y" a[p][q][r].x & r != q ==> begin a[p][q][r].y := 1 - a[p][q][r].y; end;
end;
