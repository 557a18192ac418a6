-- refused
type S: scalarset(2);
var s: S; n: 0 .. 1;
startstate begin n := 0; end;
ruleset i: S; j: S do rule i < j ==> begin s := i; end; end;
