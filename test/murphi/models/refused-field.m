-- refused
var r: record a: 0 .. 1; end;
startstate begin r.b := 0; end;
