-- refused
var x: 0 .. 3;
procedure p(v: 0 .. 3); begin v := 1; end;
startstate begin x := 0; p(x); end;
