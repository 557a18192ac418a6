-- refused
var x: 0 .. 3;
startstate begin x := 0; return 1; end;
