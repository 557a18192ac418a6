-- refused
type P: record a: 0 .. 3; b: 0 .. 3; end;
var p: P; x: 0 .. 3;
function make(n: 0 .. 3): P; var r: P; begin r.a := n; r.b := 3 - n; return r; end;
startstate begin p := make(0); x := 0; end;
rule "take" begin x := make(p.a).b; end;
rule "turn" begin p := make(x); end;
rule "step" p.a < 3 ==> begin p.a := p.a + 1; end;
