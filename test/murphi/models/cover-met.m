-- 5 states, 5 rules fired; without symmetry 5 states, 5 rules fired; no error
var x: 0 .. 4;
startstate begin x := 0; end;
rule begin x := (x + 1) % 5; end;
cover "three" x = 3;
ruleset i: 0 .. 9 do cover "any" x = i; end;
