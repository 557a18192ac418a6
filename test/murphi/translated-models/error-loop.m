var x: 0 .. 3; r: record a: 0..3; b: 0..3; end;
startstate begin x := 0; r.a := 0; end;
rule "up" x < 3 ==> begin x := x + 1; r.a := x; end;
rule "w" x = 2 ==> begin while r.a = 2 do x := x; end; end;
