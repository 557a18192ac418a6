/**
 * Walking a state space by hand: what a walk shows is what the reference semantics says, and what it does can be
 * undone.
 */
import { describe, expect, test } from "vitest";
import { parseCondition } from "../../checker/explorer/condition.js";
import { Session } from "../../checker/explorer/session.js";
import { disabled } from "../../checker/model/action.js";
import type { Channel } from "../../checker/model/channel.js";
import { Instance, namesIn, type Values } from "../../checker/model/instance.js";
import { areAlike, renumber, successorsOf } from "../../checker/model/reference.js";
import type { AnyState } from "../../checker/model/state.js";
import { keyOf } from "../../checker/model/value.js";
import { loadModel } from "../../checker/models/models.js";
import { changesOf, messagesOf } from "../../traces/analysis/change.js";
import { showItf } from "../../traces/formats/json.js";
import { parseTrace } from "../../traces/formats/parse.js";
import { replay } from "../../traces/replay/replay.js";
import { entriesOf, fieldsOf, isWalk, lengthOf, type Trace } from "../../traces/trace.js";
import { counterexampleOf } from "../support/counterexamples.js";
import { dice } from "../support/dice.js";
import { exceptRelease } from "../support/extent.js";

const limits = { memory: 4e9 };

async function instanceOf(model: string, parameters: Record<string, unknown> = {}): Promise<Instance> {
  return new Instance((await loadModel(model)).model, parameters);
}

async function sessionOf(model: string, parameters: Record<string, unknown> = {}): Promise<Session> {
  return new Session(await instanceOf(model, parameters), limits);
}

/** Searches to the end, and returns what was found. */
function found(session: Session) {
  while (session.searching) session.work(20);
  return session.view().search;
}

const models: [string, Record<string, unknown>][] = [
  ["popcorn", { stage: "4.2", kernels: 2 }],
  ["popcorn", { stage: "4.7", kernels: 3 }],
  ["popcorn", { stage: "4.8", kernels: 2, network: "fifo" }],
  ["popcorn", { stage: "4.4", kernels: 3, clocks: "bounded" }],
  ["german", {}],
  ["token-ring", {}],
  ["die-hard", {}],
];

describe.each(models)("%s %j", (model, parameters) => {
  test("every step that can be taken is shown with what it does, every other with a read that is true", async () => {
    const session = await sessionOf(model, parameters);
    const { instance, walk } = session;
    const throwing = dice(7);
    for (let step = 0; step < 40; step++) {
      const view = session.view();
      const expected = [...successorsOf(instance, walk.values)];
      expect(view.enabled.map(({ name }) => name.split(/[ (]/)[0])).toEqual(
        expected.map(({ instance: of }) => of.action.name.split(/[ (]/)[0]),
      );
      view.enabled.forEach(({ name, message }, i) => {
        const { binding } = expected[i]!.instance;
        for (const value of Object.values(namesIn(binding))) if (value !== "null") expect(name).toContain(value);
        if (message !== undefined) expect(name).toContain(` ${message}`);
      });
      let isOff = 0;
      for (const { action, binding, takes } of instance.actions) {
        const messages = takes === undefined ? [undefined] : (walk.values[takes] as Channel<unknown>).takeable();
        for (const message of messages) {
          let state = instance.stateOf(walk.values);
          if (takes !== undefined) state = state.write(takes, (walk.values[takes] as Channel<unknown>).take(message));
          const { result } = action.run(state, binding, message);
          if (result === disabled || (Array.isArray(result) && result.length === 0)) isOff++;
        }
      }
      expect(view.disabled).toHaveLength(isOff);
      for (const { reason } of view.disabled)
        expect(reason).toSatisfy((text) => isTrue(text as string, view.trace, view.at));
      if (expected.length === 0) break;
      const choice = throwing(expected.length);
      const { changes, messages, notTaken } = view.enabled[choice]!;
      const { next } = expected[choice]!;
      session.do({ do: "take", choice });
      const after = session.view();
      expect(after.at).toBe(step + 1);
      if (next === undefined) {
        expect({ notTaken: notTaken !== undefined, enabled: after.enabled }).toEqual({
          notTaken: true,
          enabled: [],
        });
        break;
      }
      expect(areAlike(walk.values, renumber(next, "in order"))).toBe(true);
      // The numbers of ordinals in a preview are those that the run has if it goes that way.
      expect(changesOf(after.trace, after.at)).toEqual(changes);
      expect(messagesOf(after.trace, after.at)).toEqual(messages);
    }
    expect(walk.at).toBeGreaterThan(3);
  });
});

/** Tells whether `copy[K1].page = Modified` is what the trace says of that state. */
function isTrue(reason: string, trace: Trace, at: number): boolean {
  const [, variable, places = "", field, value] = /^(\w+)((?:\[\w+\])*)(?:\.(\w+))? = (.*)$/s.exec(reason) ?? [];
  const place = places.replaceAll("][", "→").replaceAll(/[[\]]/g, "");
  const here = new Map(entriesOf(trace.states[at]!, variable!)).get(place);
  return showItf(field === undefined ? here : fieldsOf(here)![field]) === value;
}

describe("hands", () => {
  test("undo, redo and jump go along the run; another step forgets what lay ahead, the same does not", async () => {
    const session = await sessionOf("popcorn", { stage: "4.7", kernels: 2 });
    for (const choice of [1, 0, 0, 0]) session.do({ do: "take", choice });
    const whole = session.view().trace;
    session.do({ do: "undo" });
    session.do({ do: "undo" });
    expect(session.view()).toMatchObject({ at: 2, trace: whole });
    session.do({ do: "redo" });
    expect(session.view()).toMatchObject({ at: 3, trace: whole });
    session.do({ do: "jump", to: 0 });
    session.do({ do: "take", choice: 1 });
    expect(session.view()).toMatchObject({ at: 1, trace: whole });
    const [, { next }] = [...session.walk.successors] as [unknown, { next: Values }];
    session.do({ do: "take", choice: 1 });
    expect(session.view().at).toBe(2);
    expect(lengthOf(session.view().trace)).toBe(2);
    expect(areAlike(session.walk.values, next)).toBe(true);
  });

  test.each([
    [{ do: "undo" }, /initial state/],
    [{ do: "redo" }, /no step to take again/],
    [{ do: "take", choice: 99 }, /no step 99/],
    [{ do: "jump", to: 1 }, /numbered 0 to 0/],
    [{ do: "begin", initial: 9 }, /no initial state 9: they are numbered 0 to 1/],
    [{ do: "violate", property: "no such" }, /no property called no such; it has SWMR/],
    [{ do: "violate", property: "eventual read" }, /by runs as a whole/],
    [{ do: "save", property: "SWMR" }, /"SWMR" is not violated here/],
  ] as const)("%j is refused, and nothing changes", async (request, reason) => {
    const session = await sessionOf("popcorn", { stage: "4.7", kernels: 2 });
    const before = session.view();
    expect(() => session.do(request)).toThrow(reason);
    expect(session.view()).toEqual(before);
  });

  test("a walk begins at any initial state", async () => {
    const session = await sessionOf("popcorn", { stage: "4.2", kernels: 2 });
    session.do({ do: "begin", initial: 1 });
    expect(changesOf(session.view().trace, 0)[1]).toBe("K2 Modified");
  });
});

test("each step is previewed as the run would tell it, whatever was previewed before", async () => {
  const session = await sessionOf("popcorn", { stage: "4.4", kernels: 3 });
  session.do({ do: "find", condition: "copy[K2].stamp < copy[K1].stamp and copy[K3] = Shared" });
  expect(found(session).state).toBe("found");
  const { enabled, at } = session.view();
  // Stamps that are new to the run come between those that are there, and shift their numbers.
  expect(new Set(enabled.map(({ changes }) => changes.join())).size).toBeGreaterThan(3);
  for (const { choice, changes, messages } of enabled) {
    session.do({ do: "take", choice });
    const { trace } = session.view();
    expect({ changes: changesOf(trace, at + 1), messages: messagesOf(trace, at + 1) }).toEqual({ changes, messages });
    session.do({ do: "undo" });
  }
});

describe("properties here", () => {
  const violated = [
    ["popcorn", { stage: "4.2", kernels: 2 }, "SWMR"],
    ["popcorn", { stage: "4.3", kernels: 2 }, "no lost update"],
    ["popcorn", { stage: "4.7", kernels: 3, emptySeen: "flagged-entering-writing-read" }, "no deadlock"],
    ["popcorn", { stage: "4.8", kernels: 3, invalidInUnmapped: "impossible" }, "no unspecified reception"],
    ["naive-mutex", {}, "mutual exclusion"],
  ] as const;
  test.each(exceptRelease(violated, ([, parameters]) => "kernels" in parameters && parameters.kernels === 3))(
    "%s %j: %s is violated at the end of its counterexample, with the same words, and not before",
    async (model, parameters, name) => {
      const trace = await counterexampleOf(model, parameters, name);
      const session = await sessionOf(model, parameters);
      session.do({ do: "load", text: JSON.stringify(trace) });
      for (let at = lengthOf(trace); at >= 0; at--) {
        session.do({ do: "jump", to: at });
        const { verdict, text } = session.view().properties.find((property) => property.name === name)!;
        expect({ at, verdict, text }).toEqual(
          at === lengthOf(trace)
            ? { at, verdict: "violated", text: trace["#meta"].explanation }
            : { at, verdict: "holds", text: "" },
        );
      }
      // The state before the last step announces what that step violates.
      session.do({ do: "jump", to: lengthOf(trace) - 1 });
      if (name !== "no deadlock") {
        const last = trace.states.at(-1)!["#meta"].choice;
        expect(session.view().enabled[last]!.violates).toContain(name);
      }
    },
  );

  test("a cell is used in its own table, whatever cells of other tables are called", async () => {
    const session = await sessionOf("kddm");
    const used = new Set<string>();
    for (let step = 0; step < 30; step++) {
      session.do({ do: "take", choice: step % session.view().enabled.length });
      const { instance: of, cell } = session.walk.run().steps.at(-1)!;
      if (cell !== undefined) used.add(`${of.action.reception?.table.name}: ${cell}`);
      const { text } = session.view().properties.find(({ name }) => name === "every cell is used")!;
      const told = text.startsWith("on this run: ") ? text.split(",").length : 0;
      expect(told).toBe(used.size);
    }
    expect(used.size).toBeGreaterThan(5);
  });

  test("whole runs are not decided by a state", async () => {
    const session = await sessionOf("popcorn", { stage: "4.7", kernels: 2 });
    const of = (name: string) => session.view().properties.find((property) => property.name === name)!;
    expect(of("eventual read")).toMatchObject({ verdict: "open", text: "nobody waits here" });
    session.do({ do: "find", condition: "some k: copy[k] = InvalidRead1" });
    found(session);
    expect(of("eventual read")).toMatchObject({ verdict: "open", text: expect.stringMatching(/^due here: K\d/) });
    expect(of("every page state is reached").text).toMatch(/^on this run: .*InvalidRead1/);
  });
});

describe("traces", () => {
  test("of a walk are read, replayed and walked again", async () => {
    const session = await sessionOf("popcorn", { stage: "4.4", kernels: 3 });
    for (const choice of [2, 1, 0, 1, 0, 2]) session.do({ do: "take", choice });
    session.do({ do: "jump", to: 5 });
    const saved = session.do({ do: "save" })!;
    expect({ walk: isWalk(saved), length: lengthOf(saved) }).toEqual({ walk: true, length: 5 });
    const read = parseTrace(JSON.stringify(saved));
    expect(replay(session.instance, read)).toMatchObject({
      trace: saved,
      difference: undefined,
      explanation: undefined,
    });
    const other = await sessionOf("popcorn", { stage: "4.4", kernels: 3 });
    other.do({ do: "load", text: JSON.stringify(saved), at: 2 });
    expect(other.view()).toMatchObject({ at: 2, trace: saved });
  });

  test("of a violation that was walked to are its counterexample", async () => {
    const trace = await counterexampleOf("popcorn", { stage: "4.2", kernels: 2 }, "SWMR");
    const session = await sessionOf("popcorn", { stage: "4.2", kernels: 2 });
    session.do({ do: "load", text: JSON.stringify(trace) });
    expect(session.do({ do: "save", property: "SWMR" })).toEqual(trace);
  });

  test("of another model, of other parameters or damaged are refused, and the walk stays where it is", async () => {
    const session = await sessionOf("popcorn", { stage: "4.2", kernels: 2 });
    session.do({ do: "take", choice: 0 });
    const before = session.view();
    const good = await counterexampleOf("popcorn", { stage: "4.2", kernels: 2 }, "SWMR");
    const changed = (
      change: (trace: { "#meta": Record<string, unknown>; states: { "#meta": { choice: number } }[] }) => void,
    ) => {
      const trace = structuredClone(good) as never as Parameters<typeof change>[0];
      change(trace);
      return JSON.stringify(trace);
    };
    const refused: [string, RegExp][] = [
      [
        changed((trace) => {
          trace["#meta"].model = "german";
        }),
        /a trace of german, not of popcorn/,
      ],
      [
        changed((trace) => {
          trace["#meta"].parameters = { ...good["#meta"].parameters, stage: "4.3" };
        }),
        /its stage is 4\.3, and here it is 4\.2/,
      ],
      [
        changed((trace) => {
          trace.states[3]!["#meta"].choice = 99;
        }),
        /no successor number 99/,
      ],
      [
        changed((trace) => {
          trace.states[3]!["#meta"].choice = 0;
        }),
        /part at step 3/,
      ],
      ["{", /it is not JSON/],
    ];
    for (const [text, reason] of refused) {
      expect(() => session.do({ do: "load", text })).toThrow(reason);
      expect(session.view()).toEqual(before);
    }
    expect(() => session.do({ do: "load", text: JSON.stringify(good), at: 99 })).toThrow(/no state 99/);
    expect(session.view()).toEqual(before);
  });
});

/** Returns how many steps the nearest state is away in which `holds` is true; undefined if there is none. */
function depthOf(instance: Instance, holds: (state: AnyState) => boolean): number | undefined {
  const seen = new Set<string>();
  let level: Values[] = [instance.initial[0]!];
  for (let depth = 0; level.length > 0; depth++) {
    const fresh = level.filter((values) => {
      const key = values.map((value) => keyOf(value)).join(" ");
      return !seen.has(key) && seen.add(key);
    });
    if (fresh.some((values) => holds(instance.stateOf(values)))) return depth;
    level = fresh.flatMap((values) =>
      [...successorsOf(instance, values)].flatMap(({ next }) => (next ? [renumber(next)] : [])),
    );
  }
  return undefined;
}

describe("searching on from here", () => {
  const searched = [
    ["popcorn", { stage: "4.2", kernels: 2 }, "SWMR"],
    ["popcorn", { stage: "4.7", kernels: 3 }, "no lost update"],
    ["popcorn", { stage: "4.8", kernels: 3, invalidInUnmapped: "impossible" }, "no unspecified reception"],
    ["naive-mutex", {}, "mutual exclusion"],
  ] as const;
  test.each(exceptRelease(searched, ([, , property]) => property === "no lost update"))(
    "%s %j: a violation of %s is as far as check says, and the walk is there then",
    async (model, parameters, property) => {
      const length = lengthOf(await counterexampleOf(model, parameters, property));
      const lengths = [];
      const session = await sessionOf(model, parameters);
      for (let initial = 0; initial < session.instance.initial.length; initial++) {
        session.do({ do: "begin", initial });
        session.do({ do: "violate", property });
        expect(found(session).state).toBe("found");
        lengths.push(session.view().at);
        expect(session.view().properties.find(({ name }) => name === property)!.verdict).toBe("violated");
      }
      expect(Math.min(...lengths)).toBe(length);
    },
  );

  test.each([
    ["popcorn", { stage: "4.2", kernels: 2 }, "copy[K1].page = Modified and copy[K2].page = Shared"],
    ["popcorn", { stage: "4.4", kernels: 2 }, "some j, k: copy[j] = WritingPend1 and copy[k] = WritingPend2"],
    ["popcorn", { stage: "4.4", kernels: 2 }, "link[K1, K2] has Nack and copy[K2].stamp < copy[K1].stamp"],
    ["popcorn", { stage: "4.7", kernels: 2 }, "some k: copy[k].heldFetch is not empty"],
    ["popcorn", { stage: "4.7", kernels: 2 }, "every k: copy[k].page = Shared and copy[k].awaiting is empty"],
    [
      "popcorn",
      { stage: "4.8", kernels: 2 },
      "some j, k: copy[j].page = FetchingValid and copy[k].page = NotReplicated",
    ],
    ["die-hard", {}, "big = 4"],
    ["die-hard", {}, "small.size = 1 or big > 4 and small = 3"],
  ])("%s %j: %s is as far as a naive search says", async (model, parameters, text) => {
    const instance = await instanceOf(model, parameters);
    if (text.includes("small.size")) {
      expect(() => parseCondition(text, instance)).toThrow(/small has no fields/);
      return;
    }
    const condition = parseCondition(text, instance);
    const session = new Session(instance, limits);
    session.do({ do: "find", condition: text });
    const { state, text: sentence } = found(session);
    const depth = depthOf(instance, condition.holds);
    expect({ state, at: session.view().at }).toEqual(
      depth === undefined ? { state: "none", at: 0 } : { state: "found", at: depth },
    );
    expect(sentence.includes("members are told apart")).toBe(condition.namesMembers);
    if (depth !== undefined) expect(condition.holds(instance.stateOf(session.walk.values))).toBe(true);
  });

  test("what was not seen is said not to have been seen, and a misspelt word is told from one that is not reached", async () => {
    const session = new Session(await instanceOf("popcorn", { stage: "4.7", kernels: 3 }), {
      ...limits,
      maxStates: 1000,
    });
    session.do({ do: "find", condition: "some k: copy[k] = Modifed" });
    expect(found(session)).toMatchObject({
      state: "incomplete",
      text: expect.stringContaining("does not mean that it cannot be reached"),
    });
    const other = await sessionOf("popcorn", { stage: "4.2", kernels: 2 });
    other.do({ do: "find", condition: "some k: copy[k] = Modifed" });
    expect(found(other)).toMatchObject({
      state: "none",
      text: expect.stringMatching(/copy\[k\] is never Modifed: it is Invalid, .*Modified/),
    });
    expect(other.view().at).toBe(0);
  });

  test("it can be cancelled, and moves nothing meanwhile", async () => {
    const session = await sessionOf("popcorn", { stage: "4.7", kernels: 3 });
    session.do({ do: "find", condition: "some k: copy[k].data = copy[k].stamp and copy[k] = Modified" });
    session.work(1);
    expect(session.view().search.state).toBe("running");
    expect(() => session.do({ do: "take", choice: 0 })).toThrow(/a search is under way/);
    session.do({ do: "cancel" });
    expect(session.view().search).toMatchObject({
      state: "incomplete",
      text: expect.stringContaining("it was cancelled"),
    });
    session.do({ do: "take", choice: 0 });
    expect(session.view().at).toBe(1);
  });

  test("a condition that makes no sense of a value fails as such", async () => {
    const session = await sessionOf("popcorn", { stage: "4.4", kernels: 2 });
    session.do({ do: "find", condition: "some k: copy[k].stamp = t1" });
    expect(found(session)).toMatchObject({ state: "failed", text: expect.stringContaining("has no name of its own") });
    session.do({ do: "find", condition: "some k: copy[k].stamp != –" });
    expect(found(session).state).toBe("found");
  });
});
