var x: 0..5; y: 0..5;
startstate begin x := 0; y := 0; end;
rule "a" const K: 2; type T: 0..K; var t: T; u: T; b: boolean; begin t := x % 3; u := t; b := t = u; while u > 0 & b do u := u - 1; if u = 1 then b := false; end; end; y := u; x := (x + K) % 6; end;
rule "b" var u: 0..5; begin if x > 2 then u := x; else u := 5 - x; end; for i: 0..3 do if i * i > u then y := i; return; end; end; y := u; end;
rule "c" var u: 0..5; begin if x > 2 then u := x; end; if x = 5 & y = 0 then y := isundefined(u) ? 1 : u; end; switch y case x: y := 0; case x + 1, x - 1: y := 1; else y := 2; end; end;
