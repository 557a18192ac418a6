-- 4 states, 5 rules fired; without symmetry 4 states, 5 rules fired; no error
TYPE T: ENUM { a, b };
VAR x: T; Y: Boolean;
STARTSTATE BEGIN x := a; Y := FALSE; END;
RULE "one" x = a ==> BEGIN x := b; END;
Rule "two" !Y | x = b ==> Begin x := a; Y := True; EndRule;
