-- the twin of ruleset-shadowing.m, of which rumur 2022.08.20 makes C that does not compile
var x: 0 .. 3;
startstate begin x := 0; end;
ruleset i: 0 .. 1 do ruleset j: 2 .. 3 do rule "set" begin x := j; end; end; end;
rule "zero" begin x := 0; end;
