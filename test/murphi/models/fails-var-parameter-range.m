-- error: a value is out of range
var x: 0 .. 3;
procedure up(var v: 0 .. 3); begin v := v + 1; end;
startstate begin x := 0; end;
rule begin up(x); end;
