/** Traces as text, and their replay: pure functions, tried on small models and on traces made by hand. */
import { describe, expect, test } from "vitest";
import { Instance, nameOfInstance } from "../../checker/model/instance.js";
import { type AnyModel, withProperties } from "../../checker/model/model.js";
import { successorsOf } from "../../checker/model/reference.js";
import { checkSync } from "../../checker/search/check.js";
import { popcornProperties } from "../../invariants/popcorn/index.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { dieHard } from "../../spec/toy/die-hard.js";
import { naiveMutex } from "../../spec/toy/naive-mutex.js";
import { parseTrace } from "../../traces/formats/parse.js";
import { evidenceOf } from "../../traces/replay/evidence.js";
import { replay } from "../../traces/replay/replay.js";
import { follow, traceOf } from "../../traces/replay/run.js";
import { unstyled } from "../../traces/text/styled.js";
import { textOfTrace } from "../../traces/text/text.js";
import { TRACE_FORMAT, type Trace, type TraceState, type TraceStep } from "../../traces/trace.js";

const [k1, k2, k3] = ["K1", "K2", "K3"] as const;
type Value = TraceState[string];

const family = (entries: readonly (readonly [unknown, unknown])[]) => ({ "#map": entries, "#family": true }) as Value;
const pair = (from: string, to: string) => ({ "#tup": [from, to] });
const int = (value: number) => ({ "#bigint": String(value) });
const bag = (...messages: readonly [unknown, number][]) => ({
  "#map": messages.map(([message, times]) => [message, int(times)]),
});

function madeTrace(
  steps: readonly (Partial<TraceStep> & { state: Record<string, Value> })[],
  explanation = "all is lost",
) {
  const meta = {
    ...{ format: "ITF", popcheck: TRACE_FORMAT, model: "made", parameters: {}, explanation },
    ...{
      property: { name: "SWMR", kind: "invariant", says: "one writer" },
      headline: { copy: "page" },
      channels: ["link"],
    },
  } as const;
  const states = steps.map(({ state, ...step }, index) => {
    const meta = { index, action: index === 0 ? "initial" : "Step", binding: {}, choice: 0, ...step };
    return { "#meta": meta, ...state };
  });
  return { "#meta": meta, vars: Object.keys(steps[0]!.state), states } as Trace;
}

const copies = (first: object, second: object) => family([[k1, first], [k2, second]]); // biome-ignore format: a state is a line
const links = (there: object, back: object) => family([[pair(k1, k2), there], [pair(k1, k3), back]]); // biome-ignore format: a state is a line
const fetch = { kind: "Fetch", stamp: { tag: "None", value: "U_OF_UNIT" }, writing: false };

const sent = madeTrace([
  { state: { copy: copies({ page: "I", dirty: false }, { page: "S", dirty: false }), link: links(bag(), bag()) } },
  {
    action: "App_Read",
    binding: { at: k1, slot: "null" },
    says: "4.2: a read on Invalid fetches",
    state: {
      copy: copies({ page: "IR", dirty: true }, { page: "S", dirty: false }),
      link: links(bag([fetch, 1]), bag([fetch, 1])),
    },
  },
  {
    action: "Receive",
    binding: { from: k1, to: k2 },
    message: fetch,
    state: {
      copy: copies({ page: "IR", dirty: true }, { page: "S", dirty: true }),
      link: links(bag(), bag([fetch, 3])),
    },
  },
]);

/** Follows a model along steps with these names, and returns the run as a counterexample. */
function along(instance: Instance, names: readonly string[], property: string): Trace {
  let values = instance.initial[0]!;
  const steps = names.map((name) => {
    const successors = [...successorsOf(instance, values)];
    const choice = successors.findIndex((successor) => nameOfInstance(successor.instance) === name);
    values = successors[choice]!.next!;
    return choice;
  });
  const run = follow(instance, { initial: 0, steps });
  const violated = instance.properties.find((each) => each.name === property)!;
  const { name, kind, says } = violated;
  const explanation = evidenceOf(instance, violated, run)!;
  return traceOf(instance, { initial: 0, steps }, run, { property: { name, kind, says }, explanation });
}

const linesOf = (trace: Trace, options?: Parameters<typeof textOfTrace>[1]) => textOfTrace(trace, options).split("\n");

describe("the text of a trace", () => {
  test("tells the race of naive-mutex as a table of what each step changed", () => {
    const race = ["Request(P1)", "Test(P1)", "Request(P2)", "Test(P2)", "Set(P1)", "Set(P2)"];
    const trace = along(new Instance(naiveMutex), race, "mutual exclusion");
    expect(textOfTrace(trace, { shortest: true })).toMatchInlineSnapshot(`
      "VIOLATED  mutual exclusion                        shortest: 6 steps
       0  initial      P1 rest  P2 rest  locked false
       1  Request(P1)  P1 rest → test
       2  Test(P1)     P1 test → set                           await not locked
       3  Request(P2)  P2 rest → test
       4  Test(P2)     P2 test → set                           await not locked
       5  Set(P1)      P1 set → critical  locked false → true  locked := true
       6  Set(P2)      P2 set → critical                       locked := true
          ^ P1 and P2 are both in their critical sections"
    `);
  });

  test("begins with a record's headline and puts its other changed fields in brackets", () => {
    expect(linesOf(sent)[2]).toContain("K1 I → IR [dirty false → true]");
  });

  test("names the headline of a record of which only other fields changed", () => {
    expect(linesOf(sent)[3]).toContain("K2 S [dirty false → true]");
  });

  test("says nothing of what did not change", () => {
    expect(linesOf(sent)[2]).not.toContain("K2 S");
  });

  test("puts the same message to several places behind one sign", () => {
    expect(linesOf(sent)[2]).toContain("+ Fetch K1→K2, K1→K3");
  });

  test("tells what was received before what was sent, and how many of a message", () => {
    expect(linesOf(sent)[3]).toMatch(/^ 2 {2}Receive Fetch K1→K2 .* \+ Fetch K1→K3 ×2/);
  });

  test("leaves out the value of an optional name that was not taken", () => {
    expect(linesOf(sent)[2]).toContain("App_Read(K1) ");
  });

  test("ends a step with the sentence that it carries out, and dims nothing else", () => {
    const line = linesOf(sent, { styles: { ...unstyled, dim: (text) => `<${text}>` } })[2];
    expect(line).toMatch(/ {2}<4\.2: a read on Invalid fetches>$/);
  });

  test("marks the last step with what is wrong", () => {
    expect(linesOf(sent).at(-1)).toBe("    ^ all is lost");
  });

  test("calls a trace shortest only if it is known to be", () => {
    expect(linesOf(sent)[0]).toMatch(/^VIOLATED {2}SWMR .* {2}2 steps$/);
    expect(linesOf(sent, { shortest: true })[0]).toMatch(/ {2}shortest: 2 steps$/);
  });

  test("shows every value of every state if asked to", () => {
    const lines = linesOf(sent, { full: true });
    expect(lines).toContain("      copy K2 = {page S, dirty}");
    expect(lines).toContain("      link K1→K3 = {Fetch: 3}");
  });

  test("puts what changed in the same column in every step", () => {
    const [, ...steps] = linesOf(sent).slice(0, 4);
    const starts = steps.map((line) => line.search(/K[12] [IS]/));
    expect(starts[0]).toBeGreaterThan(0);
    expect(new Set(starts).size).toBe(1);
  });

  test.each([40, 60, 80, 100, 140])("fits into %i columns, and loses no word there", (width) => {
    const model: AnyModel = withProperties(popcorn, popcornProperties);
    const instance = new Instance(model, { stage: "4.2", kernels: 2 });
    const [violated] = checkSync(instance, { properties: ["SWMR"] }).properties;
    const narrow = textOfTrace(violated!.trace!, { width });
    const [, ...lines] = narrow.split("\n");
    expect(lines.filter((line) => line.length > width)).toEqual([]);
    const words = (text: string) => text.split(/\s+/).filter(Boolean).sort();
    expect(words(narrow)).toEqual(words(textOfTrace(violated!.trace!)));
  });

  test("of a message that no rule receives tells what can be done about it", () => {
    const state = { copy: copies({ page: "I" }, { page: "S" }), link: links(bag([fetch, 1]), bag()) };
    const unspecified = { unspecified: "nobody asked (table.ts:3)", message: fetch, cell: "S × Fetch" };
    const lines = linesOf(
      madeTrace([{ state }, { ...unspecified, action: "Receive", state }], "S × Fetch: impossible"),
    );
    expect(lines.slice(2)).toEqual([
      " 1  Receive Fetch              no rule for Fetch",
      "    ^ S × Fetch: impossible",
      "      Fix the rule that sent Fetch, or give S × Fetch a rule.",
    ]);
  });
});

describe("a replay", () => {
  const instance = new Instance(dieHard);
  const recorded = () => {
    const outcome = checkSync(instance, { properties: ["never 4 gallons"] });
    return structuredClone(outcome.properties[0]!.trace!) as Trace;
  };
  /** Returns a recorded trace, damaged. */
  const tampered = (damage: (states: Record<string, unknown>[]) => void): Trace => {
    const trace = recorded();
    damage(trace.states as unknown as Record<string, unknown>[]);
    return trace;
  };

  test("finds a recorded violation again, with the same explanation", () => {
    const trace = recorded();
    const { difference, explanation } = replay(instance, trace);
    expect(difference).toBeUndefined();
    expect(explanation).toBe(trace["#meta"].explanation);
    expect(explanation).not.toBe("");
  });

  test("survives being written and read", () => {
    expect(replay(instance, parseTrace(JSON.stringify(recorded()))).difference).toBeUndefined();
  });

  test("names the first step whose state is another, the variable and both values", () => {
    const trace = tampered((states) => {
      states[3]!.big = int(99);
      states[5]!.big = int(98);
    });
    expect(replay(instance, trace).difference).toMatchObject({ what: "big", recorded: "99" });
    expect(replay(instance, trace).difference!.at).toMatch(/^step 3, /);
  });

  test("names a step that is another action than the recorded one", () => {
    const trace = tampered((states) => {
      states[2]!["#meta"] = { ...(states[2]!["#meta"] as TraceStep), action: "Drink" };
    });
    expect(replay(instance, trace).difference).toMatchObject({ what: "the step", recorded: "Drink" });
  });

  test("refuses a step that does not exist", () => {
    const trace = tampered((states) => {
      states[2]!["#meta"] = { ...(states[2]!["#meta"] as TraceStep), choice: 99 };
    });
    expect(() => replay(instance, trace)).toThrow(/after 1 step there is no successor number 99/);
  });

  test("finds that a property holds where it was repaired", () => {
    const lenient = instance.properties.map((property) => ({ ...property, holds: () => true }));
    const repaired = new Instance({ ...(dieHard as AnyModel), properties: () => lenient as never });
    const { difference, explanation } = replay(repaired, recorded());
    expect({ difference, explanation }).toEqual({ difference: undefined, explanation: undefined });
  });

  test("refuses a property that the model does not have any more", () => {
    const without = new Instance({ ...(dieHard as AnyModel), properties: () => [] });
    expect(() => replay(without, recorded())).toThrow(/has no property called "never 4 gallons" any more/);
  });

  test.each(["SWMR", "no lost update", "no deadlock"])("agrees with the search on %s of popcorn 4.2", (name) => {
    const model: AnyModel = withProperties(popcorn, popcornProperties);
    const ladder = new Instance(model, { stage: "4.2", kernels: 2 });
    const [found] = checkSync(ladder, { properties: [name] }).properties;
    const { difference, explanation } = replay(ladder, found!.trace!);
    expect(difference).toBeUndefined();
    expect(explanation).toBe(found!.explanation);
  });

  test.each([
    ["no JSON", "{", /not JSON/],
    ["JSON of another kind", "[1, 2]", /no "#meta"/],
    ["a trace of another tool", '{"#meta": {"format": "ITF"}, "vars": [], "states": []}', /format is of another tool/],
    [
      "another version",
      '{"#meta": {"popcheck": "popcheck trace 0"}}',
      /"popcheck trace 0", and not "popcheck trace 1"/,
    ],
  ])("says of %s what is wrong with it", (_, text, reason) => {
    expect(() => parseTrace(text)).toThrow(reason);
  });

  test.each<[string, (trace: Record<string, unknown>) => void, RegExp]>([
    ["the model", (trace) => delete (trace["#meta"] as { model?: string }).model, /"model" in its "#meta" is missing/],
    ["the states", (trace) => Object.assign(trace, { states: [] }), /"states" is no list of states/],
    [
      "a variable",
      (trace) => delete (trace.states as Record<string, unknown>[])[1]!.big,
      /state 1 has no value for big/,
    ],
    [
      "the choice",
      (trace) => Object.assign((trace.states as TraceState[])[2]!["#meta"], { choice: -1 }),
      /"choice" of state 2/,
    ],
    ["the order", (trace) => (trace.states as unknown[]).reverse(), /"index" of state 0/],
  ])("says of a trace without %s what is missing", (_, damage, reason) => {
    const trace = structuredClone(recorded()) as unknown as Record<string, unknown>;
    damage(trace);
    expect(() => parseTrace(JSON.stringify(trace))).toThrow(reason);
  });
});
