-- 3 states, 6 rules fired; without symmetry 3 states, 6 rules fired; no error
type T: enum { A, B, C };
var x: T;
startstate begin x := A; end;
ruleset t: T do rule "set" x != t ==> begin x := t; end; end;
