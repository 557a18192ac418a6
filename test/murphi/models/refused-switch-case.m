-- refused
var x: 0 .. 1;
startstate begin x := 0; switch x case true: x := 1; end; end;
