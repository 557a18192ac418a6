type P: scalarset(2); H: enum {Home}; N: union {H, P};
var o: N; p: array [P] of 0..2; n: 0..3; q: multiset [1] of 0..2;
startstate begin o := Home; for i: P do p[i] := 0; end; n := 0; undefine q; end;
ruleset i: N do rule "set" begin o := i; end; end;
rule "add" n < 3 ==> begin n := n + 1; end;
rule "boom" n = 3 & o = Home ==> begin p[o] := 1; end;
