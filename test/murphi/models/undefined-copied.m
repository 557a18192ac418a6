-- deadlock
type R: record a: 0 .. 1; b: 0 .. 1; end;
var r, s: R;
startstate begin r.a := 0; end;
rule "copy" begin s := r; end;
rule "set" begin r.b := 1; end;
rule "swap" !isundefined(r.b) ==> begin undefine r.a; end;
