-- 10 states, 18 rules fired; without symmetry 10 states, 18 rules fired; no error
const A: 2; B: A * 3 + 1; C: -A; D: B % 4; E: B / 2;
var x: C .. B;
startstate begin x := C; end;
rule "up" x < B ==> begin x := x + 1; end;
rule "down" x > C ==> begin x := x - D + E - E + 2; end;
