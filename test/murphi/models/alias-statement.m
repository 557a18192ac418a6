-- 6 states, 8 rules fired; without symmetry 6 states, 8 rules fired; no error
var a: array [0 .. 2] of 0 .. 3; p: 0 .. 2;
startstate begin for i: 0 .. 2 do a[i] := 0; end; p := 0; end;
rule "add" begin
  alias cell: a[p]; two: 2; do
    p := (p + 1) % 3;
    cell := (cell + two) % 4;
  end;
end;
rule "odd" p = 0 ==> begin alias sum: a[0] + a[1]; do if sum < 4 then a[2] := sum; end; end; end;
