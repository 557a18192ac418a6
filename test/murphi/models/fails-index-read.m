-- error: an index is out of bounds
var a: array [1 .. 3] of 0 .. 3; i: 0 .. 3;
startstate begin for j: 1 .. 3 do a[j] := j; end; i := 3; end;
rule begin i := a[i] - 1; end;
