/** A rule that surely changes the state is one action; others have a second one, for steps that change nothing. */
import { describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { murphiModel } from "../../checker/murphi/model.js";

const HEAD = `
  const K: 1;
  type T: enum { A, B }; R: record t: T; n: 0 .. 3; end; P: scalarset(2);
  var x, y: 0 .. 3; b: boolean; t: T; r: R; a: array [0 .. 1] of R; c: array [P] of R; p: P;
  procedure up(var v: 0 .. 3); begin v := (v + 1) % 4; end;
  function side(): boolean; begin x := 0; return true; end;
  startstate begin clear x; clear y; clear b; clear t; clear r; clear a; end;
`;

/** Returns how many actions a rule with a guard and a body is, with each value of the rulesets around it. */
function actionsOf(rule: string): number {
  const { actions } = new Instance(murphiModel(HEAD + rule, "p.m"));
  return new Set(actions.map(({ action }) => action.name)).size;
}

describe("one action", () => {
  test.each([
    "rule x = 0 ==> begin x := 1; end;",
    "rule 0 = x ==> begin x := K; end;",
    "rule x != 1 ==> begin x := 1; end;",
    "rule b ==> begin b := false; end;",
    "rule !b & y = 2 ==> begin y := 2; b := true; end;",
    "rule t = A && (x = 1 & y = 1) ==> begin y := 2; end;",
    "rule isundefined(p) & x = 0 ==> begin x := 2; y := x; end;",
    "rule r.t = A ==> begin r.t := B; r.n := 0; end;",
    "ruleset i: P do rule c[i].t = A ==> begin c[i].n := 0; c[i].t := B; for j: P do c[j].n := 1; end; end; end;",
    "ruleset i: 0 .. 1 do rule a[i].n = 0 ==> begin if x = 1 then a[i].n := 0; end; a[i].n := 1; end; end;",
    "rule x = 0 ==> begin assert y < 4; switch y case 0: y := 1; else y := 0; end; x := 3; put x; end;",
    "rule isundefined(y) ==> begin y := 0; end;",
  ])("%s", (rule) => expect(actionsOf(rule)).toBe(1));
});

describe("two actions", () => {
  test.each([
    // nothing is known of what is written
    "rule begin x := 1; end;",
    "rule x = 0 ==> begin y := 1; end;",
    "rule x = 0 ==> begin x := 0; end;",
    "rule x = 0 ==> begin x := y; end;",
    "rule x != 1 ==> begin x := 2; end;",
    "rule x = 0 | y = 0 ==> begin x := 1; end;",
    "rule x = y ==> begin x := 1; end;",
    "rule x = 0 ==> begin if y = 0 then x := 1; end; end;",
    // it is written again
    "rule x = 0 ==> begin x := 1; x := y; end;",
    "rule x = 0 ==> begin x := 1; if y = 0 then x := 0; end; end;",
    "rule x = 0 ==> begin x := 1; switch y case 0: x := 0; end; end;",
    "rule x = 0 ==> begin x := 1; for i: 0 .. 1 do x := 0; end; end;",
    "rule x = 0 ==> begin x := 1; undefine x; end;",
    "rule x = 0 ==> begin x := 1; clear x; end;",
    "rule r.t = A ==> begin r.t := B; clear r; end;",
    "rule r.t = A ==> begin r.t := B; r := a[0]; end;",
    "ruleset i: P; j: P do rule c[i].t = A ==> begin c[i].t := B; c[j].t := A; end; end;",
    "rule a[0].n = 0 ==> begin a[0].n := 1; a[x].n := 0; end;",
    // by something of which nothing is known
    "rule x = 0 ==> begin x := 1; up(x); end;",
    "rule x = 1 ==> begin x := 2; b := side(); end;",
    "rule x = 1 ==> begin x := 2; if side() then y := 0; end; end;",
    "rule x = 0 ==> begin x := 1; alias z: x; do z := 0; end; end;",
    "rule x = 0 ==> begin x := 1; while x = 1 do x := 0; end; end;",
    // the rule ends before
    "rule x = 0 ==> begin if y = 0 then return; end; x := 1; end;",
    // the names mean something else where it is written
    "rule x = 0 ==> var x: 0 .. 3; begin x := 1; end;",
    "ruleset i: 0 .. 1 do rule a[i].n = 0 ==> begin i := 1 - i; a[i].n := 1; end; end;",
    "rule a[x].n = 0 ==> begin x := 1 - x; a[x].n := 1; end;",
    "alias z: a[x]; do rule z.n = 0 ==> begin x := 1; z.n := 1; end; end;",
  ])("%s", (rule) => expect(actionsOf(rule)).toBe(2));
});
