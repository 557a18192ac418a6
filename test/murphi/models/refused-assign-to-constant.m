-- refused
const N: 3;
var x: 0 .. 3;
startstate begin N := 2; x := 0; end;
