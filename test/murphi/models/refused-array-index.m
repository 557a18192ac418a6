-- refused
var a: array [record x: 0 .. 1; end] of boolean;
startstate begin end;
