-- 37 states, 110 rules fired; without symmetry 65 states, 194 rules fired; no error
type P: scalarset(2);
var x: array [P] of array [0 .. 2] of boolean; ready: boolean;
startstate begin for p: P; i := 0 to 2 do x[p][i] := false; end; ready := false; end;
ruleset p: P; i: 0 .. 2 do
  rule "set" !x[p][i] & exists q: P; j: 0 .. 2 do !x[q][j] endexists ==> begin x[p][i] := true; end;
end;
rule "ready" ready = false & forall p: P; i := 0 to 2 do x[p][i] endforall ==> begin ready := true; end;
rule "clear" ready & forall p: P; q: P do p != q -> x[p][0] = x[q][0] end ==>
begin for p: P; i: 0 .. 2 do if i < 2 then x[p][i] := false; end; endfor; ready := false; end;
