-- 108 states, 609 rules fired; without symmetry 256 states, 1440 rules fired; no error
type C: scalarset(2); D: scalarset(2); H: enum { Home }; Node: union { C, D, H };
var owner: Node; asked: array [Node] of boolean; rounds: 0 .. 2;
startstate begin owner := Home; for n: Node do asked[n] := false; end; rounds := 0; end;
ruleset n: Node do
  rule "ask" !asked[n] & owner != n ==> begin asked[n] := true; end;
  rule "take" asked[n] & (!ismember(n, C) | owner = Home) ==> begin owner := n; asked[n] := false; end;
end;
ruleset n: Node; m: Node do
  rule "exchange" n != m & owner = n & asked[m] & rounds < 2 ==> begin owner := m; asked[m] := false; asked[n] := true; rounds := rounds + 1; end;
  invariant "two owners" n != m -> !(owner = n & owner = m);
  cover "both ask" n != m & asked[n] & asked[m];
end;
rule "home" owner != Home ==> begin owner := Home; rounds := 0; end;
