-- refused
var x: 0 .. 3;
function f(v: 0 .. 3): 0 .. 3; begin return v; end;
startstate begin x := f(1, 2); end;
