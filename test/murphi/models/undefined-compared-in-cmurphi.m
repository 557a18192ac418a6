-- 90 states, 347 rules fired; without symmetry 150 states, 581 rules fired; no error
type P: scalarset(2); H: enum { Home }; Node: union { P, H }; Kind: enum { Ask, Give };
var owner, other: Node; kind: Kind; flag: boolean; member: P; count: 0 .. 2; none: Node;
startstate begin undefine owner; undefine other; undefine kind; undefine flag; undefine member; undefine none; count := 0; end;
ruleset p: P do
  rule "own" owner != p & count < 2 ==> begin owner := p; member := p; other := none; count := count + 1; end;
  rule "only member" member = p & !(kind = Give) ==> begin kind := Give; end;
end;
rule "home" owner != Home ==> begin other := owner; owner := Home; undefine member; end;
rule "kind" !ismember(owner, H) | other = none ==>
begin
  switch kind case Ask: count := 0; case Give: kind := Ask; else kind := Give; flag := true; end;
end;
rule "again" count = 2 ==> begin count := 0; end;
rule "nothing" flag != true & kind != Ask ==> begin undefine owner; end;
rule "number" !isundefined(owner) & flag = true ==> begin undefine flag; undefine kind; end;
