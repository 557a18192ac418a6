-- deadlock
type Node: record v: 0 .. 2; w: 0 .. 2; end;
var n: array [0 .. 1] of Node;
startstate begin for i: 0 .. 1 do n[i].v := 0; n[i].w := 2; end; end;
ruleset i: 0 .. 1 do
  alias me: n[i]; v: me.v; other: n[1 - i]; do
    rule "v" v < 2 ==> begin v := v + 1; end;
    rule "w" me.w = v ==> begin me.w := other.v; v := 0; end;
  end;
end;
