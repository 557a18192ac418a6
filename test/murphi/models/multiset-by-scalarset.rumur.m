-- the twin of multiset-by-scalarset.m with counts: every message of a node comes from the other one
type Node: scalarset(2);
var inbox: array [Node] of 0 .. 2;
startstate begin for n: Node do inbox[n] := 0; end; end;
ruleset from: Node; to: Node do
  rule "send" from != to & inbox[to] < 2 ==> begin inbox[to] := inbox[to] + 1; end;
end;
ruleset at: Node do
  rule "receive" inbox[at] > 0 ==> begin inbox[at] := inbox[at] - 1; end;
  rule "flush" inbox[at] = 2 ==> begin inbox[at] := 0; end;
end;
