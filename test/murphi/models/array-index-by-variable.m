-- 27 states, 54 rules fired; without symmetry 27 states, 54 rules fired; no error
var a: array [0 .. 2] of 0 .. 2; p: 0 .. 2;
startstate begin for i: 0 .. 2 do a[i] := (i + 1) % 3; end; p := 0; end;
rule "follow" begin p := a[p]; end;
rule "redirect" begin a[p] := (a[p] + 1) % 3; end;
