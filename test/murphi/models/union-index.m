-- 45 states, 105 rules fired; without symmetry 81 states, 189 rules fired; no error
type Node: scalarset(2); Home: enum { H }; Any: union { Node, Home };
var a: array [Any] of 0 .. 2; owner: Any;
startstate begin for i: Any do a[i] := 0; end; owner := H; end;
ruleset i: Any do
  rule "take" owner != i ==> begin owner := i; a[i] := (a[i] + 1) % 3; end;
end;
rule "home" a[H] = 2 ==> begin a[owner] := 0; end;
