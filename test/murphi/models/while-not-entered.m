-- 4 states, 4 rules fired; without symmetry 4 states, 4 rules fired; no error
var x: 0 .. 3;
startstate begin x := 0; end;
rule begin while x > 3 do x := 0; end; x := (x + 1) % 4; end;
