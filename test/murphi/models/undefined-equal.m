-- 6 states, 12 rules fired; without symmetry 6 states, 12 rules fired; no error
type R: record a: 0 .. 1; b: 0 .. 1; end;
var r, s: R; n: 0 .. 1;
startstate begin n := 0; end;
rule "same" r = s ==> begin n := 1 - n; end;
rule "differ" begin r.a := 1; end;
rule "again" r != s ==> begin s.a := 1; n := 0; end;
