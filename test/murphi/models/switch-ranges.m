-- 5 states, 6 rules fired; without symmetry 5 states, 6 rules fired; no error
var x: 0 .. 9;
startstate begin x := 0; end;
rule begin switch x case 0, 1, 2: x := x + 3; case 3, 4: x := 7; case 7: x := 1; endswitch; end;
rule x = 5 ==> begin x := 2; end;
rule x = 1 ==> begin x := 0; end;
