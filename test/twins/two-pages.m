-- Pages and caches that ask a directory for them (test/search/models/two-pages.ts, with grants: one). Both sets are
-- scalarsets, and owner[p] is a cache: what is indexed by one set mentions the other.
const
  PAGES: 2;
  CACHES: 2;

type
  page: scalarset(PAGES);
  cache: scalarset(CACHES);
  standing: enum { Invalid, Waiting, Valid };

var
  owner: array [page] of cache; -- undefined: nobody
  copy: array [page] of array [cache] of standing;
  -- No cache sends a second Get, or a second Put, before the first is taken.
  gets: array [cache] of array [page] of boolean;
  puts: array [cache] of array [page] of boolean;

startstate
  for p: page do
    undefine owner[p];
    for c: cache do
      copy[p][c] := Invalid;
      gets[c][p] := false;
      puts[c][p] := false;
    end;
  end;
end;

ruleset p: page; c: cache do
  rule "Ask" copy[p][c] = Invalid ==> begin
    assert !gets[c][p];
    copy[p][c] := Waiting;
    gets[c][p] := true;
  end;

  rule "Drop" copy[p][c] = Valid & !gets[c][p] & !puts[c][p] ==> begin
    copy[p][c] := Invalid;
    puts[c][p] := true;
  end;

  rule "Directory takes Get" gets[c][p] & isundefined(owner[p]) ==> begin
    gets[c][p] := false;
    owner[p] := c;
    copy[p][c] := Valid;
  end;

  rule "Directory takes Put" puts[c][p] ==> begin
    assert !isundefined(owner[p]);
    puts[c][p] := false;
    undefine owner[p];
  end;
end;
