-- 4 states, 20 rules fired; without symmetry 4 states, 20 rules fired; no error
var a: array [0 .. 1] of array [0 .. 1] of boolean;
startstate begin for i: 0 .. 1 do for j: 0 .. 1 do a[i][j] := i = j; end; end; end;
ruleset i: 0 .. 1; j: 0 .. 1 do rule "swap" begin a[i][j] := a[j][i]; end;
rule "flip" i < j ==> begin a[i][j] := !a[i][j]; end; end;
