-- cover "at three" is missed
var x: 0 .. 4;
startstate begin x := 0; end;
rule begin if x = 3 then cover "at three" true; end; x := (x + 2) % 6; end;
