-- error: an undefined value is read
type R: record a: 0 .. 1; b: 0 .. 1; end;
var r: array [0 .. 1] of R; x: 0 .. 1;
startstate begin for i: 0 .. 1 do r[i].a := i; end; x := 0; end;
rule "a" begin x := r[x].a = 0 ? 1 : r[x].b; end;
