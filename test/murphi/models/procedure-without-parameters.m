-- 5 states, 5 rules fired; without symmetry 5 states, 5 rules fired; no error
var x: 0 .. 4;
procedure step() begin if x = 4 then x := 0; return; end; x := x + 1; end;
startstate begin x := 0; end;
rule "step" begin step(); end;
