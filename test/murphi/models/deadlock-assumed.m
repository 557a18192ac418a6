-- deadlock
var x: 0 .. 3;
startstate begin x := 0; end;
rule "up" x < 3 ==> begin x := x + 1; end;
rule "nothing" begin assume x < 3; x := x; end;
