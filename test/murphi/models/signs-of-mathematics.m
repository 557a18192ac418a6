-- 8 states, 13 rules fired; without symmetry 8 states, 13 rules fired; no error
var x: 0 .. 3; a: array [0 .. 1] of boolean;
startstate begin x ≔ 0; a[0] := false; a[1] := true; end;
rule "a" x ≤ 2 ∧ ¬(x ≥ 3) ⇒ begin x := x + 1; end;
rule "b" x ≠ 0 ∧ (a[0] ∨ (∀ i: 0 .. 1 do a[i] end)) ⇒ begin x := x - 1; end;
rule "c" (∃ i: 0 .. 1 do a[i] end) → x = 3 ⇒ begin a[0] := !a[0]; end;
rule "d" x * 2 / 2 == 2 ==> begin x := 0; end;
