-- 16 states, 96 rules fired; without symmetry 16 states, 96 rules fired; no error
type Line: record valid: boolean; tag: 0 .. 1; end;
var c: array [0 .. 1] of Line;
startstate begin for i: 0 .. 1 do c[i].valid := false; c[i].tag := 0; end; end;
ruleset i: 0 .. 1; t: 0 .. 1 do rule "fill" begin c[i].valid := true; c[i].tag := t; end;
rule "drop" c[i].tag = t ==> begin c[i].valid := false; end; end;
