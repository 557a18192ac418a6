-- refused
const N: 3 / 0;
var x: 0 .. N;
startstate begin x := 0; end;
