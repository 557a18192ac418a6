/**
 * A function that throws makes a counterexample: the run to the state in which it does, the same however the states are
 * searched, of the least depth that the naive explorer knows, and confirmed when it is replayed.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  disabled,
  type Member,
  model,
  nameOf,
  type Property,
  perMember,
  type StateOf,
  scalarset,
  single,
  vocabulary,
} from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { placeTold } from "../../checker/model/thrown.js";
import { statusOf } from "../../checker/reports/exit-status.js";
import { jsonOf } from "../../checker/reports/json.js";
import { junitOf } from "../../checker/reports/junit.js";
import { sarifOf } from "../../checker/reports/sarif.js";
import { checkSync } from "../../checker/search/check.js";
import { randomSearchAlone } from "../../checker/search/random/random-search.js";
import { FORMATS } from "../../traces/formats/formats.js";
import { parseTrace } from "../../traces/formats/parse.js";
import { replay } from "../../traces/replay/replay.js";
import { textOfTrace } from "../../traces/text/text.js";
import { lengthOf, type Trace } from "../../traces/trace.js";
import { exceptRelease } from "../support/extent.js";
import { explore } from "../support/naive-explorer.js";
import { nameOfWay, searchBy, WAYS } from "../support/search-ways.js";
import { errorOf } from "../support/thrown.js";

const clerks = scalarset("clerk", { prefix: "C", size: 3 });
type Clerk = Member<"clerk">;
/** What each clerk has counted up to, and what was counted last. */
const variables = () => ({ count: perMember(clerks, 0), last: single(0) });
type State = StateOf<ReturnType<typeof variables>>;
const { action, always, alwaysEventually, alwaysStep, compassion, eventually, goal, leadsTo, noDeadlock, reachable } =
  vocabulary<State>();

const MOST = 5;
const up = action(
  "Up",
  { c: clerks },
  (s, { c }) => (s.count(c) < MOST ? s.withCount(c, s.count(c) + 1).withLast(s.count(c) + 1) : disabled),
  { fair: "weak" },
);
/** Throws where one clerk has counted up to 3, and another up to 2. */
const throwsLate = (s: State, c: Clerk): boolean => {
  const isLate = s.count(c) === 3 && s.others(c).some((other) => s.count(other) === 2);
  if (isLate) throw new Error(`no idea what ${nameOf(c)} is to do`);
  return true;
};
const throwsSomewhere = (s: State) => s.members(clerks).every((c) => throwsLate(s, c));
/** Throws where no clerk can go on, which only a step that changes nothing leaves. */
const throwsAtTheEnd = (s: State): boolean => {
  if (s.members(clerks).every((c) => s.count(c) === MOST)) throw new Error("no idea");
  return true;
};
const isFifth = (s: State) => s.members(clerks).reduce((sum, c) => sum + s.count(c), 0) === 5;
const shape = { says: "", for: {}, explain: () => "" };
const fine = always({ ...shape, name: "fine", holds: (s) => s.last() <= MOST });
const deep = always({ ...shape, name: "deep", holds: (s) => s.members(clerks).some((c) => s.count(c) < 4) });

interface Parts {
  readonly actions?: readonly unknown[];
  readonly properties?: readonly Property<State>[];
  readonly fairness?: readonly unknown[];
}

function made({ actions = [], properties = [], fairness = [] }: Parts): AnyModel {
  return model({
    name: "clerks",
    about: "",
    parameters: {},
    variables,
    actions: () => [up, ...actions] as never,
    properties: () => [fine, ...properties, deep],
    fairness: () => fairness as never,
  });
}

const suspect = action("Suspect", { c: clerks }, (s, { c }) => (throwsLate(s, c) ? disabled : disabled));
const cases: readonly (readonly [what: string, parts: Parts, says: RegExp])[] = [
  ["an action", { actions: [suspect] }, /^action Suspect\(C\d\), .* threw no idea what C\d is to do \(test.search/],
  [
    "an action that returns nothing",
    { actions: [action("Forgets", {}, (s) => (s.last() < 4 ? disabled : (undefined as never)))] },
    /^action Forgets, .* returned undefined: a `return` is missing\. Return a state/,
  ],
  [
    "an action that writes what is no value",
    { actions: [action("Writes", {}, (s) => (s.last() < 3 ? disabled : s.withLast([1] as never)))] },
    /^action Writes, .* wrote into last a plain array/,
  ],
  [
    "an invariant",
    { properties: [always({ ...shape, name: "p", for: { c: clerks }, holds: (s, { c }) => throwsLate(s, c) })] },
    /^property "p" threw no idea what C\d is to do/,
  ],
  [
    "an invariant that says nothing",
    { properties: [always({ ...shape, name: "p", holds: (s) => (s.last() < 4 ? true : (undefined as never)) })] },
    /^holds of property "p" \(test.*\) returned undefined/,
  ],
  [
    "a step invariant",
    {
      properties: [
        alwaysStep({ ...shape, name: "p", holds: (_, after) => throwsSomewhere(after) && after.last() <= MOST }),
      ],
    },
    /^property "p" threw no idea/,
  ],
  [
    "a goal, also one that is met on the same level",
    {
      properties: [reachable({ name: "r", says: "", goals: [goal("g", {}, (s) => throwsSomewhere(s) && isFifth(s))] })],
    },
    /^goal "g" of property "r" threw no idea/,
  ],
];

/** Depth of the state at the end, without a step that threw. */
const depthOf = (trace: Trace) => lengthOf(trace) - (trace.states.at(-1)!["#meta"].threw === undefined ? 0 : 1);

describe.each(cases)("%s that throws", (what, parts, says) => {
  const make = () => new Instance(made(parts));

  test("has a shortest counterexample, by the naive explorer", () => {
    const expected = explore({ model: made(parts), parameters: {} });
    const outcome = checkSync(make(), { symmetry: false, audit: 1 });
    const error = errorOf(outcome)!;
    expect(error).toMatchObject({ verdict: "violated", kind: "no error" });
    expect(error.explanation).toMatch(says);
    // The naive explorer does not know what is a value.
    const depth = expected.threwAt ?? 3;
    expect(depthOf(error.trace!)).toBe(depth);
    // Every state of the level was looked at, and each step that does not throw was taken.
    expect(outcome.statistics!.levels).toEqual(expected.levels.slice(0, depth + 1));
    if (expected.threwAt !== undefined)
      expect(outcome.distinct).toBe(expected.levels.slice(0, depth + 2).reduce((sum, states) => sum + states, 0));
    // What was not seen to its end is no pass.
    expect(outcome.properties.filter(({ verdict, kind }) => verdict === "holds" && kind !== "reachable")).toEqual([]);
    expect(outcome.incomplete).toMatch(/^stopped where a function of the model threw.*every state up to depth \d+/);
    expect(statusOf(outcome)).toBe(15);
  });

  test("has the same one in every way to search, and one in every order", () => {
    const first = new Map<boolean, Trace>();
    const all = what === "an action" || what.startsWith("a goal");
    const ways = all
      ? exceptRelease(WAYS, (_, i) => i % 6 > 0)
      : WAYS.filter(({ store, spilled, resumed }) => store === "exact" && !spilled && !resumed);
    for (const way of ways) {
      // Depth first, a goal that is met is not asked about again.
      if (way.search === "dfs" && what.startsWith("a goal")) continue;
      const { outcome } = searchBy(make, way, 8);
      const error = errorOf(outcome);
      expect(error?.verdict, nameOfWay(way)).toBe("violated");
      if (way.store === "fingerprint" && error!.trace === undefined) continue;
      expect(error!.explanation, nameOfWay(way)).toMatch(says);
      // A store of fingerprints keeps the parent that came first.
      if (way.search === "dfs" || way.store === "fingerprint") continue;
      if (!first.has(way.symmetry)) first.set(way.symmetry, error!.trace!);
      expect(error!.trace, nameOfWay(way)).toEqual(first.get(way.symmetry));
    }
    expect(depthOf(first.get(true)!)).toBe(depthOf(first.get(false)!));
  });

  test.skipIf(what.startsWith("a goal"))("has one at random, which is confirmed when it is replayed", async () => {
    for (const search of ["random", "swarm"] as const) {
      const outcome = await randomSearchAlone(make(), { search, seed: 3, walks: 40 });
      const { explanation, trace } = errorOf(outcome)!;
      expect(explanation).toMatch(says);
      expect(outcome.incomplete).toMatch(/a function of the model threw/);
      const again = replay(make(), parseTrace(JSON.stringify(trace)));
      expect(again).toMatchObject({ difference: undefined, explanation });
      expect(again.trace).toEqual(trace);
    }
  });
});

describe("what throws in the liveness phase has a counterexample, too:", () => {
  const live = (parts: Parts) => () => new Instance(made(parts));
  test.each<[string, Parts, RegExp]>([
    [
      "eventually",
      { properties: [eventually({ ...shape, name: "p", holds: throwsSomewhere })] },
      /^property "p" threw/,
    ],
    [
      "from of a leads-to",
      { properties: [leadsTo({ ...shape, name: "p", from: throwsSomewhere, to: () => true })] },
      /^property "p" threw no idea/,
    ],
    [
      "answered of an assumption",
      {
        properties: [alwaysEventually({ ...shape, name: "p", holds: (s) => s.last() === MOST })],
        fairness: [
          compassion({ name: "f", for: {}, actions: ["Up"], whenever: () => true, answered: throwsSomewhere } as never),
        ],
      },
      /^assumption "f" threw no idea/,
    ],
    [
      "whenever of an assumption",
      {
        actions: [action("Spin", {}, (s) => s, { fair: "weak" })],
        properties: [alwaysEventually({ ...shape, name: "p", holds: () => false })],
        fairness: [
          compassion({
            name: "f",
            for: {},
            actions: ["Spin"],
            whenever: throwsAtTheEnd,
            answered: () => true,
          } as never),
        ],
      },
      /^assumption "f" threw no idea/,
    ],
  ])("%s", (what, parts, says) => {
    const outcomes = [1, 2].map((threads) => checkSync(live(parts)(), { threads, levelForThreads: 1 }));
    for (const outcome of outcomes) {
      const error = errorOf(outcome)!;
      expect(error.explanation).toMatch(says);
      expect(lengthOf(error.trace!)).toBe(what.startsWith("whenever") ? 15 : 5);
      expect(error.trace).toEqual(errorOf(outcomes[0]!)!.trace);
      const verdicts = Object.fromEntries(outcome.properties.map(({ name, verdict }) => [name, verdict]));
      // The search came to its end: only liveness is not decided.
      expect(verdicts).toEqual({ fine: "holds", p: "incomplete", deep: "violated", "no error": "violated" });
      expect(statusOf(outcome)).toBe(15);
      expect(replay(live(parts)(), error.trace!)).toMatchObject({
        difference: undefined,
        explanation: error.explanation,
      });
    }
  });
});

test("a state in which an action of the protocol throws is no deadlock", () => {
  const last = action("Last", {}, (s) => {
    if (s.members(clerks).every((c) => s.count(c) === MOST)) throw new Error("no idea");
    return disabled;
  });
  const dead = noDeadlock({ name: "no deadlock", says: "", stuck: () => true, explain: () => "stuck" });
  const verdicts = (actions: readonly unknown[]) =>
    checkSync(new Instance(made({ actions, properties: [dead] }))).properties.map(
      ({ name, verdict }) => `${name} ${verdict}`,
    );
  expect(verdicts([])).toContain("no deadlock violated");
  expect(verdicts([last])).toContain("no deadlock incomplete");
  expect(verdicts([last])).toContain("no error violated");
  // What waits throws itself.
  const asks = noDeadlock({ ...dead, stuck: (s) => (s.last() < MOST ? true : (undefined as never)) });
  const outcome = checkSync(new Instance(made({ properties: [asks] })));
  expect(errorOf(outcome)!.explanation).toMatch(/^stuck of property "no deadlock" .* returned undefined/);
});

test("a violation whose explanation throws is a violation, with its run", () => {
  const explain = (s: State) => {
    if (s.last() > 0) throw new Error("no words");
    return "";
  };
  const small = always({ ...shape, name: "small", holds: (s) => s.last() < 3, explain });
  const outcome = checkSync(new Instance(made({ properties: [small] })));
  const { verdict, explanation, trace } = outcome.properties.find(({ name }) => name === "small")!;
  expect({ verdict, length: lengthOf(trace!) }).toEqual({ verdict: "violated", length: 3 });
  expect(explanation).toMatch(/^the explanation of property "small" threw no words \(test.search.thrown/);
  expect(statusOf(outcome)).toBe(12);
  const silent = always({ ...small, for: {}, explain: (() => undefined) as never });
  const { properties } = checkSync(new Instance(made({ properties: [silent] })));
  expect(properties.map(({ explanation }) => explanation)).toContain(
    'explain of property "small" returned undefined, which is no text',
  );
});

describe("the reports show it:", () => {
  const outcome = checkSync(new Instance(made({ actions: [suspect] })));
  const error = errorOf(outcome)!;

  test("JSON", () => {
    const { status, properties, complete } = jsonOf(outcome);
    expect({ status, complete }).toEqual({ status: 15, complete: false });
    expect(properties.at(-1)).toMatchObject({
      name: "no error",
      kind: "no error",
      outcome: "violated",
      traceLength: 6,
    });
  });

  test("JUnit", () => {
    const text = junitOf(outcome, {});
    expect(text).toMatch(/<testcase classname="clerks" name="no error".*>\n.*<error message="action Suspect\(C\d\)/);
    expect(text).toMatch(/failures="0" errors="3"/);
  });

  test("SARIF", () => {
    const [run] = sarifOf(outcome, { version: "", modelFile: undefined }).runs;
    expect(run!.results).toHaveLength(1);
    expect(run!.results[0]).toMatchObject({ ruleId: "no-error" });
    expect(JSON.stringify(run!.results[0])).toContain("a function threw");
    expect(run!.invocations[0]!.executionSuccessful).toBe(false);
  });

  test("SARIF, at the line that threw, not at the head of the model's file", () => {
    const [run] = sarifOf(outcome, { version: "", modelFile: "models/clerks.ts" }).runs;
    const own = readFileSync(new URL(import.meta.url), "utf8").split("\n");
    const line = own.findIndex((text) => text.includes("if (isLate) throw")) + 1;
    expect(line).toBeGreaterThan(0);
    expect(run!.results[0]!.locations).toMatchObject([
      { physicalLocation: { artifactLocation: { uri: "test/search/thrown.test.ts" }, region: { startLine: line } } },
    ]);
    expect(placeTold("action A, declared at a/b.ts:3, returned what is no state: 1")).toEqual({
      file: "a/b.ts",
      line: 3,
    });
    expect(placeTold('property "p" threw (see 1:2)')).toBeUndefined();
  });

  test("text, and every format of traces", () => {
    expect(textOfTrace(error.trace!)).toMatch(/ 6 {2}Suspect\(C\d\) +threw\n {4}\^ action Suspect/);
    for (const [name, format] of Object.entries(FORMATS))
      if (!/itf|csv/.test(name)) expect(format(error.trace!), name).toContain("a function threw");
  });

  test("a replay, which tells a model that was mended", () => {
    const { explanation, difference } = replay(new Instance(made({ actions: [suspect] })), error.trace!);
    expect({ explanation, difference }).toEqual({ explanation: error.explanation, difference: undefined });
    const mended = action("Suspect", { c: clerks }, (s, { c }) => s.withCount(c, 0));
    expect(replay(new Instance(made({ actions: [mended] })), error.trace!).difference).toBeDefined();
  });
});
