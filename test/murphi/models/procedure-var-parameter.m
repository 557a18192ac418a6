-- 81 states, 243 rules fired; without symmetry 81 states, 243 rules fired; no error
type A: array [0 .. 2] of 0 .. 2;
var a: A; x: 0 .. 2;
procedure bump(var v: 0 .. 2); begin v := (v + 1) % 3; end;
procedure rotate(var b: A); var t: 0 .. 2; begin t := b[0]; b[0] := b[1]; b[1] := b[2]; b[2] := t; end;
startstate begin for i: 0 .. 2 do a[i] := i; end; x := 0; end;
rule "element" begin bump(a[x]); end;
rule "x" begin bump(x); end;
rule "rotate" begin rotate(a); end;
