-- 30 states, 90 rules fired; without symmetry 30 states, 90 rules fired; no error
var x: 0 .. 2; X: 0 .. 2; read: boolean; members: boolean; written: boolean;
startstate begin x := 0; X := 1; read := false; members := true; written := false; end;
rule "x" begin x := X; end;
rule "X" begin X := (x + 1) % 3; end;
rule "read" begin read := members; members := written; written := !read; end;
