-- refused
var x: Colour;
startstate begin end;
