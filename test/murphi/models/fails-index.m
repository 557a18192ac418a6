-- error: an index is out of bounds
var a: array [0 .. 2] of 0 .. 3; i: 0 .. 3;
startstate begin for j: 0 .. 2 do a[j] := 0; end; i := 0; end;
rule begin a[i] := 1; i := i + 1; end;
