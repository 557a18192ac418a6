/** Swarms: members that depend on their numbers alone, stay within their bounds, and together find what is there. */
import { describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { type AnyModel, withProperties } from "../../checker/model/model.js";
import { statusOf } from "../../checker/reports/exit-status.js";
import { checkSync } from "../../checker/search/check.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { type RandomSearchOptions, randomSearchAlone } from "../../checker/search/random/random-search.js";
import { Swarm } from "../../checker/search/random/swarm.js";
import { popcornProperties } from "../../invariants/popcorn/index.js";
import { german } from "../../spec/german.js";
import { popcorn as bare } from "../../spec/popcorn/index.js";
import { naiveMutex } from "../../spec/toy/naive-mutex.js";
import { peterson } from "../../spec/toy/peterson.js";
import { parseTrace } from "../../traces/formats/parse.js";
import { replay } from "../../traces/replay/replay.js";
import { lengthOf } from "../../traces/trace.js";
import { exceptRelease, releaseTest } from "../support/extent.js";

const popcorn: AnyModel = withProperties(bare, popcornProperties);
const swarm = (of: Partial<RandomSearchOptions> = {}): RandomSearchOptions => ({
  ...{ search: "swarm", seed: 1, walks: 4, maxStates: 3000 },
  ...of,
});
const small = { stage: "4.2", kernels: 2 };
const large = { stage: "4.7", kernels: 3 };
const verdictOf = ({ properties }: Outcome, name: string) => properties.find((p) => p.name === name)!;

function lasting(outcome: Outcome) {
  const { seconds, statesPerSecond, memory, functionRuns, ...same } = outcome;
  void [seconds, statesPerSecond, memory, functionRuns];
  return same;
}

describe("the same seed gives the same members", () => {
  const models: [string, AnyModel, object][] = [
    ["popcorn 4.7 with 3 kernels", popcorn, large],
    ["german", german, {}],
    ["naive-mutex", naiveMutex, { processes: 5 }],
  ];
  test.each(exceptRelease(models, ([what]) => what.startsWith("popcorn")))("%s", async (_, of, parameters) => {
    const run = async (seed: number) =>
      lasting(await randomSearchAlone(new Instance(of, { ...parameters }), swarm({ seed, maxStates: 800 })));
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    const other = await run(8);
    expect([other.fired, other.generated, other.depth]).not.toEqual([first.fired, first.generated, first.depth]);
  });

  const members = (from: number, to: number, of: AnyModel = popcorn, parameters: object = large) => {
    const swarm = new Swarm(new Instance(of, { ...parameters }), {
      ...{ seed: 3, maxDepth: 300, maxStates: 2000, symmetry: true },
    });
    const figures = [];
    for (let member = from; member < to; member++) {
      swarm.begin(member, member + 1);
      while (!swarm.work(Number.POSITIVE_INFINITY));
      const { fired, steps, longest, states } = swarm.report().figures;
      figures.push({ fired, steps, longest, states });
    }
    return figures;
  };

  test("a member depends on its number alone, not on those before it", () => {
    const all = members(0, 4);
    expect(all[3]).toEqual(members(3, 4)[0]);
    expect(new Set(all.map((figures) => JSON.stringify(figures))).size).toBe(4);
  });
});

describe("members stay within their bounds", () => {
  test.each([1, 5, 40])("of depth: %i", async (maxDepth) => {
    const outcome = await randomSearchAlone(new Instance(popcorn, { ...large }), swarm({ maxDepth }));
    expect(outcome.depth).toBeLessThanOrEqual(maxDepth);
    expect(outcome.depth).toBeGreaterThan(maxDepth / 32);
  });

  test.each([1, 100, 1500])("of states: %i", async (maxStates) => {
    const outcome = await randomSearchAlone(new Instance(popcorn, { ...large }), swarm({ maxStates, walks: 1 }));
    // What the last state leads to is stored too.
    expect(outcome.distinct).toBeGreaterThanOrEqual(maxStates);
    expect(outcome.distinct).toBeLessThan(maxStates + 20);
  });

  releaseTest("members have different bounds of depth, the greatest the one that is asked for", async () => {
    const depths = new Set<number>();
    for (let seed = 0; seed < 30; seed++) {
      const options = swarm({ seed, maxDepth: 64, walks: 1, maxStates: 20_000 });
      depths.add((await randomSearchAlone(new Instance(german, { nodes: 2 }), options)).depth);
    }
    expect(Math.max(...depths)).toBeLessThanOrEqual(64);
    expect([4, 8, 16].every((bound) => depths.has(bound))).toBe(true);
  });

  test("with bounds wide enough a member sees every state", async () => {
    const complete = checkSync(new Instance(popcorn, { stage: "4.7", kernels: 2 }));
    // Past the depth of every way, so that no halving cuts.
    const options = swarm({ walks: 3, maxDepth: 16_000 });
    const outcome = await randomSearchAlone(new Instance(popcorn, { stage: "4.7", kernels: 2 }), options);
    expect([outcome.distinct, outcome.generated]).toEqual([3 * complete.distinct, 3 * complete.generated]);
    expect(outcome.properties.filter(({ verdict }) => verdict === "holds").map(({ kind }) => kind)).toEqual(
      complete.properties.filter(({ kind }) => kind === "reachable").map(({ kind }) => kind),
    );
  });
});

describe("what is violated is found, confirmed and told with its member", () => {
  test.each<[string, AnyModel, object, string, number]>([
    ["an invariant", popcorn, small, "SWMR", 8],
    ["a deadlock", popcorn, small, "no deadlock", 6],
    ["an invariant of interchangeable members", naiveMutex, { processes: 4 }, "mutual exclusion", 6],
  ])("%s", async (_, of, parameters, name, shortest) => {
    const outcome = await randomSearchAlone(
      new Instance(of, { ...parameters }),
      swarm({ walks: 20, properties: [name], receptions: false }),
    );
    const { verdict, trace, explanation, foundBy } = verdictOf(outcome, name);
    expect([verdict, foundBy]).toEqual(["violated", outcome.sampled!.parts]);
    expect(lengthOf(trace!)).toBeGreaterThanOrEqual(shortest);
    const again = replay(new Instance(of, { ...parameters }), parseTrace(JSON.stringify(trace)));
    expect(again).toMatchObject({ difference: undefined, explanation });
  });

  test("with stopAtFirst the first member that finds something is the last", async () => {
    // Too near for some members, whose bound is halved.
    const options = swarm({ walks: 8, maxDepth: 16, seed: 6 });
    const all = await randomSearchAlone(new Instance(popcorn, { ...small }), options);
    const first = await randomSearchAlone(new Instance(popcorn, { ...small }), { ...options, stopAtFirst: true });
    const found = all.properties.flatMap(({ foundBy }) => foundBy ?? []);
    expect(found.length).toBeGreaterThan(1);
    expect(first.sampled!.parts).toBe(Math.min(...found));
    expect(first.distinct).toBeLessThanOrEqual(all.distinct);
  });
});

test("with stopAtFirst a member ends when it sees the first violation", async () => {
  const states = async (stopAtFirst: boolean) => {
    const options = swarm({ walks: 1, maxStates: 20_000, symmetry: false, stopAtFirst });
    return (await randomSearchAlone(new Instance(naiveMutex, { processes: 6 }), options)).distinct;
  };
  expect(await states(true)).toBeLessThan((await states(false)) / 2);
});

test("a swarm is never a pass", async () => {
  const outcome = await randomSearchAlone(new Instance(peterson), swarm());
  expect(Object.fromEntries(outcome.properties.map(({ name, verdict }) => [name, verdict]))).toEqual({
    "mutual exclusion": "incomplete",
    "no deadlock": "incomplete",
    "both enter": "holds",
    "who wants enters": "incomplete",
  });
  expect(outcome.incomplete).toBe("a swarm does not see every state; ended after 4 members");
  expect(statusOf(outcome)).toBe(3);
});

test("states are audited: of the first member a few, or one in so many of all", async () => {
  const audited = async (of: Partial<RandomSearchOptions>) =>
    (await randomSearchAlone(new Instance(naiveMutex, { processes: 3 }), swarm({ walks: 3, ...of }))).audited;
  const { distinct } = await randomSearchAlone(new Instance(naiveMutex, { processes: 3 }), swarm({ walks: 3 }));
  const few = await audited({});
  expect(few).toBeGreaterThan(10);
  expect(few).toBeLessThanOrEqual(24);
  expect(await audited({ audit: 1 })).toBe(distinct);
});
