-- 6 states, 9 rules fired; without symmetry 6 states, 9 rules fired; no error
var a: enum { On, Off }; b: 0 .. 2;
startstate begin a := Off; b := 0; end;
rule "switch" begin if a = On then a := Off; else a := On; end; end;
rule "count" a = On ==> begin b := (b + 1) % 3; end;
