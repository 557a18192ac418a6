-- 3 states, 3 rules fired; without symmetry 3 states, 3 rules fired; no error
var x: 0 .. 2;
startstate begin x := 0; put "started"; end;
rule begin x := (x + 1) % 3; put x; put "text"; end;
