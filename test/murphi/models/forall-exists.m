-- 8 states, 17 rules fired; without symmetry 8 states, 17 rules fired; no error
var a: array [0 .. 2] of boolean;
startstate begin for i: 0 .. 2 do a[i] := false; end; end;
ruleset i: 0 .. 2 do rule "set" !a[i] ==> begin a[i] := true; end; end;
rule "all" forall i: 0 .. 2 do a[i] endforall ==> begin for i: 0 .. 2 do a[i] := false; endfor; end;
rule "some" exists i := 1 to 2 do a[i] & !a[i - 1] endexists ==> begin a[0] := true; end;
