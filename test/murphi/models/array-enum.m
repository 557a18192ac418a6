-- 7 states, 28 rules fired; without symmetry 7 states, 28 rules fired; no error
type Colour: enum { Red, Green, Blue };
var a: array [Colour] of boolean;
startstate begin for c: Colour do a[c] := c = Red; end; end;
rule "turn" begin a[Red] := a[Green]; a[Green] := a[Blue]; a[Blue] := !a[Blue]; end;
ruleset c: Colour do rule "set" begin a[c] := true; end; end;
