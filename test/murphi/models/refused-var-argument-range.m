-- refused
var x: 0 .. 4;
procedure p(var v: 0 .. 3); begin v := 1; end;
startstate begin p(x); end;
