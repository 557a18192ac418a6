-- the twin of ruleset-union-of-scalarsets.m with a part of each variable for each part of the union
type C: scalarset(2); D: scalarset(2);
var
  ownerC: C; ownerD: D; askedC: array [C] of boolean; askedD: array [D] of boolean; askedHome: boolean; rounds: 0 .. 2;
function home(): boolean; begin return isundefined(ownerC) & isundefined(ownerD); end;
function isC(c: C): boolean; begin return isundefined(ownerC) ? false : ownerC = c; end;
function isD(d: D): boolean; begin return isundefined(ownerD) ? false : ownerD = d; end;
procedure none(); begin undefine ownerC; undefine ownerD; end;
startstate begin
  none(); for c: C do askedC[c] := false; end; for d: D do askedD[d] := false; end; askedHome := false; rounds := 0;
end;
ruleset c: C do
  rule "ask" !askedC[c] & !isC(c) ==> begin askedC[c] := true; end;
  rule "take" askedC[c] & home() ==> begin none(); ownerC := c; askedC[c] := false; end;
end;
ruleset d: D do
  rule "ask" !askedD[d] & !isD(d) ==> begin askedD[d] := true; end;
  rule "take" askedD[d] ==> begin none(); ownerD := d; askedD[d] := false; end;
end;
rule "ask" !askedHome & !home() ==> begin askedHome := true; end;
rule "take" askedHome ==> begin none(); askedHome := false; end;
procedure left();
begin
  if home() then askedHome := true;
  elsif !isundefined(ownerC) then askedC[ownerC] := true;
  else askedD[ownerD] := true; end;
  none(); rounds := rounds + 1;
end;
ruleset c: C do
  rule "exchange" !isC(c) & askedC[c] & rounds < 2 ==> begin left(); ownerC := c; askedC[c] := false; end;
end;
ruleset d: D do
  rule "exchange" !isD(d) & askedD[d] & rounds < 2 ==> begin left(); ownerD := d; askedD[d] := false; end;
end;
rule "exchange" !home() & askedHome & rounds < 2 ==> begin left(); askedHome := false; end;
rule "home" !home() ==> begin none(); rounds := 0; end;
