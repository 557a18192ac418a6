-- 5 states, 16 rules fired; without symmetry 5 states, 16 rules fired; no error
var x: 0 .. 3; y: boolean;
startstate begin x := 0; y := false; end;
rule "same" begin x := x; end;
rule "set" begin y := true; x := 0; end;
rule "turn" begin x := (x + 1) % 4; y := false; end;
rule "no write" y ==> begin end;
