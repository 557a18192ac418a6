-- The bounds of a quantifier read what the statement before has written.
type T: record a: 0 .. 3; b: boolean; end;
var r: T;
startstate begin r.a := 0; r.b := true; end;
rule "step" r.a < 3 ==> begin
  r.a := r.a + 1;
  r.b := forall i := 0 to r.a do i < 2 end;
end;
rule "back" r.a = 3 ==> begin r.a := 0; r.b := true; end;
invariant "what was written counts" r.a = 2 -> !r.b;
