/**
 * Functions that break their contract are convicted and named: by the decision trees, when a run contradicts one before
 * it, by the audit that ends every search, or by whatever they threw. The message says which function it was and where
 * it was declared.
 */

import { readFileSync } from "node:fs";
import { List } from "immutable";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { disabled, model, type Property, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import { checkSync } from "../../checker/search/check.js";
import type { SearchOptions } from "../../checker/search/options.js";
import type { PropertyOutcome } from "../../checker/search/outcome.js";
import { complaintOfSync } from "../support/thrown.js";

/** A counter that goes round, and the place that the functions under suspicion write. */
const variables = () => ({ round: single(0), mark: single(0 as unknown) });
type State = StateOf<ReturnType<typeof variables>>;
const { action, always, goal, noDeadlock, reachable } = vocabulary<State>();
const turn = action("Turn", {}, (state) => state.withRound((state.round() + 1) % 5));

type Next = Parameters<typeof action>[2];
const run = (suspect: Next, properties: readonly Property<State>[] = [], options: SearchOptions = {}) => {
  const actions = [turn, action("Suspect", {}, suspect)];
  const of = {
    name: "round",
    about: "",
    parameters: {},
    variables,
    actions: () => actions,
    properties: () => properties,
  };
  return checkSync(new Instance(model(of)), options);
};

/** The complaint about the suspect. */
const complaint = complaintOfSync;

/** Where the suspect is declared. */
const lines = readFileSync(new URL(import.meta.url), "utf8").split("\n");
const declared = `test/search/impurity.test.ts:${1 + lines.findIndex((line) => line.includes('action("Suspect"'))}`;

test("an honest function is not complained about", () => {
  expect(run((state) => state.withMark(state.round())).audited).toBeGreaterThan(0);
});

/** Each case is a fresh impure function of the round. */
const impure: { readonly [how: string]: () => Next } = {
  "rolls dice for what it writes": () => (state) => state.withMark(Math.random()),
  "rolls dice for whether it is enabled": () => (state) =>
    Math.random() < 0.5 ? disabled : state.withMark(state.round()),
  "counts its calls in a captured variable": () => {
    let calls = 0;
    return (state) => state.withMark(calls++ % 3);
  },
  "is enabled only when it is called for the first time": () => {
    let called = false;
    return (state) => {
      if (called) return disabled;
      called = true;
      return state.withMark(1);
    };
  },
  "is disabled only when it is called for the first time in a round": () => {
    const called = new Set<number>();
    return (state) => (called.size === called.add(state.round()).size ? state.withMark(1) : disabled);
  },
  "reads more when it is called again": () => {
    const met: number[] = [];
    return (state) => (met.push(state.round()) > 3 && state.mark() === 1 ? disabled : state.withMark(1));
  },
  "mutates a captured array": () => {
    const met: number[] = [];
    return (state) => state.withMark(met.push(state.round()) % 4);
  },
  "reads in another order when it is called again": () => {
    let calls = 0;
    return (state) => state.withMark(calls++ === 0 ? state.round() : [state.mark(), state.round()][1]);
  },
  "reads less when it is called again": () => {
    let calls = 0;
    return (state) => (calls++ === 0 ? state.withMark(state.round()) : disabled);
  },
  "reads the clock": () => (state) => state.withMark(Date.now() % 7),
  "returns what it returned before": () => {
    let before: State | undefined;
    return (state) => {
      const after = before ?? state.withMark(1);
      before = state.round() === 0 ? state.withMark(2) : after;
      return after;
    };
  },
};

describe("an action is convicted and named that", () => {
  // A clock that is never read twice at the same time, and dice that fall the same in every run of this test.
  let [now, random] = [0, 1];
  beforeEach(() => {
    [now, random] = [0, 1];
    vi.spyOn(Date, "now").mockImplementation(() => now++);
    vi.spyOn(Math, "random").mockImplementation(() => {
      random = (random * 16807) % 2147483647;
      return random / 2147483647;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test.each(Object.entries(impure))("%s", (_how, make) => {
    expect(complaint(() => run(make()))).toMatch(/action Suspect.* is not a pure function/);
  });

  test("has violated a property by chance", () => {
    const holds = (state: State) => state.mark() !== 1;
    const property = always({ name: "no 1", says: "", for: {}, holds, explain: () => "1" });
    const once = impure["is enabled only when it is called for the first time"]!();
    expect(complaint(() => run(once, [property]))).toMatch(/action Suspect.* is not a pure function/);
  });

  test.each([
    ["reads in another order when it is called again", "a decision tree", /^action Suspect/],
    ["reads less when it is called again", "a decision tree", /^action Suspect/],
    ["reads the clock", "the audit", /^the audit found/],
  ])("%s, by %s that tells where it was declared", (how, _who, says) => {
    const said = complaint(() => run(impure[how]!()));
    expect(said).toMatch(says);
    expect(said).toContain(declared);
  });
});

test("an invariant is convicted and named that holds only the first few times", () => {
  let calls = 0;
  const holds = (state: State) => state.round() < 9 && calls++ < 5;
  const suspect = always({ name: "Suspect", says: "", for: {}, holds, explain: () => "" });
  expect(complaint(() => run(() => disabled, [suspect], { audit: 1 }))).toMatch(/"Suspect" is not a pure function/);
});

describe("an action is named, placed and told what is wrong that", () => {
  const stranger = () =>
    new Instance(
      model({ name: "other", about: "", parameters: {}, variables, actions: () => [], properties: () => [] }),
    );
  const strange = stranger().stateOf([0, 0]) as unknown as State;
  class Mutable {}
  test.each<[how: string, says: RegExp, suspect: (state: State) => unknown]>([
    [
      "throws an error",
      /threw the reason/,
      () => {
        throw new Error("the reason");
      },
    ],
    [
      "throws a text",
      /threw the reason/,
      () => {
        throw "the reason";
      },
    ],
    [
      "forgets to return",
      /returned undefined: a `return` is missing\. Return a state/,
      (state) => void state.withMark(1),
    ],
    ["returns null", /returned null, which is no state/, () => null],
    ["returns a list with a gap", /returned a list with undefined/, (state) => [state, undefined]],
    ["returns another model's state", /returned a state of another model/, () => strange],
    [
      "stores a plain object",
      /wrote into mark a plain object, .* which is no value.*Record/s,
      (state) => state.withMark({ a: 1 }),
    ],
    ["stores an array", /wrote into mark a plain array, \[1\], which is no value/, (state) => state.withMark([1])],
    [
      "stores an array inside a List",
      /wrote into mark a plain array, \[1\], in a list, which is no value/,
      (state) => state.withMark(List([[1]])),
    ],
    [
      "stores an instance of a class",
      /an object of the class Mutable, which is no value/,
      (state) => state.withMark(new Mutable()),
    ],
    ["stores a function", /wrote into mark a function, which is no value/, (state) => state.withMark(() => 1)],
    ["stores a symbol of no index set", /Symbol\(s\)/, (state) => state.withMark(Symbol("s"))],
    ["stores a state", /an object of the class ModelState, which is no value/, (state) => state.withMark(state)],
  ])("%s", (_how, says, suspect) => {
    const said = complaint(() => run(suspect as Next));
    expect(said).toMatch(/^action Suspect/);
    expect(said).toContain(declared);
    expect(said).toMatch(says);
  });
});

describe("a property is named that throws:", () => {
  const fails = (state: State): boolean => {
    if (state.round() === 3) throw new Error("the reason");
    return true;
  };
  const named = { name: "Suspect", says: "", explain: () => "" };
  const disables: Next = () => disabled;
  test.each<[kind: string, property: Property<State>]>([
    ["an invariant", always({ ...named, for: {}, holds: fails })],
    ["a goal", reachable({ ...named, goals: [goal("Suspect", {}, (state) => fails(state) && state.round() === 9)] })],
  ])("%s", (_kind, property) => {
    expect(complaint(() => run(disables, [property]))).toMatch(
      /^(property|goal) "Suspect" .*threw the reason \(test.search.impurity/,
    );
  });

  test("an explanation", () => {
    const explain = () => {
      throw new Error("the reason");
    };
    const violated = always({ ...named, for: {}, holds: () => false, explain });
    const [{ verdict, explanation, trace }] = run(disables, [violated]).properties as [PropertyOutcome];
    expect(explanation).toMatch(/^the explanation of property "Suspect" threw the reason \(test.search.impurity/);
    expect({ verdict, steps: trace!.states.length }).toEqual({ verdict: "violated", steps: 1 });
  });

  test("a deadlock's", () => {
    const stops = model({
      name: "",
      about: "",
      parameters: {},
      variables,
      actions: () => [],
      properties: () => [noDeadlock({ ...named, stuck: () => fails({ round: () => 3 } as State) })],
    });
    expect(complaint(() => checkSync(new Instance(stops)))).toMatch(/^property "Suspect" threw the reason/);
  });
});
