type P: scalarset(2);
var n: 0..3; q: multiset [2] of 0..2;
startstate begin n := 0; end;
rule "add" n < 3 ==> begin n := n + 1; MultiSetAdd(n, q); end;
choose m: q do rule "take" q[m] = 1 ==> begin MultiSetRemove(m, q); MultiSetRemove(m, q); end; end;
