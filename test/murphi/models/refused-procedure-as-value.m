-- refused
var x: 0 .. 3;
procedure p(); begin end;
startstate begin x := p(); end;
