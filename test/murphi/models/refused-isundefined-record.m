-- refused
var r: record a: 0 .. 1; end; b: boolean;
startstate begin b := isundefined(r); end;
