-- invariant "one at most" is false
type P: scalarset(3);
var a: array [P] of boolean;
startstate begin for p: P do a[p] := false; end; end;
ruleset p: P do rule "set" begin a[p] := !a[p]; end; end;
ruleset p: P; q: P do invariant "one at most" p != q -> !(a[p] & a[q]); end;
