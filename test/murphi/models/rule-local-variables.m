-- 10 states, 20 rules fired; without symmetry 10 states, 20 rules fired; no error
var x: 0 .. 9;
startstate var i: 0 .. 9; begin i := 4; x := i; end;
rule "double" const K: 2; var y: 0 .. 18; begin y := x * K; x := y % 10; end;
rule "next" var y: 0 .. 10; begin y := x + 1; if y = 10 then x := 0; else x := y; end; end;
