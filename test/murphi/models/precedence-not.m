-- 6 states, 6 rules fired; without symmetry 6 states, 6 rules fired; no error
var x: 0 .. 3; y: boolean;
startstate begin x := 0; y := false; end;
rule "not binds looser than =" !x = 2 ==> begin x := (x + 1) % 4; end;
rule "reset" x = 2 ==> begin x := 0; y := !y; end;
