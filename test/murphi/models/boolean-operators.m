-- 8 states, 21 rules fired; without symmetry 8 states, 21 rules fired; no error
var a, b, c: boolean;
startstate begin a := false; b := false; c := false; end;
rule "a" begin a := !a; end;
rule "b" a -> c ==> begin b := !b; end;
rule "c" (a & b) | (!a & !b) ==> begin c := a = b; end;
rule "d" a && (b || c) ==> begin a := false; c := false; end;
