-- the twin of multiset-stuttering.m: what puts back what it takes changes nothing, and so there is a deadlock
var x: 0 .. 1;
startstate begin x := 1; end;
rule "put back" begin x := x; end;
