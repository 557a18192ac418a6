-- the twin of union-out-of-part.m: H is 0, and the nodes are 1 and 2
var who: 0 .. 2; node: 1 .. 2;
startstate begin who := 0; end;
ruleset i: 1 .. 2 do rule "set" begin who := i; end; end;
rule "copy" begin node := who; end;
