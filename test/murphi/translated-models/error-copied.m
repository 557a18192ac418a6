type P: scalarset(2); H: enum {Home}; N: union {H, P}; T: array [0 .. 1] of 0 .. 2;
var e, f: enum {A, B}; o: N; n: 0 .. 3; t, u: T; v: 0 .. 2;
function get(k: 0 .. 2): 0 .. 2; begin return k; end;
function first(a: T): 0 .. 2; begin return a[1]; end;
startstate begin f := A; o := Home; n := 0; u[0] := 0; u[1] := 0; t[0] := 1; v := 0; end;
rule "next" n < 3 ==> begin n := n + 1; end;
rule "copy" n = 3 ==> begin f := e; u := t; n := 0; end;
rule "read" n = 2 & u[0] = 1 ==> begin v := first(u); end;
rule "ask" n = 1 & u[0] = 1 ==> begin if f = A then n := 0; end; end;
