-- 4 states, 4 rules fired; without symmetry 4 states, 4 rules fired; no error
const FAST: true;
var x: 0 .. 6;
startstate begin x := 0; end;
rule "step" x < 6 ==> begin if FAST then x := x + 2; else x := x + 1; end; end;
rule "back" x = 6 ==> begin x := 0; end;
