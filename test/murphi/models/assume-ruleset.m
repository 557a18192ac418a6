-- 13 states, 39 rules fired; without symmetry 13 states, 39 rules fired; no error
var a: array [0 .. 2] of 0 .. 2;
startstate begin for i: 0 .. 2 do a[i] := 0; end; end;
ruleset i: 0 .. 2 do rule "add" begin a[i] := (a[i] + 1) % 3; end; end;
ruleset i: 0 .. 2 do assume a[i] < 2 | a[0] = 0; end;
