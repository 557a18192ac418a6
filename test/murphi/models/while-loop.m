-- 19 states, 55 rules fired; without symmetry 19 states, 55 rules fired; no error
var x: 0 .. 20;
startstate begin x := 0; end;
rule "double" x > 0 ==> begin while x < 10 do x := x * 2; end; end;
rule "set" begin x := 3; end;
rule "less" x > 0 ==> begin x := x - 1; end;
