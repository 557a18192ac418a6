-- 7 states, 18 rules fired; without symmetry 7 states, 18 rules fired; no error
var x: -3 .. 3;
startstate begin x := -3; end;
rule "negate" true ==> begin x := -x; end;
rule "towards zero" x != 0 ==> begin x := x / 2; end;
rule "away" x > -3 & x < 3 ==> begin x := x + 1; end;
