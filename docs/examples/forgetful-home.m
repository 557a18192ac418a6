-- A home and two processors, each with an inbox of its own: a multiset that its index receives from. The home grants a
-- copy to whoever asks, and forgets to ask for the other's: two processors own the line.
const ProcCount: 2;
type
  Proc: scalarset(ProcCount);
  Home: enum { HomeType };
  Node: union { Home, Proc };
  MessageType: enum { Get, Data };
  Message: record mtype: MessageType; src: Node; end;
  HomeState: record state: enum { H_Idle, H_Owned }; owner: Node; end;
  ProcState: record state: enum { P_Invalid, P_Waiting, P_Owner }; end;
var
  HomeNode: HomeState;
  Procs: array [Proc] of ProcState;
  Net: array [Node] of multiset [ProcCount] of Message;

procedure Send(mtype: MessageType; dst: Node; src: Node);
var msg: Message;
begin
  msg.mtype := mtype; msg.src := src;
  MultiSetAdd(msg, Net[dst]);
end;

startstate
  HomeNode.state := H_Idle; undefine HomeNode.owner;
  for p: Proc do Procs[p].state := P_Invalid; end;
  undefine Net;
end;

ruleset p: Proc do
  rule "ask" Procs[p].state = P_Invalid ==> begin
    Procs[p].state := P_Waiting; Send(Get, HomeType, p);
  end;
end;

ruleset n: Node do
  choose m: Net[n] do
    rule "receive" true ==> begin
      alias msg: Net[n][m] do
        if ismember(n, Home) then
          HomeNode.state := H_Owned; HomeNode.owner := msg.src; Send(Data, msg.src, HomeType);
        else
          Procs[n].state := P_Owner;
        end;
      end;
      MultiSetRemove(m, Net[n]);
    end;
  end;
end;

invariant "one owner"
  forall p: Proc do forall q: Proc do p != q -> !(Procs[p].state = P_Owner & Procs[q].state = P_Owner) end end;
