-- deadlock
var x: 0 .. 9;
function twice(n: 0 .. 9): 0 .. 18; begin return n * 2; end;
startstate begin x := 1; end;
rule "twice" begin x := twice(x) % 10; end;
rule "less" x > 0 ==> begin x := x - 1; end;
