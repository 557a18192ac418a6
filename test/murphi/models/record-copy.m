-- 81 states, 243 rules fired; without symmetry 81 states, 243 rules fired; no error
type Pair: record first: 0 .. 2; second: 0 .. 2; end;
var a, b: Pair;
startstate begin a.first := 0; a.second := 2; b := a; end;
rule "count" begin a.first := (a.first + 1) % 3; end;
rule "copy" begin b := a; end;
rule "swap" begin a.second := b.first; b.first := a.first; end;
