-- refused
var r: record a: 0 .. 1; a: boolean; end;
startstate begin end;
