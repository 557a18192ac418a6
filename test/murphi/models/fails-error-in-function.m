-- error: three
var x: 0 .. 3;
procedure check(v: 0 .. 3); begin if v = 3 then error "three"; end; end;
startstate begin x := 0; end;
rule begin check(x); x := x + 1; end;
