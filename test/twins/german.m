-- German's directory cache protocol. Counts of rumur v2022.08.20, states and rules fired:
--   2 nodes, 2 data, no symmetry                     43,422      126,844
--   3 nodes, 2 data, no symmetry                  4,727,700   18,684,522
--   3 nodes, 2 data, exhaustive symmetry            796,958    3,150,364
--
-- The published text also forgets what is stale with `undefine`: the pointer once a grant is sent, the
-- data of a message once it is received, the data of an invalidated cache. Here, as in German.tla and
-- german-3.pml, they keep their last value: the protocol is the same, and every checker counts the same
-- states. (With `undefine`, 2 nodes and 2 data have 3,390 states.)
-- What was never written is undefined, which rumur counts as a value, as German.tla counts its 0.

const
  NODE_NUM: 3;
  DATA_NUM: 2;

type
  NODE: scalarset(NODE_NUM);
  -- a range and no scalarset as published, so that the reduction permutes nodes only
  DATA: 1 .. DATA_NUM;

  CACHE_STATE: enum { I, S, E };
  CACHE: record State: CACHE_STATE; Data: DATA; end;

  MSG_CMD: enum { Empty, ReqS, ReqE, Inv, InvAck, GntS, GntE };
  MSG: record Cmd: MSG_CMD; Data: DATA; end;

var
  Cache:   array [NODE] of CACHE;
  Chan1:   array [NODE] of MSG;      -- ReqS, ReqE
  Chan2:   array [NODE] of MSG;      -- Inv, GntS, GntE
  Chan3:   array [NODE] of MSG;      -- InvAck
  InvSet:  array [NODE] of boolean;  -- who is still to be invalidated
  ShrSet:  array [NODE] of boolean;  -- who has a copy, shared or exclusive
  ExGntd:  boolean;                  -- that copy is exclusive
  CurCmd:  MSG_CMD;                  -- the request that is served
  CurPtr:  NODE;                     -- who sent it
  MemData: DATA;
  AuxData: DATA;                     -- what was stored last, for DataProp only

ruleset d: DATA do
  startstate "Init"
  begin
    for i: NODE do
      Cache[i].State := I;
      Chan1[i].Cmd := Empty;
      Chan2[i].Cmd := Empty;
      Chan3[i].Cmd := Empty;
      InvSet[i] := false;
      ShrSet[i] := false;
    end;
    ExGntd := false;
    CurCmd := Empty;
    MemData := d;
    AuxData := d;
  end;
end;

ruleset i: NODE; d: DATA do
  rule "Store"
    Cache[i].State = E
  ==>
    Cache[i].Data := d;
    AuxData := d;
  end;
end;

ruleset i: NODE do
  rule "SendReqS"
    Chan1[i].Cmd = Empty & Cache[i].State = I
  ==>
    Chan1[i].Cmd := ReqS;
  end;

  rule "SendReqE"
    Chan1[i].Cmd = Empty & (Cache[i].State = I | Cache[i].State = S)
  ==>
    Chan1[i].Cmd := ReqE;
  end;

  rule "RecvReqS"
    CurCmd = Empty & Chan1[i].Cmd = ReqS
  ==>
    CurCmd := ReqS;
    CurPtr := i;
    Chan1[i].Cmd := Empty;
    for j: NODE do InvSet[j] := ShrSet[j]; end;
  end;

  rule "RecvReqE"
    CurCmd = Empty & Chan1[i].Cmd = ReqE
  ==>
    CurCmd := ReqE;
    CurPtr := i;
    Chan1[i].Cmd := Empty;
    for j: NODE do InvSet[j] := ShrSet[j]; end;
  end;

  rule "SendInv"
    Chan2[i].Cmd = Empty & InvSet[i] & (CurCmd = ReqE | (CurCmd = ReqS & ExGntd))
  ==>
    Chan2[i].Cmd := Inv;
    InvSet[i] := false;
  end;

  rule "SendInvAck"
    Chan2[i].Cmd = Inv & Chan3[i].Cmd = Empty
  ==>
    Chan2[i].Cmd := Empty;
    Chan3[i].Cmd := InvAck;
    if Cache[i].State = E then Chan3[i].Data := Cache[i].Data; end;
    Cache[i].State := I;
  end;

  rule "RecvInvAck"
    Chan3[i].Cmd = InvAck & CurCmd != Empty
  ==>
    Chan3[i].Cmd := Empty;
    ShrSet[i] := false;
    if ExGntd then
      ExGntd := false;
      MemData := Chan3[i].Data;
    end;
  end;

  rule "SendGntS"
    CurCmd = ReqS & CurPtr = i & Chan2[i].Cmd = Empty & !ExGntd
  ==>
    Chan2[i].Cmd := GntS;
    Chan2[i].Data := MemData;
    ShrSet[i] := true;
    CurCmd := Empty;
  end;

  rule "SendGntE"
    CurCmd = ReqE & CurPtr = i & Chan2[i].Cmd = Empty & !ExGntd & forall j: NODE do !ShrSet[j] end
  ==>
    Chan2[i].Cmd := GntE;
    Chan2[i].Data := MemData;
    ShrSet[i] := true;
    ExGntd := true;
    CurCmd := Empty;
  end;

  rule "RecvGntS"
    Chan2[i].Cmd = GntS
  ==>
    Cache[i].State := S;
    Cache[i].Data := Chan2[i].Data;
    Chan2[i].Cmd := Empty;
  end;

  rule "RecvGntE"
    Chan2[i].Cmd = GntE
  ==>
    Cache[i].State := E;
    Cache[i].Data := Chan2[i].Data;
    Chan2[i].Cmd := Empty;
  end;
end;

invariant "CntrlProp"
  forall i: NODE do
    forall j: NODE do
      i != j ->
        (Cache[i].State = E -> Cache[j].State = I) &
        (Cache[i].State = S -> (Cache[j].State = I | Cache[j].State = S))
    end
  end;

invariant "DataProp"
  (!ExGntd -> MemData = AuxData) &
  forall i: NODE do Cache[i].State != I -> Cache[i].Data = AuxData end;
