-- 12 states, 32 rules fired; without symmetry 12 states, 32 rules fired; no error
type Pair: record first: 0 .. 2; second: 0 .. 2; end;
var a, b: Pair; same: boolean;
startstate begin a.first := 0; b.first := 0; same := false; end;
rule "same" begin same := a = b; end;
rule "count" begin a.first := (a.first + 1) % 3; end;
rule "other" a != b ==> begin b.second := 1; a.second := 1; end;
