-- refused
var x: 0 .. 3; b: boolean;
startstate begin x := 0; b := x; end;
