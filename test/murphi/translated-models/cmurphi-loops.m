-- In CMurphi's language loops and rulesets count upwards, and there may be nothing to count.
type
  P: scalarset(1); H: enum { Home }; N: union { P, H };
var s: 0 .. 9; n: 0 .. 3; who: N;
startstate begin s := 0; n := 0; who := Home; end;
rule "by 2" begin s := 0; for i := 2 to n by 2 do s := s + 1; end; end;
rule "down by 2" begin s := 0; for i := n to 2 by -2 do s := s + 2; end; end;
rule "downwards" begin s := 0; for i := n to 0 do s := s + 3; end; end;
rule "n" begin n := (n + 1) % 4; end;
ruleset k := 3 to 1 do rule "never either" true ==> begin s := 9; end; end;
