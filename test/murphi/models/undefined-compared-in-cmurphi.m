-- 20 states, 58 rules fired; without symmetry 32 states, 95 rules fired; no error
type P: scalarset(2); H: enum { Home }; Node: union { P, H };
var owner, other, none: Node; member: P; count: 0 .. 2;
startstate begin undefine owner; undefine other; undefine none; undefine member; count := 0; end;
ruleset p: P do
  rule "own" owner != p & count < 2 ==> begin owner := p; member := p; other := none; count := count + 1; end;
  rule "only member" member = p & other != Home ==> begin other := Home; end;
end;
rule "home" owner != Home ==> begin other := owner; owner := Home; undefine member; end;
rule "nothing" !ismember(owner, H) | other = none ==>
begin switch other case Home: undefine owner; else other := Home; end; end;
rule "again" count = 2 ==> begin count := 0; end;
