-- error: an argument is out of range
var x: 0 .. 5;
function f(v: 0 .. 3): 0 .. 5; begin return v + 1; end;
startstate begin x := 0; end;
rule begin x := f(x); end;
