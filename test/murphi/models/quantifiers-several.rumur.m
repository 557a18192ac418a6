-- the twin of quantifiers-several.m with one quantifier each
type P: scalarset(2);
var x: array [P] of array [0 .. 2] of boolean; ready: boolean;
startstate begin for p: P do for i := 0 to 2 do x[p][i] := false; end; end; ready := false; end;
ruleset p: P; i: 0 .. 2 do
  rule "set" !x[p][i] & exists q: P do exists j: 0 .. 2 do !x[q][j] end end ==> begin x[p][i] := true; end;
end;
rule "ready" ready = false & forall p: P do forall i := 0 to 2 do x[p][i] end end ==> begin ready := true; end;
rule "clear" ready & forall p: P do forall q: P do p != q -> x[p][0] = x[q][0] end end ==>
begin for p: P do for i: 0 .. 2 do if i < 2 then x[p][i] := false; end; end; end; ready := false; end;
