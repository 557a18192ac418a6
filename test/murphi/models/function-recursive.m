-- deadlock
var x: 0 .. 24;
function factorial(n: 0 .. 4): 1 .. 24; begin if n = 0 then return 1; end; return n * factorial(n - 1); end;
startstate begin x := 0; end;
rule "factorial" x <= 4 ==> begin x := factorial(x); end;
rule "less" x > 4 ==> begin x := x - 5; end;
