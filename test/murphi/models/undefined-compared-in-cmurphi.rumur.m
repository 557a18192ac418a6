-- the twin of undefined-compared-in-cmurphi.m, which asks first whether what it compares is undefined
type P: scalarset(2); Where: enum { Nowhere, AtHome, AtP };
var ownerAt, otherAt: Where; owner, other: P; member: P; count: 0 .. 2;
startstate begin
  ownerAt := Nowhere; otherAt := Nowhere; undefine owner; undefine other; undefine member; count := 0;
end;
ruleset p: P do
  rule "own" (isundefined(owner) ? true : owner != p) & count < 2 ==>
  begin ownerAt := AtP; owner := p; member := p; otherAt := Nowhere; undefine other; count := count + 1; end;
  rule "only member" (isundefined(member) ? false : member = p) & otherAt != AtHome ==>
  begin otherAt := AtHome; undefine other; end;
end;
rule "home" ownerAt != AtHome ==>
begin
  otherAt := ownerAt; if isundefined(owner) then undefine other; else other := owner; end;
  ownerAt := AtHome; undefine owner; undefine member;
end;
rule "nothing" ownerAt != AtHome | otherAt = Nowhere ==>
begin
  if otherAt = AtHome then ownerAt := Nowhere; undefine owner; else otherAt := AtHome; undefine other; end;
end;
rule "again" count = 2 ==> begin count := 0; end;
