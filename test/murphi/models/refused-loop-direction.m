-- refused
var x: 0 .. 1;
startstate begin for i := 3 to 0 do x := 0; end; end;
