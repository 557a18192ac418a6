-- refused
var x: 0 .. 3;
procedure p(var v: 0 .. 3); begin v := 1; end;
startstate begin p(2); x := 0; end;
