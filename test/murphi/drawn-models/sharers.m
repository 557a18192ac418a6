-- A directory that keeps its sharers in a multiset of nodes, and what each may do in one of an enum, as published
-- directory protocols do. Only what a multiset of records holds is sent. The second sharer is what the invariant
-- denies.
const N: 2;
type
  Proc: scalarset(N);
  Home: enum { Directory };
  Node: union { Home, Proc };
  Right: enum { Read, Write };
  Message: record mtype: enum { Get, Data }; src: Node; end;
var
  net: array [Node] of multiset [N] of Message;
  sharers: multiset [N] of Node;
  rights: array [Proc] of multiset [1] of Right;

startstate
  undefine net; undefine sharers; undefine rights;
end;

ruleset p: Proc do
  rule "ask" multisetcount(r: rights[p], true) = 0 & multisetcount(m: net[Directory], net[Directory][m].src = p) = 0
    & multisetcount(m: net[p], true) = 0 ==>
    var msg: Message;
  begin
    msg.mtype := Get; msg.src := p;
    multisetadd(msg, net[Directory]);
  end;
end;

choose m: net[Directory] do
  rule "grant" true ==>
    var msg: Message;
  begin
    msg.mtype := Data; msg.src := Directory;
    multisetadd(msg, net[net[Directory][m].src]);
    multisetadd(net[Directory][m].src, sharers);
    multisetremove(m, net[Directory]);
  end;
end;

ruleset p: Proc do
  choose m: net[p] do
    rule "receive" true ==> begin
      multisetadd(Read, rights[p]);
      multisetremove(m, net[p]);
    end;
  end;
end;

invariant "one sharer" multisetcount(s: sharers, true) < 2;
