-- 6 states, 6 rules fired; without symmetry 6 states, 6 rules fired; no error
var x, y: 0 .. 2;
function defined(v: 0 .. 2): boolean; begin return !isundefined(v); end;
startstate begin y := 0; end;
rule "define" !defined(x) ==> begin x := y; end;
rule "undefine" defined(x) ==> begin undefine x; y := (y + 1) % 3; end;
