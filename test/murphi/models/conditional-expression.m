-- 5 states, 5 rules fired; without symmetry 5 states, 5 rules fired; no error
var x: 0 .. 9;
startstate begin x := 0; end;
rule "collatz" x != 0 ==> begin x := x % 2 = 0 ? x / 2 : (x * 3 + 1) % 10; end;
rule "begin" x = 0 ==> begin x := 7; end;
