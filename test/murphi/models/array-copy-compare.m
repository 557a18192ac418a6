-- 192 states, 768 rules fired; without symmetry 192 states, 768 rules fired; no error
var a, b: array [0 .. 2] of 0 .. 1; n: 0 .. 2;
startstate begin for i: 0 .. 2 do a[i] := 0; end; b := a; n := 0; end;
ruleset i: 0 .. 2 do rule "set" begin a[i] := 1; end; end;
rule "copy" a != b ==> begin b := a; n := (n + 1) % 3; end;
rule "zero" a = b ==> begin for i: 0 .. 2 do a[i] := 0; end; end;
