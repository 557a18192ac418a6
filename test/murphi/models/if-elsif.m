-- 4 states, 4 rules fired; without symmetry 4 states, 4 rules fired; no error
var x: 0 .. 5;
startstate begin x := 0; end;
rule begin
  if x = 0 then x := 3; elsif x = 3 then x := 5; elsif x = 5 then x := 1; else x := 0; endif;
end;
