-- 8 states, 10 rules fired; without symmetry 8 states, 10 rules fired; no error
var x: 0 .. 3; y: boolean;
ruleset b: boolean do
  ruleset i: 1 .. 2 do startstate begin x := i; y := b; end; end;
end;
rule "turn" begin x := (x + 1) % 4; end;
rule "flip" x = 3 ==> begin y := !y; end;
