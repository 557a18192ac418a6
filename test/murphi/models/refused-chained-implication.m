-- refused
var a: boolean;
startstate begin a := true; end;
rule a -> a -> a ==> begin a := false; end;
