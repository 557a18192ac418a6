-- 4 states, 10 rules fired; without symmetry 4 states, 10 rules fired; no error
var s: 0 .. 30;
startstate begin s := 0; end;
rule "by two" begin s := 0; for i := 0 to 8 by 2 do s := s + i; end; end;
rule "down" begin s := 0; for i := 4 to 1 by -1 do s := s * 2 % 20 + i; end; end;
rule "to variable" s > 3 ==> var n: 0 .. 30; begin n := 0; for i := 1 to s % 4 do n := n + i; end; s := n; end;
