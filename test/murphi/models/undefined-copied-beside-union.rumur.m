-- the twin of undefined-copied-beside-union.m: what is copied is undefined in the other variable, too
type P: scalarset(2);
var owner: P; isHome: boolean; count: 0 .. 3;
startstate begin undefine owner; isHome := false; count := 0; end;
ruleset p: P do
  rule "take" isundefined(owner) & !isHome ==> begin owner := p; end;
end;
rule "take home" isundefined(owner) & !isHome ==> begin isHome := true; end;
rule "give" (!isundefined(owner) | isHome) & count < 3 ==> begin undefine owner; isHome := false; count := count + 1; end;
rule "again" count = 3 ==> begin count := 0; end;
