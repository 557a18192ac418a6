-- 9 states, 18 rules fired; without symmetry 9 states, 18 rules fired; no error
var x, y: 0 .. 2;
startstate begin x := 0; y := 1; end;
rule begin switch x case y: x := (x + 1) % 3; else y := x; end; end;
rule begin y := (y + 1) % 3; end;
