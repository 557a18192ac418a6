const D: 1;
var x: 0 .. 9;
startstate begin x := 3; end;
rule "up" x > 0 ==> begin x := x - 1; end;
rule "div" x = 1 ==> begin x := 5 / (x - D); end;
