-- 14 states, 42 rules fired; without symmetry 14 states, 42 rules fired; no error
type Inner: record v: 0 .. 1; w: 0 .. 1; end;
     Outer: record i: Inner; j: Inner; end;
var o: Outer;
startstate begin o.i.v := 0; o.i.w := 1; o.j := o.i; end;
rule "v" begin o.i.v := 1 - o.i.v; end;
rule "copy" begin o.j := o.i; end;
rule "w" o.j.v = 1 ==> begin o.i.w := 0; end;
rule "back" o.i.w = 0 ==> begin o.i.w := 1; end;
