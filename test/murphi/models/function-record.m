-- 16 states, 32 rules fired; without symmetry 16 states, 32 rules fired; no error
type P: record a: 0 .. 3; b: 0 .. 3; end;
var p: P;
function swapped(q: P): P; var r: P; begin r.a := q.b; r.b := q.a; return r; end;
startstate begin p.a := 0; p.b := 1; end;
rule "swap" begin p := swapped(p); end;
rule "add" begin p.a := (p.a + 1) % 4; end;
