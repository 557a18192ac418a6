-- 3 states, 5 rules fired; without symmetry 18 states, 30 rules fired; no error
type Val: scalarset(3);
var x, y: Val; n: 0 .. 2;
startstate begin
  n := 0;
  for v: Val do if isundefined(x) then x := v; elsif isundefined(y) then y := v; end; end;
end;
rule "third" var t: Val; begin
  for v: Val do if v != x & v != y then t := v; end; end;
  y := t;
  n := (n + 1) % 3;
end;
rule "exchange" n = 2 ==> var t: Val; begin t := x; x := y; y := t; end;
rule "forget" n = 1 ==> begin if x = y then n := 0; end; end;
