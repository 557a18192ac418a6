-- 6 states, 10 rules fired; without symmetry 6 states, 10 rules fired; no error
var bag: multiset [2] of 0 .. 1;
startstate begin clear bag; end;
ruleset v: 0 .. 1 do rule "put" MultiSetCount(m: bag, true) < 2 ==> begin MultiSetAdd(v, bag); end; end;
choose m: bag do rule "take" bag[m] = 0 ==> begin MultiSetRemove(m, bag); end; end;
rule "empty" MultiSetCount(m: bag, bag[m] = 1) = 2 ==> begin MultiSetRemovePred(m: bag, true); end;
