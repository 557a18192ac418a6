-- refused
var x: 0 .. 3;
function f(v: boolean): 0 .. 3; begin return 0; end;
startstate begin x := f(1); end;
