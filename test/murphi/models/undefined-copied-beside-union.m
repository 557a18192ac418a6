-- 12 states, 21 rules fired; without symmetry 16 states, 25 rules fired; no error
type P: scalarset(2); H: enum { Home }; Node: union { P, H };
var owner, before: Node; count: 0 .. 3;
startstate begin undefine owner; undefine before; count := 0; end;
ruleset n: Node do
  rule "take" isundefined(owner) ==> begin owner := n; before := owner; end;
end;
rule "give" !isundefined(owner) & count < 3 ==> begin undefine owner; before := owner; count := count + 1; end;
rule "again" count = 3 ==> begin count := 0; end;
invariant "together" isundefined(owner) = isundefined(before);
