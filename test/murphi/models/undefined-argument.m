-- 6 states, 12 rules fired; without symmetry 10 states, 16 rules fired; no error
type P: scalarset(2); Val: enum { Zero, One }; Msg: record dst: P; val: Val; end;
var box: array [P] of Msg; full: boolean; last: Val;
procedure send(dst: P; val: Val); begin box[dst].dst := dst; box[dst].val := val; end;
procedure put_(var m: Msg; n: Msg); begin m := n; end;
startstate begin for p: P do put_(box[p], UNDEFINED); end; full := false; last := Undefined; end;
ruleset p: P do
  rule "send nothing" !full & isundefined(box[p].dst) ==> begin send(p, UNDEFINED); full := true; end;
  rule "send" !full & isundefined(box[p].dst) ==> begin send(p, One); full := true; end;
  rule "receive" !isundefined(box[p].dst) ==> begin last := box[p].val; full := false; put_(box[p], UNDEFINED); end;
end;
invariant "no value without a receiver" forall p: P do isundefined(box[p].dst) -> isundefined(box[p].val) end;
cover "nothing came" isundefined(last) & !full;
cover "something came" !isundefined(last) & last = One;
