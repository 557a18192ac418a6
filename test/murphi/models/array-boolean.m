-- 8 states, 24 rules fired; without symmetry 8 states, 24 rules fired; no error
var a: array [boolean] of 0 .. 2;
startstate begin a[false] := 0; a[true] := 1; end;
ruleset b: boolean do rule "add" begin a[b] := (a[b] + a[!b]) % 3; end; end;
rule "reset" begin a[true] := 1; end;
