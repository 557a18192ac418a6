-- the twin of rule-priority.m, whose guards say that no rule with a lower number is enabled
type P: scalarset(2);
var x: 0 .. 5; busy: array [P] of boolean;
function counts(): boolean; begin return x < 5 & x != 2; end;
function moves(): boolean; begin return x = 2 & exists p: P do busy[p] end; end;
function begins(): boolean; begin return exists p: P do !busy[p] end; end;
startstate begin x := 0; for p: P do busy[p] := false; end; end;
rule "count" counts() ==> begin x := x + 1; end;
ruleset p: P do
  rule "begin" !counts() & !moves() & !busy[p] ==> begin busy[p] := true; end;
  rule "end" !counts() & !moves() & !begins() & busy[p] ==> begin busy[p] := false; x := 0; end;
end;
rule !counts() & moves() ==> begin x := 3; end;
rule "stay" !counts() & !moves() & !begins() ==> begin x := x; end;
