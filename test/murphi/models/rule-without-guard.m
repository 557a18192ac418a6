-- 4 states, 8 rules fired; without symmetry 4 states, 8 rules fired; no error
var x: 0 .. 3;
startstate begin x := 0; end;
rule begin x := (x + 1) % 4; end;
rule "an arrow alone" true ==> x := 3 - x; end;
