-- 2 states, 4 rules fired; without symmetry 2 states, 4 rules fired; no error
var s: 0 .. 9;
startstate begin s := 0; end;
rule "changes" begin s := 0; for i: 0 .. 2 do s := s + i; i := 0; s := s + i; end; end;
rule "zero" begin s := 0; end;
