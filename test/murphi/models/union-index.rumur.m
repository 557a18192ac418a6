-- the twin of union-index.m without the union: the array by Node and the element of H apart
type Node: scalarset(2);
var a: array [Node] of 0 .. 2; h: 0 .. 2; atHome: boolean; owner: Node;
startstate begin for i: Node do a[i] := 0; end; h := 0; atHome := true; end;
ruleset i: Node do
  rule "take" atHome | owner != i ==> begin atHome := false; owner := i; a[i] := (a[i] + 1) % 3; end;
end;
rule "take home" !atHome ==> begin atHome := true; undefine owner; h := (h + 1) % 3; end;
rule "home" h = 2 ==> begin if atHome then h := 0; else a[owner] := 0; end; end;
