-- refused
var x: 0 .. 1;
startstate begin x := 0; end;
rule !x ==> begin x := 1; end;
