-- refused
type Node: scalarset(2); Msg: record src: Node; end;
var inbox: array [Node] of multiset [2] of Msg;
startstate begin undefine inbox; end;
ruleset from: Node; to: Node do
  rule "send" from != to & MultiSetCount(m: inbox[to], true) < 2 ==>
    var msg: Msg;
  begin msg.src := from; MultiSetAdd(msg, inbox[to]); end;
end;
ruleset at: Node do
  choose m: inbox[at] do rule "receive" begin MultiSetRemove(m, inbox[at]); end; end;
  rule "flush" MultiSetCount(m: inbox[at], true) = 2 ==> begin MultiSetRemovePred(m: inbox[at], inbox[at][m].src != at); end;
end;
