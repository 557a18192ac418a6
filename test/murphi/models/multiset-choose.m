-- 35 states, 61 rules fired; without symmetry 35 states, 61 rules fired; no error
type Kind: enum { Ping, Pong }; Msg: record kind: Kind; hop: 0 .. 2; end;
var net: multiset [3] of Msg; sent: 0 .. 3;
startstate begin undefine net; sent := 0; end;
rule "send" sent < 3 & MultiSetCount(m: net, true) < 3 ==>
  var msg: Msg;
begin msg.kind := Ping; msg.hop := 0; MultiSetAdd(msg, net); sent := sent + 1; end;
choose m: net do
  rule "hop" net[m].hop < 2 ==>
    var msg: Msg;
  begin
    msg := net[m]; msg.hop := msg.hop + 1; msg.kind := net[m].kind = Ping ? Pong : Ping;
    MultiSetRemove(m, net); MultiSetAdd(msg, net);
  end;
  rule "drop" net[m].hop = 2 ==> begin MultiSetRemove(m, net); end;
end;
rule "again" sent = 3 & MultiSetCount(m: net, net[m].hop < 2) = 0 & MultiSetCount(m: net, net[m].kind = Ping) = 0 ==>
begin sent := 0; end;
