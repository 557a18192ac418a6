-- Stations in a ring, numbered by a range: each has a wire that its neighbour puts a token on. The second round is
-- what the invariant denies.
const N: 3;
type
  Station: 0 .. N - 1;
  Wire: record Cmd: enum { None, Token }; Round: 0 .. 3; end;
var
  Wires: array [Station] of Wire;
  Seen: array [Station] of record State: enum { Fresh, Passed }; Round: 0 .. 3; end;

startstate
  for s: Station do
    Wires[s].Cmd := None; Wires[s].Round := 0; Seen[s].State := Fresh; Seen[s].Round := 0;
  end;
  Wires[0].Cmd := Token;
end;

ruleset s: Station do
  rule "pass" Wires[s].Cmd = Token & Seen[s].Round < 3 ==> begin
    Wires[s].Cmd := None;
    Seen[s].State := Passed;
    Seen[s].Round := Seen[s].Round + 1;
    Wires[(s + 1) % N].Cmd := Token;
    Wires[(s + 1) % N].Round := Wires[s].Round;
  end;
end;

invariant "one round" forall s: Station do Seen[s].Round < 2 end;
