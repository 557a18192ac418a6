-- refused
var x: 0 .. 1; b: boolean;
startstate begin b := true; x := b + 1; end;
