-- deadlock
var bag: multiset [1] of 0 .. 1;
startstate begin clear bag; MultiSetAdd(1, bag); end;
choose m: bag do
  rule "put back" var v: 0 .. 1; begin v := bag[m]; MultiSetRemove(m, bag); MultiSetAdd(v, bag); end;
end;
