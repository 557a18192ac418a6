/**
 * All ways to search a model, with further options drawn by chance, come to the same. What they come to without further
 * options is compared with the naive explorer in agreement.ts.
 */
import { expect } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { isLiveness } from "../../checker/model/property.js";
import type { SearchOptions } from "../../checker/search/options.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { cycleLengthOf, lengthOf } from "../../traces/trace.js";
import { dice } from "../support/dice.js";
import { nameOfWay, PLAIN, type Searched, searchBy, WAYS, type Way } from "../support/search-ways.js";
import type { Given } from "./agreement.js";

/** Options that leave the outcome as it is, or change it in the same manner in all ways. */
interface Further {
  readonly maxDepth?: number;
  readonly audit?: number;
}

/** Searches in every way, each time with other options, and compares with the usual way with these options. */
export function expectSameByAllWays(model: AnyModel, given: Given, seed: number): void {
  const roll = dice(seed);
  const make = () => new Instance(model, given);
  const usual = new Map<string, Outcome>();
  const usualWith = (symmetry: boolean, maxDepth: Further) => {
    const key = JSON.stringify([symmetry, maxDepth]);
    const outcome = usual.get(key) ?? searchBy(make, { ...PLAIN, symmetry }, 0, maxDepth).outcome;
    usual.set(key, outcome);
    return outcome;
  };
  let resumed = 0;
  for (const way of WAYS) {
    const depth = usualWith(way.symmetry, {}).depth;
    // Depth first, a limit of depth leaves out other states.
    const maxDepth = way.search === "bfs" && roll(3) === 0 ? { maxDepth: 1 + roll(depth) } : {};
    const audit = [{}, {}, { audit: 1 }, { audit: 7 }][roll(4)]!;
    const expected = usualWith(way.symmetry, maxDepth);
    const searched = searchBy(make, way, 1 + roll(expected.distinct), {
      ...maxDepth,
      ...audit,
    } satisfies SearchOptions);
    const title = `${nameOfWay(way)} ${JSON.stringify({ ...maxDepth, ...audit })}`;
    expect(essence(searched.outcome, way, searched), title).toEqual(essence(expected, way, searched));
    if (searched.resumed) resumed++;
    expect(searched.outcome.audited, title).toBeGreaterThan(0);
  }
  expect(resumed).toBeGreaterThan(WAYS.filter((way) => way.resumed).length / 2);
}

/** All that does not depend on the way, as far as that way decides it. */
function essence(outcome: Outcome, way: Way, { spilled }: Searched) {
  const { distinct, generated, depth, fired, statistics } = outcome;
  const { levels, outDegrees } = statistics!;
  const undecided = way.store === "fingerprint" || spilled;
  const properties = outcome.properties.map(({ name, kind, verdict, goals, trace }) => {
    if (undecided && isLiveness({ kind } as never)) return { name };
    const isShortest = way.search === "bfs" && trace !== undefined && cycleLengthOf(trace) === undefined;
    // Fingerprints forget the way to a violation.
    const length = isShortest && way.store !== "fingerprint" ? { length: lengthOf(trace) } : {};
    return { name, verdict, unmet: goals?.unmet, ...length };
  });
  const byLevel = way.search === "bfs" ? { depth, levels } : {};
  return { distinct, generated, fired, outDegrees, ...byLevel, properties };
}
