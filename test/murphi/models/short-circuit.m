-- 5 states, 11 rules fired; without symmetry 5 states, 11 rules fired; no error
var x, y: 0 .. 3;
startstate begin x := 0; end;
rule "and" x = 1 & y = 0 ==> begin x := 0; end;
rule "or" x = 0 | y = 0 ==> begin y := 0; x := (x + 1) % 4; end;
rule "implies" x = 2 -> y = 0 ==> begin x := 0; undefine y; end;
