-- 3 states, 3 rules fired; without symmetry 3 states, 3 rules fired; no error
type Light: enum { Red, Green, Amber };
var l: Light;
startstate begin l := Red; end;
rule "next" begin
  switch l
    case Red: l := Green;
    case Green: l := Amber;
    else l := Red;
  end;
end;
