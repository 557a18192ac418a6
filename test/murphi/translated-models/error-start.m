var x, y: 0 .. 2;
startstate "begin" begin x := 0; y := x + y; end;
rule begin x := 1 - x; end;
