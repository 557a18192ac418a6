-- invariant "never four" is false
var x: 0 .. 4;
startstate begin x := 0; end;
rule begin x := (x + 1) % 5; end;
assert "never four" x != 4;
