-- 12 states, 36 rules fired; without symmetry 12 states, 36 rules fired; no error
-- The twin of for-empty-in-cmurphi.m: rumur counts down, or finds an error, where CMurphi has no round.
type
  P: scalarset(1);
var s: 0 .. 9; n: 0 .. 3; who: P;
startstate begin s := 0; n := 0; undefine who; end;
rule "from 2" begin s := 0; if 2 <= n then for i := 2 to n do s := s + 1; end; end; end;
rule "by 1" begin s := 0; if 2 <= n then for i := 2 to n by 1 do s := s + 1; end; end; end;
rule "n" begin n := (n + 1) % 4; end;
