-- cover "three" is missed
var x: 0 .. 4;
startstate begin x := 0; end;
rule begin x := (x + 2) % 6; end;
cover "three" x = 3;
