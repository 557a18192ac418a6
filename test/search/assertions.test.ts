/** What `assert` says in a function of a model: the naive explorer says where it fails first. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Session } from "../../checker/explorer/session.js";
import {
  assert,
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
import { statusOf } from "../../checker/reports/exit-status.js";
import { jsonOf } from "../../checker/reports/json.js";
import { junitOf } from "../../checker/reports/junit.js";
import { sarifOf } from "../../checker/reports/sarif.js";
import { checkSync } from "../../checker/search/check.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { randomSearchAlone } from "../../checker/search/random/random-search.js";
import { FORMATS } from "../../traces/formats/formats.js";
import { parseTrace } from "../../traces/formats/parse.js";
import { replay } from "../../traces/replay/replay.js";
import { textOfTrace } from "../../traces/text/text.js";
import { lengthOf, type Trace } from "../../traces/trace.js";
import { exceptRelease } from "../support/extent.js";
import { explore } from "../support/naive-explorer.js";
import { nameOfWay, PLAIN, REDUCED, searchBy, WAYS } from "../support/search-ways.js";

const clerks = scalarset("clerk", { prefix: "C", size: 3 });
type Clerk = Member<"clerk">;
const variables = () => ({ count: perMember(clerks, 0), last: single(0) });
type State = StateOf<ReturnType<typeof variables>>;
const { action, always, alwaysStep, compassion, eventually, goal, noDeadlock, reachable } = vocabulary<State>();

const MOST = 4;
const up = action(
  "Up",
  { c: clerks },
  (s, { c }) => (s.count(c) < MOST ? s.withCount(c, s.count(c) + 1).withLast(s.count(c) + 1) : disabled),
  { fair: "weak" },
);
/** Fails where one clerk has counted up to 3, and another up to 2. */
const agrees = (s: State, c: Clerk): boolean => {
  const isApart = s.count(c) === 3 && s.others(c).some((other) => s.count(other) === 2);
  assert(!isApart, `nobody is ahead of ${nameOf(c)}`);
  return true;
};
const allAgree = (s: State) => s.members(clerks).every((c) => agrees(s, c));
const agreesAtTheEnd = (s: State): boolean => {
  assert(
    s.members(clerks).some((c) => s.count(c) < MOST),
    "somebody counts",
  );
  return true;
};
const shape = { says: "", for: {}, explain: () => "" };
const fine = always({ ...shape, name: "fine", holds: (s) => s.last() <= MOST });

interface Parts {
  readonly actions?: readonly unknown[];
  readonly properties?: readonly Property<State>[];
  readonly fairness?: readonly unknown[];
}

const made = ({ actions = [], properties = [], fairness = [] }: Parts): AnyModel =>
  model({
    name: "clerks",
    about: "",
    parameters: {},
    variables,
    actions: () => [up, ...actions] as never,
    properties: () => [fine, ...properties],
    fairness: () => fairness as never,
  });
const assertionOf = ({ properties }: Outcome) => properties.find(({ kind }) => kind === "no failed assertion");
const asserting = action("Look", { c: clerks }, (s, { c }) => (agrees(s, c) ? disabled : disabled));
const depthOf = (trace: Trace) => lengthOf(trace) - (trace.states.at(-1)!["#meta"].failed === undefined ? 0 : 1);
/** The line of this file in which `agrees` asserts. */
const line =
  1 +
  readFileSync(new URL(import.meta.url), "utf8")
    .split("\n")
    .findIndex((of) => /^ {2}assert\(!/.test(of));

describe.each<[string, Parts, RegExp]>([
  ["an action", { actions: [asserting] }, /^action Look\(C\d\), declared at .*, fails the assertion "nobody is ahead/],
  [
    "an invariant",
    { properties: [always({ ...shape, name: "p", for: { c: clerks }, holds: (s, { c }) => agrees(s, c) })] },
    /^property "p" fails the assertion "nobody is ahead of C\d"/,
  ],
  [
    "a step invariant",
    { properties: [alwaysStep({ ...shape, name: "p", holds: (_, after) => allAgree(after) })] },
    /^property "p" fails the assertion "nobody is ahead of C\d"/,
  ],
  [
    "a goal",
    { properties: [reachable({ name: "r", says: "", goals: [goal("g", {}, (s) => allAgree(s) && s.last() > MOST)] })] },
    /^goal "g" of property "r" fails the assertion "nobody is ahead of C\d"/,
  ],
])("an assertion that fails in %s", (what, parts, says) => {
  const make = () => new Instance(made(parts));
  const expected = explore({ model: made(parts), parameters: {} });

  test("has a shortest counterexample, by the naive explorer, with its words and its line", () => {
    const outcome = checkSync(make(), { symmetry: false, audit: 1 });
    const found = assertionOf(outcome)!;
    expect(found.verdict).toBe("violated");
    expect(found.explanation).toMatch(says);
    expect(found.explanation).toContain(`(test/search/assertions.test.ts:${line})`);
    expect(depthOf(found.trace!)).toBe(expected.failedAt);
    expect(expected.threwAt).toBeUndefined();
    const depth = expected.failedAt!;
    expect(outcome.statistics!.levels).toEqual(expected.levels.slice(0, depth + 1));
    expect(outcome.distinct).toBe(expected.levels.slice(0, depth + 2).reduce((sum, states) => sum + states, 0));
    // What was not seen to its end is no pass, and nothing threw.
    expect(outcome.properties.map(({ verdict }) => verdict)).not.toContain("holds");
    expect(outcome.properties.map(({ kind }) => kind)).not.toContain("no error");
    expect(outcome.incomplete).toMatch(/^stopped where an assertion failed.*every state up to depth \d+/);
    expect(statusOf(outcome)).toBe(12);
  });

  test("has the same one in every way to search, and one in every order", () => {
    const first = new Map<boolean, Trace>();
    const ways = what === "an action" ? exceptRelease(WAYS, (_, i) => i % 9 > 0) : [PLAIN, REDUCED];
    for (const way of ways) {
      const found = assertionOf(searchBy(make, way, 8).outcome)!;
      expect(found.verdict, nameOfWay(way)).toBe("violated");
      if (way.store === "fingerprint" && found.trace === undefined) continue;
      expect(found.explanation, nameOfWay(way)).toMatch(says);
      if (way.search === "dfs" || way.store === "fingerprint") continue;
      if (!first.has(way.symmetry)) first.set(way.symmetry, found.trace!);
      expect(found.trace, nameOfWay(way)).toEqual(first.get(way.symmetry));
      expect(depthOf(found.trace!), nameOfWay(way)).toBe(expected.failedAt);
    }
  });

  test("has one at random, which is confirmed when it is replayed", async () => {
    for (const search of ["random", "swarm"] as const) {
      const outcome = await randomSearchAlone(make(), { search, seed: 3, walks: 60 });
      const { explanation, trace } = assertionOf(outcome)!;
      expect(explanation).toMatch(says);
      expect(outcome.incomplete).toMatch(/an assertion failed/);
      const again = replay(make(), parseTrace(JSON.stringify(trace)));
      expect(again).toMatchObject({ difference: undefined, explanation });
    }
  });
});

describe("an assertion that fails in the liveness phase has a counterexample:", () => {
  test.each<[string, Parts, number, RegExp]>([
    [
      "a predicate",
      { properties: [eventually({ ...shape, name: "p", holds: allAgree })] },
      5,
      /^property "p" fails the assertion "nobody/,
    ],
    [
      "an assumption, asked about a step",
      {
        actions: [action("Spin", {}, (s) => s, { fair: "weak" })],
        properties: [eventually({ ...shape, name: "p", holds: () => false })],
        fairness: [
          compassion({
            name: "f",
            for: {},
            actions: ["Spin"],
            whenever: agreesAtTheEnd,
            answered: () => true,
          } as never),
        ],
      },
      12,
      /^assumption "f" fails the assertion "somebody counts"/,
    ],
  ])("%s", (_, parts, length, says) => {
    const outcome = checkSync(new Instance(made(parts)));
    const found = assertionOf(outcome)!;
    expect(found.explanation).toMatch(says);
    expect(lengthOf(found.trace!)).toBe(length);
    const verdicts = Object.fromEntries(outcome.properties.map(({ name, verdict }) => [name, verdict]));
    expect(verdicts).toEqual({ fine: "holds", p: "incomplete", "no failed assertion": "violated" });
    expect(statusOf(outcome)).toBe(12);
  });
});

describe("where no assertion fails", () => {
  const never = action("Look", { c: clerks }, (s, { c }) => {
    assert(s.count(c) <= MOST, "no clerk goes too far");
    return disabled;
  });
  const make = () => new Instance({ ...made({ actions: [never] }), properties: () => [] });

  test("they hold, which is no empty verdict; and a model that makes none is not said to", async () => {
    for (const way of exceptRelease(WAYS, (_, i) => i % 15 > 0)) {
      const { outcome } = searchBy(make, way, 20);
      expect(assertionOf(outcome), nameOfWay(way)).toMatchObject({ verdict: "holds", trace: undefined });
      expect(statusOf(outcome)).toBe(0);
    }
    expect(assertionOf(checkSync(new Instance(made({}))))).toBeUndefined();
    const some = await randomSearchAlone(make(), { search: "random", seed: 1, walks: 3 });
    expect(assertionOf(some)!.verdict).toBe("incomplete");
    expect(assertionOf(checkSync(make(), { maxStates: 3 }))!.verdict).toBe("incomplete");
  });
});

const notAsserting = (s: State) => {
  assert(s.last() as never, "a number");
  return true;
};

test("what throws is no failed assertion, and what is no boolean is no assertion", () => {
  const both = action("Both", {}, (s) => {
    assert(s.last() < 2, "too far");
    return disabled;
  });
  const throws = always({
    ...shape,
    name: "p",
    holds: (s) => {
      if (s.last() === 2) throw new Error("no idea");
      return true;
    },
  });
  const outcome = checkSync(new Instance(made({ actions: [both], properties: [throws] })));
  const kinds = outcome.properties.map(({ kind, verdict }) => `${kind} ${verdict}`);
  expect(kinds).toEqual(expect.arrayContaining(["no error violated", "no failed assertion violated"]));
  expect(statusOf(outcome)).toBe(15);
  const odd = always({ ...shape, name: "p", holds: notAsserting });
  const error = checkSync(new Instance(made({ properties: [odd] }))).properties.at(-1)!;
  expect(error.kind).toBe("no failed assertion");
  const thrown = checkSync(new Instance(made({ properties: [odd] }))).properties.find(
    ({ kind }) => kind === "no error",
  );
  expect(thrown!.explanation).toMatch(/^the assertion "a number" was given 0, which is no boolean/);
});

test("where one function throws and another fails an assertion, each property shows its own", () => {
  const wild = action("Wild", {}, (s) => {
    if (s.last() === 2) throw new Error("no idea");
    return disabled;
  });
  const sure = action("Sure", {}, (s) => {
    assert(s.last() < 2, "too far");
    return disabled;
  });
  const throws = always({
    ...shape,
    name: "throws",
    holds: (s) => {
      if (s.last() === 2) throw new Error("no words");
      return true;
    },
  });
  const asserts = always({
    ...shape,
    name: "asserts",
    holds: (s) => {
      assert(s.last() < 2, "too far");
      return true;
    },
  });
  const told = (parts: Parts) =>
    checkSync(new Instance(made(parts))).properties.flatMap(({ kind, explanation }) =>
      /^no (error|failed)/.test(kind)
        ? [`${kind}: ${explanation!.replace(/,? *declared at .*?,/, "").split(" (")[0]}`]
        : [],
    );
  for (const actions of [
    [wild, sure],
    [sure, wild],
  ])
    expect(told({ actions })).toEqual([
      "no error: action Wild threw no idea",
      'no failed assertion: action Sure fails the assertion "too far"',
    ]);
  for (const properties of [
    [throws, asserts],
    [asserts, throws],
  ])
    expect(told({ properties })).toEqual([
      'no error: property "throws" threw no words',
      'no failed assertion: property "asserts" fails the assertion "too far"',
    ]);
});

test("a function that asserts for one member only does not treat members alike", () => {
  const partial = action("Look", { c: clerks }, (s, { c }) => {
    assert(nameOf(c) !== "C2" || s.count(c) < 2, "C2 is slow");
    return disabled;
  });
  expect(() => checkSync(new Instance(made({ actions: [partial] })))).toThrow(
    /it failed the assertion "C2 is slow"[\s\S]*it came to: it was disabled|disabled[\s\S]*it failed the assertion "C2 is slow"/,
  );
  // That both throw does not make them alike.
  const unlike = action("Look", { c: clerks }, (s, { c }) => {
    if (nameOf(c) === "C2" && s.count(c) === 2) throw new Error("C2 is lost");
    assert(s.count(c) < 2, "all are slow");
    return disabled;
  });
  expect(() => checkSync(new Instance(made({ actions: [unlike] })))).toThrow(
    /does not treat the members of clerk alike/,
  );
});

test("a state in which an action of the protocol fails an assertion is no deadlock", () => {
  const last = action("Last", {}, (s) => (agreesAtTheEnd(s) ? disabled : disabled));
  const dead = noDeadlock({ name: "no deadlock", says: "", stuck: () => true, explain: () => "stuck" });
  const verdicts = checkSync(new Instance(made({ actions: [last], properties: [dead] }))).properties;
  expect(verdicts.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
    "fine incomplete",
    "no deadlock incomplete",
    "no failed assertion violated",
  ]);
});

test("no property of a model may have its name", () => {
  const named = always({ ...shape, name: "no failed assertion", holds: () => true });
  expect(() => new Instance(made({ properties: [named] }))).toThrow(
    /so reports call assertions of the model that fail/,
  );
});

describe("the reports show it:", () => {
  const outcome = checkSync(new Instance(made({ actions: [asserting] })));
  const found = assertionOf(outcome)!;

  test("JSON, JUnit and SARIF", () => {
    const { status, properties, complete } = jsonOf(outcome);
    expect({ status, complete }).toEqual({ status: 12, complete: false });
    expect(properties.at(-1)).toMatchObject({ kind: "no failed assertion", outcome: "violated", traceLength: 6 });
    expect(junitOf(outcome, {})).toMatch(/<failure message="action Look\(C\d\).*" type="no failed assertion">/);
    const [run] = sarifOf(outcome, { version: "", modelFile: "models/clerks.ts" }).runs;
    expect(run!.results[0]!.locations).toMatchObject([
      {
        physicalLocation: { artifactLocation: { uri: "test/search/assertions.test.ts" }, region: { startLine: line } },
      },
    ]);
  });

  test("text, and every format of traces", () => {
    expect(textOfTrace(found.trace!)).toMatch(/ 6 {2}Look\(C\d\) +fails an assertion\n {4}\^ action Look/);
    for (const [name, format] of Object.entries(FORMATS))
      if (!/itf|csv/.test(name)) expect(format(found.trace!), name).toContain("an assertion failed");
  });

  test("stepping by hand", () => {
    const instance = new Instance(made({ actions: [asserting] }));
    const session = new Session(instance, { memory: 1e10 });
    for (const { "#meta": step } of found.trace!.states.slice(1, -1)) session.do({ do: "take", choice: step.choice });
    const { enabled, properties } = session.view();
    expect(enabled.map(({ notTaken }) => notTaken)).toContain(found.explanation);
    expect(properties.filter(({ verdict }) => verdict === "violated")).toEqual([]);
  });
});
