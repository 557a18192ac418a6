/** Random walks: the same from the same seed, whoever takes them; every step as likely as the others; never a pass. */

import { Set as ImmutableSet, Record } from "immutable";
import { describe, expect, test } from "vitest";
import {
  Bag,
  disabled,
  model,
  type OrdinalValue,
  ordinal,
  perMember,
  type StateOf,
  scalarset,
  single,
  vocabulary,
} from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { makeRule } from "../../checker/model/receive.js";
import { statusOf } from "../../checker/reports/exit-status.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { randomSearchAlone } from "../../checker/search/random/random-search.js";
import { RandomWalks } from "../../checker/search/random/random-walks.js";
import { german } from "../../spec/german.js";
import { naiveMutex } from "../../spec/toy/naive-mutex.js";
import { peterson } from "../../spec/toy/peterson.js";
import { parseTrace } from "../../traces/formats/parse.js";
import { replay } from "../../traces/replay/replay.js";
import { lengthOf } from "../../traces/trace.js";
import { exceptRelease } from "../support/extent.js";
import {
  action,
  always,
  alwaysStep,
  counter,
  fair,
  goal,
  noDeadlock,
  popcorn,
  random,
  reachable,
  type State,
  small,
  toy,
  up,
} from "../support/random-search.js";
import { complaintOf } from "../support/thrown.js";

const verdictOf = ({ properties }: Outcome, name: string) => properties.find((p) => p.name === name)!;

/** What must be the same whenever the seed is. */
function lasting(outcome: Outcome) {
  const { seconds, statesPerSecond, memory, functionRuns, threads, ...same } = outcome;
  void [seconds, statesPerSecond, memory, functionRuns, threads];
  return same;
}

describe("the same seed gives the same walks", () => {
  const models: [string, AnyModel, object][] = [
    ["popcorn 4.2", popcorn, { stage: "4.2", kernels: 2 }],
    ["popcorn 4.7 with 3 kernels", popcorn, { stage: "4.7", kernels: 3 }],
    ["german", german, {}],
    ["naive-mutex", naiveMutex, { processes: 4 }],
  ];
  test.each(exceptRelease(models, ([what]) => what.includes("3 kernels")))("%s", async (_, of, parameters) => {
    const run = async (seed: number) =>
      lasting(await randomSearchAlone(new Instance(of, { ...parameters }), random({ seed })));
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    const other = await run(8);
    expect([other.fired, other.generated]).not.toEqual([first.fired, first.generated]);
  });

  const numbered: [string, AnyModel, object][] = [
    ["popcorn 4.7 with 3 kernels", popcorn, { stage: "4.7", kernels: 3 }],
    ["popcorn 4.8 on a network that keeps the order", popcorn, { stage: "4.8", kernels: 3, network: "fifo" }],
    ["german", german, { nodes: 3 }],
  ];
  test.each(exceptRelease(numbered, ([what]) => what.startsWith("popcorn")))(
    "a walk depends on its number alone, not on those before it: %s",
    (_, of, parameters) => {
      const walksFrom = (from: number, to: number, before = from) => {
        const walks = new RandomWalks(new Instance(of, { ...parameters }), { seed: 3, maxDepth: 400, symmetry: true });
        walks.begin(before, from);
        while (!walks.work(Number.POSITIVE_INFINITY));
        walks.begin(from, to);
        while (!walks.work(Number.POSITIVE_INFINITY));
        const { fired, steps, longest } = walks.report().figures;
        return { fired, steps, longest };
      };
      for (let walk = 30; walk < 36; walk++) expect(walksFrom(walk, walk + 1, 0)).toEqual(walksFrom(walk, walk + 1));
    },
  );

  /**
   * Grows a set in either order, and then has a next state for each of its elements, in the order in which the set
   * hands them out.
   */
  test("nor on which of two equal values was met first", () => {
    const own = () => ({ set: single(ImmutableSet<number>()), x: single(0) });
    const words = vocabulary<StateOf<ReturnType<typeof own>>>();
    const adds = [1, 2, 3].map((n) =>
      words.action(`Add${n}`, {}, (s) => (s.set().has(n) ? disabled : s.withSet(s.set().add(n)))),
    );
    const spread = words.action("Spread", {}, (s) =>
      s.set().size < 3 || s.x() > 0 ? disabled : [...s.set()].map((n) => s.withX(n)),
    );
    const ends = [1, 2, 3].map((n) => words.action(`End${n}`, {}, (s) => (s.x() === n ? s.withX(9) : disabled)));
    const of = model({
      ...{ name: "sets", about: "", parameters: {}, variables: own },
      ...{ actions: () => [...adds, spread, ...ends], properties: () => [] },
    });
    const fired = (from: number, before: number) => {
      const walks = new RandomWalks(new Instance(of), { seed: 3, maxDepth: 400, symmetry: true });
      walks.begin(before, from);
      while (!walks.work(Number.POSITIVE_INFINITY));
      walks.begin(from, from + 1);
      while (!walks.work(Number.POSITIVE_INFINITY));
      return walks.report().figures.fired;
    };
    for (let walk = 10; walk < 20; walk++) expect(fired(walk, 0)).toEqual(fired(walk, walk));
  });

  test("nor on what else the process has loaded: sets, ordinals and classes of the same names are the same", async () => {
    const made = () => {
      class Ask extends Record({ from: null as symbol | null, stamp: null as OrdinalValue | null }) {}
      class Tell extends Record({ from: null as symbol | null }) {}
      const members = scalarset("member", { prefix: "M", size: 3 });
      const stamps = ordinal("t");
      const own = () => ({ sent: perMember(members, ImmutableSet<Ask | Tell>()), newest: single(stamps.first) });
      const words = vocabulary<StateOf<ReturnType<typeof own>>>();
      const tell = words.action("Tell", { m: members, to: members }, (s, { m, to }) =>
        s.sent(to).size > 2 ? disabled : s.withSent(to, s.sent(to).add(new Tell({ from: m }))),
      );
      const ask = words.action("Ask", { m: members, to: members }, (s, { m, to }) =>
        s.sent(to).size > 1 ? disabled : s.withSent(to, s.sent(to).add(new Ask({ from: m, stamp: s.newest() }))),
      );
      const forget = words.action("Forget", { m: members }, (s, { m }) => s.withSent(m, s.sent(m).clear()));
      return model({
        ...{ name: "made", about: "", parameters: {}, variables: own },
        ...{ actions: () => [tell, ask, forget], properties: () => [] },
      });
    };
    const [first, ...others] = [made(), made(), made()];
    const run = async (of: AnyModel) => lasting(await randomSearchAlone(new Instance(of), random({ maxDepth: 30 })));
    for (const other of others) expect(await run(other)).toEqual(await run(first!));
  });

  test("in slices, however short", () => {
    const take = (slice: number) => {
      const walks = new RandomWalks(new Instance(popcorn, { stage: "4.2", kernels: 2 }), {
        ...{ seed: 3, maxDepth: 2000, symmetry: true },
      });
      walks.begin(0, 8);
      while (!walks.work(slice));
      const { functionRuns, ...report } = walks.report();
      expect(functionRuns).toBeGreaterThan(0);
      return report;
    };
    expect(take(0)).toEqual(take(Number.POSITIVE_INFINITY));
  });
});

describe("what is violated is found, confirmed and told with its walk", () => {
  const found: [string, AnyModel, object, string, number][] = [
    ["an invariant", popcorn, { stage: "4.2", kernels: 2 }, "SWMR", 8],
    ["a deadlock", popcorn, { stage: "4.2", kernels: 2 }, "no deadlock", 6],
    ["an invariant of interchangeable members", naiveMutex, { processes: 3 }, "mutual exclusion", 6],
  ];
  test.each(found)("%s", async (_, of, parameters, name, shortest) => {
    const instance = new Instance(of, { ...parameters });
    const outcome = await randomSearchAlone(instance, random({ walks: 20, properties: [name], receptions: false }));
    const { verdict, trace, explanation, foundBy } = verdictOf(outcome, name);
    expect(verdict).toBe("violated");
    expect(lengthOf(trace!)).toBeGreaterThanOrEqual(shortest);
    expect(foundBy).toBe(outcome.sampled!.parts);
    const again = replay(new Instance(of, { ...parameters }), parseTrace(JSON.stringify(trace)));
    expect(again).toMatchObject({ difference: undefined, explanation });
  });

  test("a step invariant, at its step", async () => {
    const slow = alwaysStep({
      ...{ name: "slow", says: "", for: {} },
      holds: (before: State, after: State) => after.x() - before.x() < 2,
      explain: () => "a leap",
    });
    const leap = action("Leap", {}, (s) => (s.x() === 4 ? s.withX(9) : disabled));
    const step = action("Step", {}, (s) => (s.x() < 4 ? s.withX(s.x() + 1) : disabled));
    const outcome = await randomSearchAlone(
      new Instance(toy({ actions: () => [step, leap], properties: () => [slow] })),
      random(),
    );
    const { verdict, trace } = verdictOf(outcome, "slow");
    expect([verdict, lengthOf(trace!), outcome.sampled!.parts]).toEqual(["violated", 5, 1]);
  });

  test("a deadlock of two that take two locks in different orders", async () => {
    const release = (mine: number) =>
      action(`Release${mine}`, {}, (s) => (s.x() === mine && s.y() === mine ? s.withX(0).withY(0) : disabled));
    const firsts = [
      action("P1 takes x", {}, (s) => (s.x() === 0 && s.y() !== 1 ? s.withX(1) : disabled)),
      action("P1 takes y", {}, (s) => (s.x() === 1 && s.y() === 0 ? s.withY(1) : disabled)),
      action("P2 takes y", {}, (s) => (s.y() === 0 && s.x() !== 2 ? s.withY(2) : disabled)),
      action("P2 takes x", {}, (s) => (s.y() === 2 && s.x() === 0 ? s.withX(2) : disabled)),
    ];
    const goesOn = noDeadlock({ name: "goes on", says: "", stuck: () => true, explain: (s) => `${s.x()}, ${s.y()}` });
    const of = toy({ actions: () => [...firsts, release(1), release(2)], properties: () => [goesOn] });
    const outcome = await randomSearchAlone(new Instance(of), random());
    const { verdict, trace, explanation } = verdictOf(outcome, "goes on");
    expect([verdict, lengthOf(trace!), explanation]).toEqual(["violated", 2, "1, 2"]);
    expect(statusOf(outcome)).toBe(11);
  });

  test("with every property violated nothing is left to look for, and with stopAtFirst not after the first", async () => {
    const never = (at: number) =>
      always({ name: `not ${at}`, says: "", for: {}, holds: (s) => s.x() !== at, explain: () => "" });
    const ways = [1, 2].map((x) => action(`To${x}`, {}, (s) => (s.x() === 0 ? s.withX(x) : disabled)));
    const instance = new Instance(toy({ actions: () => ways, properties: () => [never(1), never(2)] }));
    const both = await randomSearchAlone(instance, random({ seed: 4 }));
    expect(both.properties.map(({ verdict }) => verdict)).toEqual(["violated", "violated"]);
    expect(both.incomplete).toMatch(/nothing is left to look for$/);
    const walks = both.properties.map(({ foundBy }) => foundBy!);
    expect(both.sampled!.parts).toBe(Math.max(...walks));
    expect(Math.min(...walks)).toBe(1);
    const first = await randomSearchAlone(instance, random({ seed: 4, stopAtFirst: true }));
    expect(first.sampled!.parts).toBe(1);
    expect(first.properties.map(({ verdict }) => verdict).sort()).toEqual(["incomplete", "violated"]);
  });
});

describe("a search by chance is never a pass", () => {
  test("what holds is incomplete; only what is reached is known", async () => {
    const outcome = await randomSearchAlone(new Instance(peterson), random());
    expect(Object.fromEntries(outcome.properties.map(({ name, verdict }) => [name, verdict]))).toEqual({
      "mutual exclusion": "incomplete",
      "no deadlock": "incomplete",
      "both enter": "holds",
      "who wants enters": "incomplete",
    });
    expect(outcome.incomplete).toBe("random walks do not see every state; ended after 50 walks");
    expect(statusOf(outcome)).toBe(3);
  });

  test("nor if every goal is met and nothing else is asked", async () => {
    const outcome = await randomSearchAlone(new Instance(peterson), random({ properties: ["both enter"] }));
    expect([verdictOf(outcome, "both enter").verdict, statusOf(outcome)]).toEqual(["holds", 3]);
  });

  test("a goal that was not met is not known to be out of reach", async () => {
    const far = reachable({
      name: "far",
      says: "",
      goals: [goal("far", {}, (s) => s.x() === 900), goal("near", {}, () => true)],
    });
    const outcome = await randomSearchAlone(
      new Instance(toy({ actions: () => [up], properties: () => [far] })),
      random({ maxDepth: 800 }),
    );
    expect(verdictOf(outcome, "far")).toMatchObject({
      ...{ verdict: "incomplete", goals: { met: ["near"], unmet: ["far"] } },
    });
    expect(statusOf(outcome)).toBe(3);
  });
});

describe("every walk stays within its bound", () => {
  test.each([1, 2, 3, 10, 513])("%i steps", async (maxDepth) => {
    const outcome = await randomSearchAlone(
      new Instance(popcorn, { stage: "4.2", kernels: 2 }),
      random({ maxDepth, walks: 200, properties: ["no unspecified reception"] }),
    );
    expect(outcome.depth).toBeLessThanOrEqual(maxDepth);
    expect(outcome.generated).toBeLessThanOrEqual(200 * maxDepth);
    expect(outcome.sampled).toMatchObject({ parts: 200, maxDepth });
  });

  test("and the last state of a walk is looked at", async () => {
    const at = async (maxDepth: number) =>
      verdictOf(await randomSearchAlone(new Instance(counter), random({ maxDepth })), "small").verdict;
    expect([await at(2), await at(3)]).toEqual(["incomplete", "violated"]);
  });

  test("a walk ends where nothing can happen", async () => {
    const end = action("End", {}, (s) => (s.x() < 5 ? s.withX(s.x() + 1) : disabled));
    const outcome = await randomSearchAlone(new Instance(toy({ actions: () => [end] })), random({ walks: 10 }));
    expect(outcome).toMatchObject({ depth: 5, generated: 50, fired: { End: 50 } });
  });
});

describe("every enabled step is as likely as the others", () => {
  const many = 9000;
  const firedIn = async (of: AnyModel, maxDepth: number, names: readonly string[], walks = many) => {
    const { fired } = await randomSearchAlone(new Instance(of), random({ walks, maxDepth, seed: 11 }));
    return names.map((name) => fired[name]!);
  };

  test("actions, and the next states of one action", async () => {
    const ways = [1, 2, 3].map((x) => action(`To${x}`, {}, (s) => (s.x() === 0 ? s.withX(x) : disabled)));
    const fan = action("Fan", {}, (s) => (s.x() === 0 ? [4, 5, 6, 7].map((x) => s.withX(x)) : disabled));
    const marks = [1, 2, 3, 4, 5, 6, 7].map((x) =>
      action(`At${x}`, {}, (s) => (s.x() === x && s.y() === 0 ? s.withY(1) : disabled)),
    );
    const of = toy({ actions: () => [...ways.slice(0, 1), fan, ...ways.slice(1), ...marks] });
    const counts = await firedIn(
      of,
      2,
      marks.map(({ name }) => name),
    );
    expect(counts.reduce((a, b) => a + b)).toBe(many);
    fair(counts);
  });

  test("a step with more next states than a bin has room for", async () => {
    const fan = action("Fan", {}, (s) =>
      s.x() === 0 ? Array.from({ length: 300 }, (_, i) => s.withX(i + 1)) : disabled,
    );
    const marks = [0, 1, 2].map((part) =>
      action(`Part${part}`, {}, (s) =>
        s.x() > 100 * part && s.x() <= 100 * (part + 1) && s.y() === 0 ? s.withY(1) : disabled,
      ),
    );
    fair(await firedIn(toy({ actions: () => [fan, ...marks] }), 2, ["Part0", "Part1", "Part2"], 3000));
  });

  test("initial states", async () => {
    const marks = [1, 2, 3, 4].map((x) => action(`At${x}`, {}, (s) => (s.x() === x ? s.withX(0) : disabled)));
    const initial = (s: State) => [1, 2, 3, 4].map((x) => s.withX(x));
    fair(await firedIn(toy({ initial, actions: () => marks }), 1, ["At1", "At2", "At3", "At4"]));
  });

  test("steps of members that symmetry takes for one are as many as the members", async () => {
    const members = scalarset("member", { prefix: "M", size: 3 });
    const own = () => ({ at: perMember(members, 0) });
    const words = vocabulary<StateOf<ReturnType<typeof own>>>();
    const rests = (s: StateOf<ReturnType<typeof own>>) => s.members(members).every((m) => s.at(m) === 0);
    const one = words.action("One", { m: members }, (s, { m }) => (rests(s) ? s.withAt(m, 1) : disabled));
    const all = words.action("All", {}, (s) =>
      rests(s) ? s.members(members).reduce((state, m) => state.withAt(m, 2), s) : disabled,
    );
    const of = model({
      ...{ name: "members", about: "", parameters: {}, variables: own },
      ...{ actions: () => [all, one], properties: () => [] },
    });
    fair(await firedIn(of, 1, ["One", "All"]), [3, 1]);
  });

  test("messages, each once however often it is in flight", async () => {
    const own = () => ({ bag: single(Bag.of("a", "a", "a", "b", "c")), got: single("") });
    type Own = StateOf<ReturnType<typeof own>>;
    const words = vocabulary<Own>();
    const rule = makeRule("", ({ state, message }: { state: Own; message: string }) => state.withGot(message));
    const take = words.receive(
      "Take",
      {},
      {
        channel: (s) => s.bag(),
        table: { name: "t", rows: ["any"], columns: ["letter"], cells: { any: { letter: rule } } },
        row: () => "any" as const,
        column: (_: string) => "letter" as const,
        context: (state, _, message) => ({ state, message }),
      },
    );
    const marks = ["a", "b", "c"].map((m) =>
      words.action(`Got ${m}`, {}, (s) => (s.got() === m ? s.withGot("").withBag(Bag.of()) : disabled)),
    );
    const of = model({
      ...{ name: "letters", about: "", parameters: {}, variables: own },
      ...{ actions: () => [take, ...marks], properties: () => [] },
    });
    // After an a three letters may be received, or the mark taken; after a b or a c two.
    const [a, b, c] = await firedIn(of, 2, ["Got a", "Got b", "Got c"]);
    fair([a!, b!, c!], [3, 4, 4]);
  });
});

describe("functions at fault are named", () => {
  test("one that throws, in the walk that meets it first", async () => {
    const throwing = action("Throw", {}, (s) => {
      if (s.x() === 4) throw new Error("no idea");
      return s.withX(s.x() + 1);
    });
    const of = toy({ actions: () => [throwing], properties: () => [small(100)] });
    const said = await complaintOf(() => randomSearchAlone(new Instance(of), random()));
    expect(said).toMatch(/^action Throw, declared at .* threw no idea \(test.search.random-walks/);
    // What is found before is not lost to it.
    const before = toy({ actions: () => [throwing], properties: () => [small(3)] });
    await expect(randomSearchAlone(new Instance(before), random({ maxDepth: 3 }))).resolves.toMatchObject({ depth: 3 });
  });

  test("an impure one, by the audit", async () => {
    let calls = 0;
    const impure = action("Impure", {}, (s) => s.withX(s.x() + (calls++ % 2)));
    await expect(
      randomSearchAlone(new Instance(toy({ actions: () => [impure] })), random({ audit: 1 })),
    ).rejects.toThrow(/Impure.* is not a pure function/);
  });

  test("as many states are audited as are asked for", async () => {
    const audited = async (audit?: number) =>
      (
        await randomSearchAlone(
          new Instance(counter),
          random({ walks: 30, maxDepth: 9, ...(audit ? { audit } : {}), properties: [] }),
        )
      ).audited;
    expect([await audited(), await audited(1), await audited(5)]).toEqual([24, 300, 60]);
  });
});
