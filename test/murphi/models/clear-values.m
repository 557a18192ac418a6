-- 12 states, 30 rules fired; without symmetry 12 states, 30 rules fired; no error
type T: enum { A, B }; R: record t: T; n: 2 .. 4; b: boolean; end;
var r: R; a: array [0 .. 1] of -1 .. 1;
startstate begin clear r; clear a; end;
rule "t" begin r.t := B; end;
rule "n" r.n < 4 ==> begin r.n := r.n + 1; end;
rule "clear" r.n = 4 ==> begin clear r; a[0] := 1; end;
rule "all" a[0] = 1 ==> begin clear a; end;
