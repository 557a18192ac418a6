-- 7 states, 15 rules fired; without symmetry 19 states, 39 rules fired; no error
type Node: scalarset(3); Home: enum { H }; Any: union { Node, Home };
var who: Any; n: 0 .. 2; last: Node;
startstate begin who := H; n := 0; end;
ruleset i: Node do rule "set" ismember(who, Home) ==> begin who := i; last := who; end; end;
rule "home" ismember(who, Node) ==> begin who := H; n := (n + 1) % 3; end;
