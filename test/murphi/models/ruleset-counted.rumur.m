-- the twin of ruleset-counted.m, of which rumur 2022.08.20 ends with a failed assertion of its own
type three: enum { A, B, C };
var x: 0 .. 9;
startstate begin x := 0; end;
ruleset i: three do rule "set" begin x := i = A ? 1 : (i = B ? 5 : 9); end; end;
rule "zero" x = 9 ==> begin x := 0; end;
