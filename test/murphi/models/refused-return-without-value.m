-- refused
var x: 0 .. 3;
function f(): 0 .. 3; begin return; end;
startstate begin x := f(); end;
