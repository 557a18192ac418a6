-- the twin of undefined-compared-in-cmurphi.m, which asks first whether what it compares is undefined
type P: scalarset(2); Kind: enum { Ask, Give, NoKind }; Where: enum { Nowhere, AtHome, AtP }; Flag: enum { Unset, Set };
var ownerAt, otherAt: Where; owner, other: P; kind: Kind; flag: Flag; member: P; count: 0 .. 2;
startstate begin
  ownerAt := Nowhere; otherAt := Nowhere; undefine owner; undefine other; kind := NoKind; flag := Unset; undefine member;
  count := 0;
end;
ruleset p: P do
  rule "own" (isundefined(owner) ? true : owner != p) & count < 2 ==>
  begin ownerAt := AtP; owner := p; member := p; otherAt := Nowhere; undefine other; count := count + 1; end;
  rule "only member" (isundefined(member) ? false : member = p) & kind != Give ==> begin kind := Give; end;
end;
rule "home" ownerAt != AtHome ==>
begin
  otherAt := ownerAt; if isundefined(owner) then undefine other; else other := owner; end;
  ownerAt := AtHome; undefine owner; undefine member;
end;
rule "kind" ownerAt != AtHome | otherAt = Nowhere ==>
begin
  switch kind case Ask: count := 0; case Give: kind := Ask; else kind := Give; flag := Set; end;
end;
rule "again" count = 2 ==> begin count := 0; end;
rule "nothing" flag != Set & kind != Ask ==> begin ownerAt := Nowhere; undefine owner; end;
rule "number" ownerAt != Nowhere & flag = Set ==> begin flag := Unset; kind := NoKind; end;
