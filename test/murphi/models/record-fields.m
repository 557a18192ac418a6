-- 6 states, 8 rules fired; without symmetry 6 states, 8 rules fired; no error
type Pair: record first: 0 .. 2; second: boolean; end;
var p: Pair;
startstate begin p.first := 0; p.second := false; end;
rule "count" begin p.first := (p.first + 1) % 3; end;
rule "flip" p.first = 2 ==> begin p.second := !p.second; end;
