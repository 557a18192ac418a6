-- the twin of multiset-of-numbers.m with the number of zeros and of ones
var n: array [0 .. 1] of 0 .. 2;
startstate begin n[0] := 0; n[1] := 0; end;
ruleset v: 0 .. 1 do rule "put" n[0] + n[1] < 2 ==> begin n[v] := n[v] + 1; end; end;
rule "take" n[0] > 0 ==> begin n[0] := n[0] - 1; end;
rule "empty" n[1] = 2 ==> begin n[0] := 0; n[1] := 0; end;
