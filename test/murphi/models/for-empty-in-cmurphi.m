-- 12 states, 36 rules fired; without symmetry 12 states, 36 rules fired; no error
-- In CMurphi a loop whose end lies below its beginning has no round, as one that shifts a queue of one message.
type
  P: scalarset(1); H: enum { Home }; N: union { P, H };
var s: 0 .. 9; n: 0 .. 3; who: N;
startstate begin s := 0; n := 0; who := Home; end;
rule "from 2" begin s := 0; for i := 2 to n do s := s + 1; end; end;
rule "by 1" begin s := 0; for i := 2 to n by 1 do s := s + 1; end; end;
rule "n" begin n := (n + 1) % 4; end;
