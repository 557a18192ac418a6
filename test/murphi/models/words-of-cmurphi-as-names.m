-- 6 states, 8 rules fired; without symmetry 6 states, 8 rules fired; no error
type multiset: 0 .. 2;
var choose: multiset; log: boolean; in: 0 .. 1;
startstate begin choose := 0; log := false; in := 0; end;
rule "one" begin choose := (choose + 1) % 3; end;
rule "two" choose = 2 ==> begin log := !log; in := 1 - in; end;
