-- invariant "both" is false
var a: array [0 .. 1] of 0 .. 2;
startstate begin a[0] := 0; a[1] := 0; end;
ruleset i: 0 .. 1 do
  rule "add" a[i] < 2 ==> begin a[i] := a[i] + 1; end;
  alias v: a[i]; do invariant "both" v = 2 -> a[1 - i] < 2; end;
end;
