-- 16 states, 28 rules fired; without symmetry 16 states, 28 rules fired; no error
var a, b, c: boolean; n: 0 .. 3;
startstate begin a := true; b := false; c := false; n := 0; end;
rule "or of ands" a | b & c ==> begin n := (n + 1) % 4; end;
rule "turn" begin a := b; b := c; c := !a; end;
