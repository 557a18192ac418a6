-- Caches in one ordered queue of messages, an array that is shifted when its head is received: what stays in it changes
-- its place, and is not sent again. Two pings are answered; a queue of three that is full is what the invariant denies.
const CACHES: 2; SLOTS: 3;
type
  Cache: scalarset(CACHES);
  Place: 0 .. SLOTS - 1;
  Msg: record kind: enum { Ping, Pong }; from: Cache; dest: Cache; end;
var
  Queue: record count: 0 .. SLOTS; at: array [Place] of Msg; end;
  Pinged: array [Cache] of boolean;

procedure Append(msg: Msg);
begin Queue.at[Queue.count] := msg; Queue.count := Queue.count + 1; end;

procedure Shift();
begin
  for i := 0 to SLOTS - 2 do Queue.at[i] := Queue.at[i + 1]; end;
  undefine Queue.at[SLOTS - 1];
  Queue.count := Queue.count - 1;
end;

startstate Queue.count := 0; for c: Cache do Pinged[c] := false; end; end;

ruleset c: Cache; d: Cache do
  rule "ping" c != d & !Pinged[c] & Queue.count < SLOTS ==>
    var msg: Msg;
  begin msg.kind := Ping; msg.from := c; msg.dest := d; Pinged[c] := true; Append(msg); end;
end;

rule "receive" Queue.count > 0 ==>
  var head: Msg; answer: Msg;
begin
  head := Queue.at[0];
  Shift();
  if head.kind = Ping then
    answer.kind := Pong; answer.from := head.dest; answer.dest := head.from; Append(answer);
  else
    Pinged[head.dest] := false;
  end;
end;

invariant "no two pongs"
  !(Queue.count = 2 & forall i := 0 to 1 do Queue.at[i].kind = Pong end);
