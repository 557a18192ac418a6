/** Formulas on the initial state: asked of every initial state, and of no other. */
import { describe, expect, test } from "vitest";
import { Session } from "../../checker/explorer/session.js";
import {
  assert,
  model,
  nameOf,
  type Property,
  perMember,
  type StateOf,
  scalarset,
  vocabulary,
} from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { statusOf } from "../../checker/reports/exit-status.js";
import { jsonOf } from "../../checker/reports/json.js";
import { checkSync } from "../../checker/search/check.js";
import { randomSearchAlone } from "../../checker/search/random/random-search.js";
import { replay } from "../../traces/replay/replay.js";
import { textOfTrace } from "../../traces/text/text.js";
import { lengthOf } from "../../traces/trace.js";
import { exceptRelease } from "../support/extent.js";
import { OwnSemantics } from "../support/own-semantics.js";
import { nameOfWay, searchBy, WAYS } from "../support/search-ways.js";

const clerks = scalarset("clerk", { prefix: "C", size: 3 });
const variables = () => ({ count: perMember(clerks, 0) });
type State = StateOf<ReturnType<typeof variables>>;
const { action, always, constraint, initially } = vocabulary<State>();
const up = action("Up", { c: clerks }, (s, { c }) => (s.count(c) < 3 ? s.withCount(c, s.count(c) + 1) : []));
const small = (most: number, of: (s: State) => void = () => {}) =>
  initially({
    name: `at most ${most}`,
    says: "",
    for: { c: clerks },
    holds: (s, { c }) => {
      of(s);
      return s.count(c) <= most;
    },
    explain: (s, { c }) => `${nameOf(c)} has counted up to ${s.count(c)}`,
  });
const made = (...properties: readonly Property<State>[]): AnyModel =>
  model({
    name: "clerks",
    about: "",
    parameters: {},
    variables,
    initial: (s) => [0, 1, 2].flatMap((n) => s.members(clerks).map((c) => s.withCount(c, n))),
    actions: () => [up],
    properties: () => properties,
  });

/** What the tests' own semantics says of the initial states. */
const expected = (of: AnyModel) => {
  const semantics = new OwnSemantics(of, {});
  return semantics.properties.map((property) => {
    if (property.kind !== "initial") throw new Error("no formula on the initial state");
    const all = semantics.bindings(property.domains);
    const first = semantics.initial.findIndex((values) => all.some((b) => !property.holds(semantics.state(values), b)));
    return [property.name, first < 0 ? "holds" : `violated by ${first}`];
  });
};

test("they are decided alike in every way to search, by the initial states alone", () => {
  const of = made(small(0), small(1), small(2));
  const known = expected(of);
  expect(known.map(([, verdict]) => verdict)).toEqual(["violated by 3", "violated by 6", "holds"]);
  for (const way of exceptRelease(WAYS, (_, i) => i % 9 > 0)) {
    const { outcome } = searchBy(() => new Instance(of), way, 9);
    const found = outcome.properties.map(({ name, verdict, trace }) => {
      if (trace === undefined) return [name, verdict];
      expect(lengthOf(trace)).toBe(0);
      return [name, `${verdict} by ${trace.states[0]!["#meta"].choice}`];
    });
    expect(found, nameOfWay(way)).toEqual(known);
    expect(statusOf(outcome)).toBe(12);
  }
});

describe("a verdict of theirs", () => {
  test("does not depend on a limit, nor on a constraint, nor on chance", async () => {
    const of = made(small(2), small(1));
    const limited = checkSync(new Instance(of), { maxStates: 2 });
    const verdicts = (properties: typeof limited.properties) => properties.map(({ verdict }) => verdict);
    expect(verdicts(limited.properties)).toEqual(["holds", "violated"]);
    const bound = constraint({ name: "bound", says: "", for: { c: clerks }, holds: (s, { c }) => s.count(c) < 2 });
    const bounded = checkSync(new Instance({ ...of, constraints: () => [bound] }));
    expect(verdicts(bounded.properties)).toEqual(["holds", "violated"]);
    expect(bounded.constraints!.states).toBeGreaterThan(0);
    expect(bounded.properties.map(({ within }) => within)).toEqual([undefined, undefined]);
    for (const search of ["random", "swarm"] as const) {
      const { properties } = await randomSearchAlone(new Instance(of), { search, seed: 1, walks: 2 });
      expect(verdicts(properties)).toEqual(["holds", "violated"]);
    }
  });

  test("is replayed, and told in texts and JSON", () => {
    const of = made(small(1));
    const outcome = checkSync(new Instance(of));
    const [{ explanation, trace }] = outcome.properties as [(typeof outcome.properties)[0]];
    expect(explanation).toBe("C1 has counted up to 2");
    expect(replay(new Instance(of), trace!)).toMatchObject({ difference: undefined, explanation });
    expect(textOfTrace(trace!)).toContain("C1 has counted up to 2");
    expect(jsonOf(outcome).properties[0]).toMatchObject({ kind: "initial", outcome: "violated", traceLength: 0 });
  });

  test("ends a search that is to stop at the first violation, before it has begun", async () => {
    const of = made(small(1), always({ name: "a", says: "", for: {}, holds: () => true, explain: () => "" }));
    const outcome = checkSync(new Instance(of), { stopAtFirst: true });
    expect(outcome.properties.map(({ verdict }) => verdict)).toEqual(["violated", "incomplete"]);
    expect([outcome.distinct, outcome.incomplete]).toEqual([0, "stopped at the first violation"]);
    const random = await randomSearchAlone(new Instance(of), {
      search: "random",
      seed: 1,
      walks: 9,
      stopAtFirst: true,
    });
    expect(random.sampled!.parts).toBe(0);
  });
});

test("one that throws is not decided, and one that asserts fails as an assertion", () => {
  const throwing = small(2, (s) => {
    if (s.members(clerks).some((c) => s.count(c) === 2)) throw new Error("no idea");
  });
  const asserting = initially({
    name: "asserting",
    says: "",
    for: {},
    holds: (s) => {
      assert(
        s.members(clerks).every((c) => s.count(c) < 1),
        "all begin at 0",
      );
      return true;
    },
    explain: () => "",
  });
  const sooner = initially({
    ...{ name: "sooner", says: "", for: {}, explain: () => "" },
    holds: (s) => {
      if (s.members(clerks).some((c) => s.count(c) === 1)) throw new Error("no idea");
      return true;
    },
  });
  const outcome = checkSync(new Instance(made(throwing, asserting, sooner, { ...throwing, name: "again" })));
  const told = outcome.properties.map(({ name, verdict, trace }) => [
    name,
    verdict,
    trace?.states[0]?.["#meta"].choice,
  ]);
  expect(told).toEqual([
    ["at most 2", "incomplete", undefined],
    ["asserting", "incomplete", undefined],
    ["sooner", "incomplete", undefined],
    ["again", "incomplete", undefined],
    // The first initial state in which one throws.
    ["no error", "violated", 3],
    ["no failed assertion", "violated", 3],
  ]);
  expect(statusOf(outcome)).toBe(15);
});

test("by hand, it is judged by where the walk began, and is no aim of a search", () => {
  const session = new Session(new Instance(made(small(1))), { memory: 1e10 });
  for (let i = 0; i < 3; i++) session.do({ do: "take", choice: 0 });
  expect(session.view().properties[0]).toMatchObject({ kind: "initial", verdict: "holds" });
  session.do({ do: "begin", initial: 7 });
  session.do({ do: "take", choice: 0 });
  expect(session.view().properties[0]).toMatchObject({ verdict: "violated", text: "C2 has counted up to 2" });
  expect(() => session.do({ do: "violate", property: "at most 1" })).toThrow(/asked of initial states only/);
});
