-- error: a function ends without a return
var x: 0 .. 3;
function f(v: 0 .. 3): 0 .. 3; begin if v < 2 then return v + 1; end; end;
startstate begin x := 0; end;
rule begin x := f(x); end;
