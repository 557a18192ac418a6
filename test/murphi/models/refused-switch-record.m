-- refused
var r: record a: 0 .. 1; end;
startstate begin switch r case 0: r.a := 0; end; end;
