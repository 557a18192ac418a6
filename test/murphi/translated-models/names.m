const N: 2; state: 3;
type P: scalarset(N); Record_: record size_: 0..state; isGot: boolean; clear_: 0..1; equals_: P; end; State: 0..N;
var next: 0..state; members: array [P] of Record_; count: State; Count: boolean; parameters: array[P] of boolean; action: P; default: 0..1;
procedure model(var range: State; new: 0..state); var disabled: 0..state; begin disabled := new; if disabled > N then return; end; range := disabled; end;
function always(class: P): boolean; begin return members[class].isGot; end;
startstate "initial" begin for i: P do members[i].size_ := 0; members[i].isGot := false; members[i].clear_ := 0; parameters[i] := false; end; next := 0; count := 0; Count := true; default := 0; end;
ruleset class: P do
  rule "delete" always(class) ==> begin members[class].isGot := false; members[class].equals_ := class; end;
  rule "let" !always(class) ==> begin model(count, next); members[class].isGot := true; parameters[class] := !parameters[class]; if !isundefined(action) then members[class].equals_ := action; end; action := class; next := (next + 1) % (state + 1); default := 1 - default; Count := !Count; end;
end;
invariant "x" forall p: P do members[p].size_ <= state end;
