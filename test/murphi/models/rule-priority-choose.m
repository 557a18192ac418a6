-- 11 states, 14 rules fired; without symmetry 11 states, 14 rules fired; no error
var net: multiset [2] of 0 .. 2; sent: 0 .. 3;
startstate begin undefine net; sent := 0; end;
rule 2 "send" sent < 3 & MultiSetCount(m: net, true) < 2 ==> begin MultiSetAdd(sent < 3 ? sent : 0, net); sent := sent + 1; end;
choose m: net do rule 1 "drop the middle" net[m] = 1 ==> begin MultiSetRemove(m, net); end; end;
choose m: net do rule 2 "drop" true ==> begin MultiSetRemove(m, net); end; end;
rule 3 "again" sent = 3 ==> begin sent := 0; end;
