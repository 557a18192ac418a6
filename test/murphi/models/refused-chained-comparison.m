-- refused
var x: 0 .. 3;
startstate begin x := 0; end;
rule 0 < x < 2 ==> begin x := 1; end;
