/**
 * What is made of a run takes time in proportion to its length. Four times the steps may take ten times the processor's
 * time of this process, never sixteen times, as they would if each step looked at all others; a quiet moment for one of
 * some tries is enough.
 */
import { describe, expect, test, vi } from "vitest";
import { Walk } from "../../checker/explorer/walk.js";
import {
  disabled,
  model,
  ordinal,
  perMember,
  type StateOf,
  scalarset,
  single,
  vocabulary,
} from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import { junitOf } from "../../checker/reports/junit.js";
import { reportOf } from "../../checker/reports/report.js";
import { sarifOf } from "../../checker/reports/sarif.js";
import { plain } from "../../checker/reports/terminal.js";
import { Check, checkSync } from "../../checker/search/check.js";
import { Counters } from "../../checker/search/engine/counters.js";
import { FORMATS } from "../../traces/formats/formats.js";
import { parseTrace } from "../../traces/formats/parse.js";
import { htmlOf } from "../../traces/page/html.js";
import { pageModelOf } from "../../traces/page/page-model.js";
import { replay } from "../../traces/replay/replay.js";
import { textOfTrace } from "../../traces/text/text.js";
import type { Trace } from "../../traces/trace.js";

/** Returns how much more time a task takes for 4 n than for n. */
function growth(n: number, prepare: (n: number) => () => unknown): number {
  const [small, large] = [prepare(n), prepare(4 * n)];
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 5 && least > 8; tries++) {
    const before = timeOf(small);
    const between = timeOf(large);
    least = Math.min(least, between / Math.min(before, timeOf(small)));
  }
  return least;
}

/** Returns the processor's time that a task takes, in microseconds. */
function timeOf(task: () => unknown): number {
  const before = process.cpuUsage();
  task();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** A run with messages that are received late, some never, and with processes that move on in every step. */
function longTrace(steps: number): Trace {
  const places = ["K1", "K2"];
  const states = Array.from({ length: steps + 1 }, (_, i) => ({
    "#meta": {
      index: i,
      action: i === 0 ? "initial" : "Step",
      binding: i === 0 ? {} : { at: places[i % 2]! },
      says: `4.2: sentence ${i}`,
      choice: 0,
    },
    copy: { "#map": places.map((place, k) => [place, { page: `P${(i + k) % 7}`, step: `${i}` }]), "#family": true },
    link: {
      "#map": [
        // Ten messages are in flight, each for ten steps.
        [{ "#tup": places }, { "#map": Array.from({ length: 10 }, (_, m) => [{ kind: `M${i + m}` }, 1]) }],
        // One is lost in every step, and all look alike.
        [{ "#tup": ["K2", "K1"] }, { "#map": [[{ kind: "Lost" }, i + 1]] }],
      ],
      "#family": true,
    },
  }));
  const meta = {
    ...{ format: "ITF", popcheck: "popcheck trace 1", model: "long", parameters: {}, explanation: "it is too long" },
    ...{ property: { name: "short", kind: "invariant", says: "" }, headline: { copy: "page" }, channels: ["link"] },
  };
  return { "#meta": meta, vars: ["copy", "link"], states } as unknown as Trace;
}

const N = 1500;
const assets = { script: "", style: "" };
const texts: Readonly<{ [name: string]: (trace: Trace) => unknown }> = {
  "as text": (trace) => textOfTrace(trace),
  "as text of whole states": (trace) => textOfTrace(trace, { full: true }),
  "as text on a wide terminal": (trace) => textOfTrace(trace, { width: 200 }),
  "as text on a narrow terminal": (trace) => textOfTrace(trace, { width: 40 }),
  "as a projection": (trace) => textOfTrace(trace, { only: ["K1"] }),
  "as a page": (trace) => htmlOf([trace], assets, { beside: false }),
  "in the browser": pageModelOf,
  "from a file": (trace) => parseTrace(JSON.stringify(trace)),
  ...Object.fromEntries(Object.entries(FORMATS).map(([name, write]) => [`as ${name}`, write])),
};

describe("a run of four times the length takes about four times as long", () => {
  test.each(Object.entries(texts))("%s", (_, write) => {
    const task = (n: number) => {
      const trace = longTrace(n);
      // What is remembered of a trace is made anew.
      return () => write({ ...trace });
    };
    expect(growth(N, task)).toBeLessThan(10);
  });

  test("a file with so many variables", () => {
    const task = (n: number) => {
      const vars = Array.from({ length: n }, (_, i) => `v${i}`);
      const { "#meta": meta, states } = longTrace(0);
      const state = { "#meta": states[0]!["#meta"], ...Object.fromEntries(vars.map((name) => [name, "0"])) };
      const text = JSON.stringify({
        "#meta": { ...meta, headline: {}, channels: vars.slice(0, 1) },
        vars,
        states: [state, { ...state, "#meta": { ...state["#meta"], index: 1 } }],
      });
      const queue = text.replaceAll(`"${vars[0]}":"0"`, `"${vars[0]}":[]`);
      return () => textOfTrace(parseTrace(queue));
    };
    expect(growth(20_000, task)).toBeLessThan(10);
  });
});

const time = ordinal("time");
const nodes = scalarset("node", { prefix: "N", size: 2 });
const variables = () => ({ turn: single(false), last: perMember(nodes, time.first) });
type State = StateOf<ReturnType<typeof variables>>;
const { action, always } = vocabulary<State>();
const ticking = model({
  ...{ name: "ticking", about: "takes fresh times for ever", parameters: {}, variables },
  actions: () => [
    action("Tick", { at: nodes }, (s, { at }) => s.withTurn(!s.turn()).withLast(at, s.last(at).justAfter())),
  ],
  properties: () => [always({ name: "still", says: "", for: {}, holds: (s) => !s.turn(), explain: () => "it turned" })],
});
const instance = new Instance(ticking);

describe("a walk of four times the length takes about four times as long", () => {
  const walked = (n: number) => {
    const walk = new Walk(instance);
    walk.takeAll(Array.from({ length: n }, (_, i) => i % 2));
    return walk.traceToHere();
  };

  test("with a fresh time in each step", () => {
    expect(growth(N, (n) => () => walked(n))).toBeLessThan(10);
  });

  test("loaded from a trace", () => {
    const task = (n: number) => {
      const trace = walked(n);
      return () => new Walk(instance).load(trace);
    };
    expect(growth(N, task)).toBeLessThan(10);
  });

  test("replayed", () => {
    const task = (n: number) => {
      const trace = walked(n);
      return () => replay(instance, trace);
    };
    expect(growth(N, task)).toBeLessThan(10);
  });

  test("and its steps are those that are taken one by one", () => {
    const one = new Walk(instance);
    for (const choice of [0, 1, 1, 0, 1]) one.take(choice);
    const all = new Walk(instance);
    all.takeAll([0, 1, 0]);
    all.jump(1);
    all.takeAll([1, 1, 0, 1]);
    expect(all.traceToHere()).toEqual(one.traceToHere());
    expect(() => all.takeAll([0, 9, 0])).toThrow("there is no step 9 here");
    expect([all.at, all.length]).toEqual([6, 6]);
  });
});

describe("a report of a run of four times the length takes about four times as long", () => {
  const [outcome] = [checkSync(instance)];
  const of = (trace: Trace) => ({ ...outcome!, properties: outcome!.properties.map((each) => ({ ...each, trace })) });
  const options = { look: plain, given: {}, full: false, replay: new Map() };
  test.each<[string, (trace: Trace) => unknown]>([
    ["as text", (trace) => reportOf(of(trace), options)],
    ["as JUnit", (trace) => junitOf(of(trace), {})],
    ["as SARIF", (trace) => sarifOf(of(trace), { version: "1", modelFile: undefined })],
  ])("%s", (_, write) => {
    const task = (n: number) => {
      const trace = longTrace(n);
      return () => write({ ...trace });
    };
    expect(growth(N, task)).toBeLessThan(10);
  });
});

describe("what is counted of a model with many bindings", () => {
  const members = scalarset("member", { prefix: "m", size: 6 });
  const used = () => ({ used: perMember(members, false) });
  const { action } = vocabulary<StateOf<ReturnType<typeof used>>>();
  const many = model({
    ...{ name: "many", about: "", parameters: {}, variables: used, properties: () => [] },
    actions: () => [
      action("Use", { a: members, b: members, c: members }, (s, { a, b, c }) =>
        new Set([a, b, c]).size === 3 && !s.used(a) ? s.withUsed(a, true) : disabled,
      ),
    ],
  });

  test("is added up once for each tree", () => {
    const counted = vi.spyOn(Counters.prototype, "firedBy");
    const instance = new Instance(many);
    const { fired } = checkSync(instance);
    expect(fired.Use).toBeGreaterThan(0);
    expect(counted.mock.calls.length).toBeLessThanOrEqual(2 * instance.actions.length);
    counted.mockRestore();
  });
});

describe("many initial states", () => {
  test("are stored some at a time, so that a search tells where it is and can be ended", () => {
    const counts = () => ({ count: single(0) });
    const { action } = vocabulary<StateOf<ReturnType<typeof counts>>>();
    const begins = model({
      ...{ name: "begins", about: "", parameters: {}, variables: counts, properties: () => [] },
      initial: (state) => Array.from({ length: 2000 }, (_, i) => state.withCount(i)),
      actions: () => [action("Stay", {}, (state) => state)],
    });
    const check = new Check(new Instance(begins));
    let slices = 0;
    for (; check.search.frontier.depth < 0; slices++) expect(check.work(0)).toBe(false);
    expect(slices).toBeGreaterThan(3);
    check.work();
    expect(check.outcome()).toMatchObject({ distinct: 2000, incomplete: undefined });
    const ended = new Check(new Instance(begins));
    ended.work(0);
    ended.stop("interrupted");
    expect(ended.work(0)).toBe(true);
    expect(ended.outcome().incomplete).toMatch(/^interrupted/);
    for (const each of [check, ended]) each.close();
  });

  test("are made in time in proportion to what they write", () => {
    const task = (n: number) => () => {
      let state = instance.stateOver({ read: () => 0 });
      for (let slot = 0; slot < n; slot++) state = state.write(slot, slot);
      return state.written;
    };
    // So many that garbage collection, which comes with one of them and not with the other, decides nothing.
    expect(growth(10 * N, task)).toBeLessThan(10);
    const written = instance
      .stateOver({ read: () => 7 })
      .write(0, 1)
      .write(2, 3)
      .write(0, 5);
    expect([written.read(0), written.read(1), written.read(2)]).toEqual([5, 7, 3]);
    expect(instance.valuesOf(written)).toEqual([5, 7, 3].slice(0, instance.layout.slots.length));
  });
});
