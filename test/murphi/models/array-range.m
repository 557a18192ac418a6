-- 27 states, 81 rules fired; without symmetry 27 states, 81 rules fired; no error
var a: array [1 .. 3] of 0 .. 2;
startstate begin for i: 1 .. 3 do a[i] := 0; end; end;
ruleset i: 1 .. 3 do
  rule "add" a[i] < 2 ==> begin a[i] := a[i] + 1; end;
  rule "clear" a[i] = 2 ==> begin a[i] := 0; end;
end;
