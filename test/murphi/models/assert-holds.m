-- 3 states, 3 rules fired; without symmetry 3 states, 3 rules fired; no error
var x: 0 .. 4;
startstate begin x := 0; end;
rule begin assert x < 5 "small"; x := (x + 2) % 6; assert "even" x % 2 = 0; end;
