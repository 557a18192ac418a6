-- IVY's improved centralized manager, on a network without order. Counts of rumur v2022.08.20, states and rules fired:
--                                    kept             dropped
--   2 kernels, no symmetry             108     206         78     150
--   3 kernels, no symmetry           8,094  21,582      4,284  11,616
--   3 kernels, exhaustive symmetry   1,359   3,634        722   1,966
-- "Kept" and "dropped" is what a reader does with a page that has been invalidated under way.

const
  KERNELS: 3;
  DROPPED: false;

type
  Kernel: scalarset(KERNELS);
  Kernels: array [Kernel] of boolean;
  -- a version: which was written last, or an older one
  Data: enum { none, older, latest };
  Kind: enum { nothing, reads, writes };
  PageState: enum { Nil, Read, Owned, Write, ReadFault, ReadFaultInvalidated, WriteFault, UpgradeFault, Invalidating };
  Place: 0 .. KERNELS - 1;

  Request: record kind: Kind; requester: Kernel; end;
  Entry: record
    page: PageState;
    data: Data;
    copyset: Kernels;
    awaiting: Kernels;
    held: array [Place] of Request;  -- in the order in which they came
    waiting: 0 .. KERNELS;           -- how many of them there are
  end;
  Page: record data: Data; owns: boolean; copyset: Kernels; end;  -- no page if there is no data

var
  entry: array [Kernel] of Entry;
  owner: Kernel;                                   -- as the manager knows it
  up: array [Kernel] of Kind;                      -- a request, from a kernel to the manager
  down: array [Kernel] of array [Kernel] of Kind;  -- from the manager to a kernel, by requester
  page: array [Kernel] of array [Kernel] of Page;  -- from a kernel to a kernel, as the next two
  invalidate: array [Kernel] of array [Kernel] of boolean;
  acknowledge: array [Kernel] of array [Kernel] of boolean;

function mayRead(k: Kernel): boolean;
begin
  return entry[k].page = Read | entry[k].page = Owned | entry[k].page = Write | entry[k].page = UpgradeFault;
end;

function isUnlocked(k: Kernel): boolean;
begin
  return entry[k].page = Nil | entry[k].page = Read | entry[k].page = Owned | entry[k].page = Write;
end;

function isEmpty(set: Kernels): boolean;
begin
  return !exists k: Kernel do set[k] end;
end;

procedure empty(var set: Kernels);
begin
  for k: Kernel do set[k] := false; end;
end;

-- a new version: what was the latest is older now, wherever it is
procedure write(k: Kernel);
begin
  for i: Kernel do
    if entry[i].data = latest then entry[i].data := older; end;
    for j: Kernel do
      if page[i][j].data = latest then page[i][j].data := older; end;
    end;
  end;
  entry[k].data := latest;
  entry[k].page := Write;
end;

procedure invalidateCopies(k: Kernel);
begin
  for i: Kernel do
    if i != k & entry[k].copyset[i] then
      invalidate[k][i] := true;
      entry[k].awaiting[i] := true;
    end;
  end;
  empty(entry[k].copyset);
  if isEmpty(entry[k].awaiting) then write(k); else entry[k].page := Invalidating; end;
end;

-- only the owner does something
procedure serve(k: Kernel; kind: Kind; requester: Kernel);
begin
  if entry[k].page = Owned | entry[k].page = Write then
    page[k][requester].data := entry[k].data;
    if kind = reads then
      page[k][requester].owns := false;
      entry[k].copyset[requester] := true;
      entry[k].page := Owned;
    else
      page[k][requester].owns := true;
      page[k][requester].copyset := entry[k].copyset;
      empty(entry[k].copyset);
      entry[k].data := none;
      entry[k].page := Nil;
    end;
  end;
end;

ruleset owns: Kernel do
  startstate "Init"
  begin
    for i: Kernel do
      entry[i].page := Nil;
      entry[i].data := none;
      empty(entry[i].copyset);
      empty(entry[i].awaiting);
      entry[i].waiting := 0;
      for p: Place do
        entry[i].held[p].kind := nothing;
        undefine entry[i].held[p].requester;
      end;
      up[i] := nothing;
      for j: Kernel do
        down[i][j] := nothing;
        page[i][j].data := none;
        page[i][j].owns := false;
        empty(page[i][j].copyset);
        invalidate[i][j] := false;
        acknowledge[i][j] := false;
      end;
    end;
    entry[owns].page := Write;
    entry[owns].data := latest;
    owner := owns;
  end;
end;

ruleset k: Kernel do
  rule "App_Read"
    entry[k].page = Nil & entry[k].waiting = 0
  ==>
    entry[k].page := ReadFault;
    up[k] := reads;
  end;

  rule "App_Write, local"
    entry[k].page = Write
  ==>
    write(k);
  end;

  rule "App_Write, as the owner"
    entry[k].page = Owned & entry[k].waiting = 0
  ==>
    invalidateCopies(k);
  end;

  rule "App_Write"
    (entry[k].page = Nil | entry[k].page = Read) & entry[k].waiting = 0
  ==>
    if entry[k].page = Nil then entry[k].page := WriteFault; else entry[k].page := UpgradeFault; end;
    up[k] := writes;
  end;

  rule "Manager_Receive"
    up[k] != nothing
  ==>
    down[owner][k] := up[k];
    if up[k] = writes then owner := k; end;
    up[k] := nothing;
  end;

  rule "Serve"
    entry[k].waiting > 0 & isUnlocked(k)
  ==>
  var first: Request;
  begin
    first := entry[k].held[0];
    for p: Place do
      if p < KERNELS - 1 then entry[k].held[p] := entry[k].held[p + 1]; end;
    end;
    entry[k].held[KERNELS - 1].kind := nothing;
    undefine entry[k].held[KERNELS - 1].requester;
    entry[k].waiting := entry[k].waiting - 1;
    serve(k, first.kind, first.requester);
  end;
end;

ruleset k: Kernel; requester: Kernel do
  rule "Receive a request"
    down[k][requester] != nothing
  ==>
  var kind: Kind;
  begin
    kind := down[k][requester];
    down[k][requester] := nothing;
    if isUnlocked(k) & entry[k].waiting = 0 then
      serve(k, kind, requester);
    else
      entry[k].held[entry[k].waiting].kind := kind;
      entry[k].held[entry[k].waiting].requester := requester;
      entry[k].waiting := entry[k].waiting + 1;
    end;
  end;
end;

ruleset from: Kernel; k: Kernel do
  rule "Receive Page"
    page[from][k].data != none
  ==>
  var got: Page;
  begin
    got := page[from][k];
    page[from][k].data := none;
    page[from][k].owns := false;
    empty(page[from][k].copyset);
    if entry[k].page = ReadFault then
      entry[k].page := Read;
      entry[k].data := got.data;
    elsif entry[k].page = ReadFaultInvalidated then
      entry[k].page := Nil;
    else
      assert "a page comes only to a fault" entry[k].page = WriteFault | entry[k].page = UpgradeFault;
      entry[k].data := got.data;
      entry[k].copyset := got.copyset;
      invalidateCopies(k);
    end;
  end;

  rule "Receive Invalidate"
    invalidate[from][k]
  ==>
    invalidate[from][k] := false;
    acknowledge[k][from] := true;
    entry[k].data := none;
    if entry[k].page = Read then
      entry[k].page := Nil;
    elsif entry[k].page = UpgradeFault then
      entry[k].page := WriteFault;
    else
      assert "only a copy is invalidated" entry[k].page = ReadFault;
      if DROPPED then entry[k].page := ReadFaultInvalidated; end;
    end;
  end;

  rule "Receive Invalidate_Ack"
    acknowledge[from][k]
  ==>
    acknowledge[from][k] := false;
    entry[k].awaiting[from] := false;
    if isEmpty(entry[k].awaiting) then write(k); end;
  end;
end;

cover "SWMR"
  exists writer: Kernel do
    entry[writer].page = Write & exists other: Kernel do other != writer & mayRead(other) end
  end;

cover "coherent data"
  exists k: Kernel do mayRead(k) & entry[k].data != latest end;
