-- 16 states, 32 rules fired; without symmetry 16 states, 32 rules fired; no error
var x: 0 .. 3; y: 0 .. 3;
procedure set(var x: 0 .. 3; v: 0 .. 3); begin x := v; end;
startstate begin x := 0; y := 3; end;
rule "y" begin set(y, x); end;
rule "x" begin x := (x + 1) % 4; end;
