/** Why counterexamples violate their properties: every sentence is tried again, by plain functions alone. */
import { isRecord } from "immutable";
import { describe, expect, test } from "vitest";
import { Explainer } from "../../checker/explanation/explained.js";
import { valueInWords, withValueAt } from "../../checker/explanation/observed-reads.js";
import { model, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance, type Values } from "../../checker/model/instance.js";
import { type AnyModel, withProperties } from "../../checker/model/model.js";
import { OrdinalValue } from "../../checker/model/ordinal.js";
import { successorsOf } from "../../checker/model/reference.js";
import type { AnyRecord } from "../../checker/model/value.js";
import { checkSync } from "../../checker/search/check.js";
import { popcornProperties } from "../../invariants/popcorn/index.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { dieHard } from "../../spec/toy/die-hard.js";
import { naiveMutex } from "../../spec/toy/naive-mutex.js";
import { starvingMutex } from "../../spec/toy/starving-mutex.js";
import { causeInWords, cycleInWords, ordersInWords, stepsThatMatter } from "../../traces/analysis/explanation.js";
import { messageHistoryOf } from "../../traces/analysis/messages.js";
import { meanwhileIn, overtakingInWords, overtakingsIn, raceOf } from "../../traces/analysis/race.js";
import { stepNameOf } from "../../traces/analysis/step-names.js";
import type { CausalChange } from "../../traces/cause.js";
import { BadTrace, parseTrace } from "../../traces/formats/parse.js";
import { pageModelOf } from "../../traces/page/page-model.js";
import { causalCells } from "../../traces/page/state-rows.js";
import { follow, traceOf } from "../../traces/replay/run.js";
import { textOfTrace } from "../../traces/text/text.js";
import { lengthOf, type Trace } from "../../traces/trace.js";

const kernels = withProperties(popcorn, popcornProperties);

/** Checks some properties of a model, or all, and explains their counterexamples. */
function explained(model: AnyModel, given: object = {}, properties?: readonly string[]) {
  const instance = new Instance(model, { ...given });
  const explainer = new Explainer(instance);
  const traces = checkSync(instance, properties && { properties }).properties.flatMap(
    ({ name, trace }): [string, Trace][] => (trace === undefined ? [] : [[name, explainer.trace(trace)]]),
  );
  return { instance, traces: new Map(traces) };
}

const lamps = () => ({ a: single("off"), b: single("off"), c: single("off") });
const vocabularyOfLamps = vocabulary<StateOf<ReturnType<typeof lamps>, Record<never, never>>>();

/** A single step turns all on, and two would have to be off. */
const threeLamps = model({
  name: "three-lamps",
  about: "three lamps",
  parameters: {},
  variables: lamps,
  actions: () => [vocabularyOfLamps.action("All", {}, (state) => state.withA("on").withB("on").withC("on"))],
  properties: () => [
    vocabularyOfLamps.always({
      ...{ name: "two are off", says: "", for: {}, explain: () => "one is off at most" },
      holds: (state) => [state.a(), state.b(), state.c()].filter((lamp) => lamp === "off").length >= 2,
    }),
  ],
});

const first = explained(kernels, { stage: "4.2", kernels: 2 });
const voting = explained(kernels, { stage: "4.5", kernels: 2 }, ["unique election", "data survives", "no deadlock"]);
const mutex = explained(naiveMutex);
const starving = explained(starvingMutex);
const all = [first, voting, mutex].flatMap(({ instance, traces }) =>
  [...traces].map(([name, trace]) => ({ instance, name, trace })),
);

function lastOf(instance: Instance, { states }: Trace): Values {
  const [initial, ...steps] = states.map((state) => state["#meta"].choice);
  return follow(instance, { initial: initial!, steps }).states.at(-1)!;
}

/** Finds a place by its name, as `copy[K1].page`, and the value: where it is on the run, or of an ordinal anywhere. */
function withChange(
  instance: Instance,
  trace: Trace,
  values: Values,
  { place, values: [wanted] }: CausalChange,
): Values {
  const [, name, field] = /^([^.]+)(?:\.(\w+))?$/.exec(place)!;
  const slot = instance.layout.slots.findIndex((each) => each.name === name);
  const [initial, ...steps] = trace.states.map((state) => state["#meta"].choice);
  const { states } = follow(instance, { initial: initial!, steps });
  const at = (state: Values) => (field === undefined ? state[slot] : (state[slot] as AnyRecord).get(field));
  const parts = (value: unknown) => (isRecord(value) ? [...value.toSeq().values()] : [value]);
  const ordinals = states.flatMap((state) => state.flatMap(parts)).filter((value) => value instanceof OrdinalValue);
  const found = [...[...states, ...instance.initial].map(at), ...ordinals].find((of) => valueInWords(of) === wanted);
  if (found === undefined) throw new Error(`${place} never is ${wanted}`);
  return withValueAt(values, { slot, field }, found);
}

describe("what the verdict hung on", () => {
  const invariants = all.filter(({ trace }) => trace["#meta"].property.kind === "invariant");

  test.each(invariants)("of $name: the property holds with each change, and not with a part of one", (of) => {
    const { instance, name, trace } = of;
    const property = instance.properties.find((each) => each.name === name)!;
    if (property.kind !== "invariant") throw new Error("no invariant");
    const holds = (values: Values) =>
      instance.bindings(property.domains).every((binding) => property.holds(instance.stateOf(values), binding));
    const last = lastOf(instance, trace);
    const { reads, repairs } = trace["#meta"].cause!;
    expect(holds(last)).toBe(false);
    expect(repairs.length).toBeGreaterThan(0);
    for (const changes of repairs.filter((set) => set.every(({ place }) => !place.startsWith("link")))) {
      const changed = (of: readonly CausalChange[]) =>
        of.reduce((values, change) => withChange(instance, trace, values, change), last);
      expect({ changes, holds: holds(changed(changes)) }).toEqual({ changes, holds: true });
      if (changes.length > 1) for (const change of changes) expect(holds(changed([change]))).toBe(false);
      for (const { place } of changes) expect(reads.map((read) => read.place)).toContain(place);
    }
  });

  test("is told, in the text, on the page and in its table", () => {
    const trace = first.traces.get("SWMR")!;
    expect(causeInWords(trace)).toEqual([
      "because: copy[K1].page = Modified, copy[K2].page = Shared",
      "it would hold with copy[K1].page = Invalid, WritingPend1 or Shared, or with copy[K2].page = Invalid or InvalidRead1",
    ]);
    for (const sentence of causeInWords(trace)) {
      expect(textOfTrace(trace)).toContain(`      ${sentence}\n`);
      expect(pageModelOf(trace).reasons).toContain(sentence);
    }
    const isCausal = causalCells(trace, lengthOf(trace));
    const cells = ["page", "data"].map((field) => isCausal({ variable: "copy", field, name: "K1" }));
    expect(cells).toEqual([true, false]);
    expect(causalCells(trace, 1)({ variable: "copy", field: "page", name: "K1" })).toBe(false);
  });

  test("of a property of steps is told before and after the step", () => {
    const [because] = causeInWords(voting.traces.get("unique election")!);
    expect(because).toContain("copy[K1].rivalElected before = true");
    expect(because).toContain("copy[K1].page after = Modified");
  });

  test("of data that is not the latest, the data is what differs, with the value of the latest", () => {
    expect(causeInWords(voting.traces.get("data survives")!)).toEqual([
      "because: copy[K1].data = v1, content.latest = v2, copy[K2].data = –",
      "it would hold with copy[K1].data = v2, or with content.latest = v1, or with copy[K2].data = v2",
    ]);
  });

  test("several places are one change if no place alone is enough", () => {
    const traces = explained(threeLamps).traces;
    expect(traces.get("two are off")!["#meta"].cause!.repairs).toEqual([
      [
        { place: "a", values: ["off"] },
        { place: "b", values: ["off"] },
      ],
      [
        { place: "a", values: ["off"] },
        { place: "c", values: ["off"] },
      ],
      [
        { place: "b", values: ["off"] },
        { place: "c", values: ["off"] },
      ],
    ]);
  });
});

describe("the orders that decide", () => {
  test("of a lock that is tested and then set are the test and the other's setting", () => {
    const trace = mutex.traces.get("mutual exclusion")!;
    expect(trace["#meta"].race!.orders).toEqual([{ first: 4, second: 5, nearest: true }]);
    expect(ordersInWords(trace)).toEqual(["order decides: Test(P2) (4) comes before Set(P1) (5)"]);
    expect([...stepsThatMatter(trace)!]).toEqual([4, 5]);
    expect(textOfTrace(trace)).toMatch(/^ 3 {3}Test\(P1\)[^\n]*\n 4\* {2}Test\(P2\)/m);
    expect(pageModelOf(trace).matters).toEqual(new Set([4, 5]));
  });

  test("of SWMR in stage 4.2 are the Invalid and the end of the read", () => {
    const trace = first.traces.get("SWMR")!;
    const [order, ...others] = trace["#meta"].race!.orders.filter(({ nearest }) => nearest);
    expect(others).toEqual([]);
    expect(stepNameOf(trace, order!.first)).toBe("Receive Invalid K1→K2");
    expect(stepNameOf(trace, order!.second!)).toBe("Read_Done(K2)");
  });

  test("do not decide if the violation comes once the protocol has come to rest", () => {
    const name = "a read finds a Copy";
    const { race } = explained(kernels, { stage: "4.2", kernels: 3 }, [name]).traces.get(name)!["#meta"];
    // With the two Fetches exchanged, the other reader finds no Copy: members are interchangeable.
    expect(race!.orders.filter(({ nearest }) => nearest)).toHaveLength(1);
  });

  test("a message that comes too late is named", () => {
    const name = "a loser finds a Copy";
    const [late] = ordersInWords(explained(kernels, { stage: "4.6", kernels: 2 }, [name]).traces.get(name)!);
    expect(late).toMatch(
      /^order decides: Receive Fetch_Write K2→K1 \(18\) comes before Receive Copy\(data v2\) K2→K1, /,
    );
  });

  test("no step of a shortest run is superfluous, and a detour is", () => {
    for (const { trace } of all) expect(trace["#meta"].race!.superfluous).toEqual([]);
    const instance = new Instance(dieHard);
    const trace = checkSync(instance).properties.find(({ name }) => name === "never 4 gallons")!.trace!;
    const choices = trace.states.slice(1).map((state) => state["#meta"].choice);
    const initial = instance.initial[0]!;
    const there = [...successorsOf(instance, initial)].findIndex((of) => of.instance.action.name === "FillSmallJug");
    const full = [...successorsOf(instance, initial)][there]!.next!;
    const back = [...successorsOf(instance, full)].findIndex((of) => of.instance.action.name === "EmptySmallJug");
    const longer = { initial: 0, steps: [there, back, ...choices] };
    const { property, explanation } = trace["#meta"];
    const detour = traceOf(instance, longer, follow(instance, longer), { property, explanation });
    const { superfluous } = new Explainer(instance).trace(detour)["#meta"].race!;
    expect(superfluous).toContain(1);
    expect(superfluous).not.toContain(3);
  });

  test("nothing is called a race that the order does not decide", () => {
    const shown = all.flatMap(({ trace }) => raceOf(trace).overtakings.map((of) => ({ trace, of })));
    expect(shown.length).toBeGreaterThan(0);
    for (const { trace, of } of shown) {
      const { orders } = trace["#meta"].race!;
      expect(orders.some(({ first, second }) => first === of.fast.receivedAt && second === of.slow.receivedAt)).toBe(
        true,
      );
    }
    const trace = voting.traces.get("no deadlock")!;
    const { race: _, ...meta } = trace["#meta"];
    const before = raceOf({ ...trace, "#meta": meta });
    expect(before.overtakings).toEqual(overtakingsIn(messageHistoryOf(trace)));
    expect(before.meanwhile).toEqual(meanwhileIn(trace));
    expect(raceOf(trace).overtakings.map(overtakingInWords)).not.toEqual(before.overtakings.map(overtakingInWords));
  });
});

describe("what a cycle never takes", () => {
  test("is told with its fairness, and the read that closes the guard now and then", () => {
    const trace = starving.traces.get("waiting ends")!;
    expect(trace["#meta"].neverTaken!.find(({ name }) => name === "Acquire(P1)")).toEqual({
      ...{ name: "Acquire(P1)", fair: "weak" },
      ...{ enabledAt: [1, 2], closed: [{ reason: "locked = true", at: [3] }] },
    });
    expect(cycleInWords(trace)).toEqual([
      "Acquire(P1) can be taken now and then (1 to 2), and weak fairness does not force it, since it cannot be taken all the time; else not, as locked = true (3)",
    ]);
  });

  test("is, where a run stands still, what nothing forces", () => {
    const trace = starving.traces.get("the lock is used")!;
    expect(cycleInWords(trace)).toContain("Request(P1) can be taken all the time and is not: nothing makes it fair");
  });
});

describe("the file of a trace", () => {
  test.each<[string, (meta: Record<string, unknown>) => void, RegExp]>([
    [
      "a step that it does not have",
      (m) => Object.assign(m.race as object, { superfluous: [99] }),
      /"race" names step 99/,
    ],
    [
      "the initial state as a step",
      (m) => Object.assign(m.race as object, { superfluous: [0] }),
      /"race" names step 0/,
    ],
    [
      "a state that it does not have",
      (m) => Object.assign(m, { neverTaken: [{ name: "a", enabledAt: [77], closed: [] }] }),
      /"neverTaken" names state 77/,
    ],
    [
      "too few values",
      (m) => Object.assign(m, { shown: [{ expression: "x", values: [] }] }),
      /"shown" has not one value/,
    ],
  ])("is refused if it names %s", (_, change, message) => {
    const copy = JSON.parse(JSON.stringify(mutex.traces.get("mutual exclusion"))) as {
      "#meta": Record<string, unknown>;
    };
    expect(() => parseTrace(JSON.stringify(copy))).not.toThrow();
    change(copy["#meta"]);
    expect(() => parseTrace(JSON.stringify(copy))).toThrow(BadTrace);
    expect(() => parseTrace(JSON.stringify(copy))).toThrow(message);
  });
});
