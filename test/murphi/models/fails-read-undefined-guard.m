-- error: an undefined value is read
var x: 0 .. 3; y: boolean;
startstate begin x := 0; end;
rule y ==> begin x := 1; end;
