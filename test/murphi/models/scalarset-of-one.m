-- 3 states, 3 rules fired; without symmetry 3 states, 3 rules fired; no error
type Proc: scalarset(1);
var a: array [Proc] of 0 .. 2;
startstate begin for p: Proc do a[p] := 0; end; end;
ruleset p: Proc do rule "add" begin a[p] := (a[p] + 1) % 3; end; end;
