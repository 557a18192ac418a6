-- error: an undefined value is read
type P: scalarset(2); H: enum { Home }; Node: union { P, H };
var at: Node; x: array [Node] of 0 .. 3; y: 0 .. 3;
startstate begin at := Home; for n: Node do x[n] := 0; end; y := 0; end;
ruleset n: Node do
  rule "move" y < 3 ==> begin at := n; undefine x[n]; y := y + 1; end;
  rule "copy" y = 3 & at = n ==> begin y := x[n]; end;
end;
