-- 7 states, 10 rules fired; without symmetry 20 states, 25 rules fired; no error
type Proc: scalarset(3); Msg: record busy: boolean; src: Proc; end;
var chan: Msg; got: array [Proc] of boolean;
startstate begin chan.busy := false; for p: Proc do got[p] := false; end; end;
ruleset p: Proc do
  rule "send" !chan.busy & !got[p] ==> begin chan.busy := true; chan.src := p; end;
  rule "receive" chan.busy & chan.src = p ==> begin chan.busy := false; undefine chan.src; got[p] := true; end;
end;
rule "again" forall p: Proc do got[p] end ==> begin for p: Proc do got[p] := false; end; end;
