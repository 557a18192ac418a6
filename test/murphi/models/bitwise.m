-- 16 states, 96 rules fired; without symmetry 16 states, 96 rules fired; no error
var x: 0 .. 15;
startstate begin x := 5; end;
rule "and" begin x := x & 12; end;
rule "or" begin x := x | 3; end;
rule "xor" begin x := x ^ 9; end;
rule "left" begin x := (x << 1) & 15; end;
rule "right" begin x := x >> 1; end;
rule "not" begin x := ~x & 15; end;
