-- the twin of rule-priority-choose.m with the number of messages of each kind
var net: array [0 .. 2] of 0 .. 2; sent: 0 .. 3;
function sends(): boolean; begin return sent < 3 & net[0] + net[1] + net[2] < 2; end;
startstate begin for i: 0 .. 2 do net[i] := 0; end; sent := 0; end;
rule "send" net[1] = 0 & sends() ==> begin net[sent] := net[sent] + 1; sent := sent + 1; end;
rule "drop the middle" net[1] > 0 ==> begin net[1] := net[1] - 1; end;
ruleset i: 0 .. 2 do rule "drop" net[1] = 0 & net[i] > 0 ==> begin net[i] := net[i] - 1; end; end;
rule "again" net[0] + net[1] + net[2] = 0 & !sends() & sent = 3 ==> begin sent := 0; end;
