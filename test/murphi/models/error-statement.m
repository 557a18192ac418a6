-- error: four is too much
var x: 0 .. 4;
startstate begin x := 0; end;
rule begin if x = 4 then error "four is too much"; end; x := x + 1; end;
