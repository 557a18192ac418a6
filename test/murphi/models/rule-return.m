-- 4 states, 8 rules fired; without symmetry 4 states, 8 rules fired; no error
var x: 0 .. 3;
startstate begin x := 0; end;
rule "early" begin if x = 3 then x := 0; return; end; x := x + 1; end;
rule "loop" begin for i: 0 .. 3 do if i > x then x := i; return; end; end; end;
