-- 5 states, 5 rules fired; without symmetry 5 states, 5 rules fired; no error
var x: 0 .. 4;
function next(v: 0 .. 4): 0 .. 4; begin cover "wraps" v = 4; return (v + 1) % 5; end;
startstate begin cover "start" true; x := 0; end;
rule begin if x = 2 then cover "at two" true; end; x := next(x); end;
