-- the twin of undefined-argument.m, with 2 for the undefined value
type P: scalarset(2);
var here: array [P] of boolean; val: array [P] of 0 .. 2; full: boolean; last: 0 .. 2;
startstate begin for p: P do here[p] := false; val[p] := 2; end; full := false; last := 2; end;
ruleset p: P do
  rule "send nothing" !full & !here[p] ==> begin here[p] := true; full := true; end;
  rule "send" !full & !here[p] ==> begin here[p] := true; val[p] := 1; full := true; end;
  rule "receive" here[p] ==> begin last := val[p]; full := false; here[p] := false; val[p] := 2; end;
end;
invariant "no value without a receiver" forall p: P do !here[p] -> val[p] = 2 end;
cover "nothing came" last = 2 & !full;
cover "something came" last = 1;
