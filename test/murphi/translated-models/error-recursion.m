var x: 0 .. 9; y: 0 .. 9;
function f(n: 0..5): 0..9; begin if n > 3 then return f(n); end; return n; end;
startstate begin x := 0; end;
rule "up" begin x := f(x + 1); end;
