var x, y: 0 .. 2; n: 0 .. 2;
function get(k: 0 .. 2; isRead: boolean): 0 .. 2; begin if isRead then return k; end; return 0; end;
startstate begin n := 0; y := 0; end;
rule "next" n < 2 ==> begin n := n + 1; end;
rule "ask" begin y := get(x, n = 2); end;
