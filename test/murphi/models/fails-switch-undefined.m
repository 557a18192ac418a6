-- error: an undefined value is read
var x, y: 0 .. 3;
startstate begin x := 0; end;
rule begin switch y case 0: x := 1; else x := 2; end; end;
