-- the twin of union-ismember.m without the union
type Node: scalarset(3);
var home: boolean; who: Node; n: 0 .. 2; last: Node;
startstate begin home := true; n := 0; end;
ruleset i: Node do rule "set" home ==> begin home := false; who := i; last := i; end; end;
rule "home" !home ==> begin home := true; undefine who; n := (n + 1) % 3; end;
