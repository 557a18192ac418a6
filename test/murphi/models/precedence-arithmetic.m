-- 13 states, 13 rules fired; without symmetry 13 states, 13 rules fired; no error
var x: 0 .. 40;
startstate begin x := 2 + 3 * 4 - 10 / 5 % 3; end;
rule "less" x > 0 ==> begin x := x - 1; end;
rule "again" x = 0 ==> begin x := 7 - 2 - 1; end;
