-- 9 states, 24 rules fired; without symmetry 9 states, 24 rules fired; no error
var a: array [0 .. 1] of 0 .. 2;
startstate begin a[0] := 0; a[1] := 0; end;
ruleset i: 0 .. 1 do
  ruleset d: 1 .. 2 do
    rule "add" a[i] + d <= 2 ==> begin a[i] := a[i] + d; end;
  end;
  rule "zero" a[i] = 2 ==> begin a[i] := 0; end;
end;
