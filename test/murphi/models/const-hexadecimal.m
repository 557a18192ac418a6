-- 16 states, 16 rules fired; without symmetry 16 states, 16 rules fired; no error
const TOP: 0x0F;
var x: 0 .. TOP;
startstate x := 0; end;
rule x < 0xF ==> x := x + 1; end;
rule x = TOP ==> x := 0; end;
