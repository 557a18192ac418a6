-- refused
var x: 0 .. 1;
startstate begin for i := 0 to 3 by 0 do x := 0; end; end;
