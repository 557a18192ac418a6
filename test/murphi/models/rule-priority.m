-- 10 states, 13 rules fired; without symmetry 16 states, 19 rules fired; no error
type P: scalarset(2);
var x: 0 .. 5; busy: array [P] of boolean;
startstate begin x := 0; for p: P do busy[p] := false; end; end;
rule "count" x < 5 & x != 2 ==> begin x := x + 1; end;
ruleset p: P do
  rule 20 "begin" !busy[p] ==> begin busy[p] := true; end;
  rule 30 "end" busy[p] ==> begin busy[p] := false; x := 0; end;
end;
rule 10 x = 2 & exists p: P do busy[p] end ==> begin x := 3; end;
rule 30 "stay" begin x := x; end;
