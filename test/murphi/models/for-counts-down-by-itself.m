-- 16 states, 32 rules fired; without symmetry 16 states, 32 rules fired; no error
var s: 0 .. 9; n: 0 .. 3;
startstate begin s := 0; n := 0; end;
rule "from 2" begin s := 0; for i := 2 to n do s := s + 1; end; end;
rule "n" begin n := (n + 1) % 4; end;
