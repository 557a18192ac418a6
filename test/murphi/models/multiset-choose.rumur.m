-- the twin of multiset-choose.m with the number of messages of each hop, whose kind follows from it
var net: array [0 .. 2] of 0 .. 3; sent: 0 .. 3;
startstate begin for i: 0 .. 2 do net[i] := 0; end; sent := 0; end;
rule "send" sent < 3 & net[0] + net[1] + net[2] < 3 ==> begin net[0] := net[0] + 1; sent := sent + 1; end;
ruleset i: 0 .. 1 do
  rule "hop" net[i] > 0 ==> begin net[i] := net[i] - 1; net[i + 1] := net[i + 1] + 1; end;
end;
rule "drop" net[2] > 0 ==> begin net[2] := net[2] - 1; end;
rule "again" sent = 3 & net[0] + net[1] = 0 & net[0] + net[2] = 0 ==> begin sent := 0; end;
