-- error: a value is out of range
type Node: scalarset(2); Any: union { Node, enum { H } };
var who: Any; node: Node;
startstate begin who := H; end;
ruleset i: Node do rule "set" begin who := i; end; end;
rule "copy" begin node := who; end;
