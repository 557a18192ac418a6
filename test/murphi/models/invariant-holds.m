-- 3 states, 3 rules fired; without symmetry 3 states, 3 rules fired; no error
var x: 0 .. 4;
startstate begin x := 0; end;
rule begin x := (x + 2) % 6; end;
invariant "even" x % 2 = 0;
invariant x < 5 "small";
ruleset i: 0 .. 4 do invariant "none is odd" x = i -> i % 2 = 0; end;
