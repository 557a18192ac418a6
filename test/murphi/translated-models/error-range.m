const N: 3;
var x: 0 .. N; y: 0 .. N; a: array [0 .. N] of 0 .. 1;
startstate begin x := 0; y := 0; for i: 0 .. N do a[i] := 0; end; end;
rule "up" begin x := x + 1; end;
rule "y" begin y := a[x + y]; end;
