/** One search by different numbers of threads, compared. */
import { expect } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import { Check } from "../../checker/search/check.js";
import type { SearchOptions } from "../../checker/search/options.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { differences } from "../support/differences.js";

/** Levels that all threads take part in, in these tests. */
export const levelForThreads = 300;

interface Searched {
  readonly outcome: Outcome;
  readonly lookedAtBy: readonly number[];
}

/**
 * Does the same again if no other thread has looked at a state: where they share a processor with much else, they may
 * come too late for every level.
 */
export function together<T>(searched: () => { readonly lookedAtBy: readonly number[]; readonly came: T }): T {
  for (let time = 0; time < 30; time++) {
    const { lookedAtBy, came } = searched();
    if (lookedAtBy.length === 1 || Math.max(...lookedAtBy.slice(1)) > 0) return came;
  }
  throw new Error("the first thread has always done everything alone");
}

export function search(of: () => Instance, options: SearchOptions): Searched {
  return together(() => {
    const check = new Check(of(), { levelForThreads, ...options });
    check.work();
    // The audit looks at states too.
    const { lookedAtBy } = check.search.result;
    return { lookedAtBy, came: { outcome: check.outcome(), lookedAtBy } };
  });
}

/** All of an outcome that must not depend on the threads, nor on time. */
export function lasting({ outcome }: Searched): unknown {
  const { threads, seconds, livenessSeconds, statesPerSecond, functionRuns, memory, statistics, ...rest } = outcome;
  expect(livenessSeconds ?? 0).toBeLessThan(seconds);
  expect([threads > 0, seconds > 0, statesPerSecond > 0, functionRuns > 0, memory > 0]).not.toContain(false);
  return { ...rest, levels: statistics!.levels, outDegrees: statistics!.outDegrees };
}

/** What is searched: a model by its name, its parameters, how. */
export type Searching = readonly [name: string, given: Record<string, unknown>, options: SearchOptions];

/** 1, 2, 3 and 4 threads come to the same outcome, and to traces equal to the byte. */
export async function expectSameByThreads(...[name, given, options]: Searching): Promise<void> {
  const { model } = await loadModel(name);
  const [one, ...others] = [1, 2, 3, 4].map((threads) =>
    search(() => new Instance(model, given), { ...options, threads }),
  );
  const expected = lasting(one!);
  expect(one!.outcome.distinct).toBeGreaterThan(1000);
  others.forEach((other, i) => {
    expect(differences(lasting(other), expected)).toEqual([]);
    expect(JSON.stringify(other.outcome.properties)).toBe(JSON.stringify(one!.outcome.properties));
    // All together have looked at each state once.
    expect(other.lookedAtBy.length).toBe(i + 2);
    if (options.stopAtFirst) return;
    expect(other.lookedAtBy.reduce((sum, n) => sum + n, 0)).toBe(other.outcome.distinct);
  });
}

/** So they do with fingerprints, but for the traces: their rows are kept only for a while. */
export async function expectSameOnFingerprints(given: Record<string, unknown>): Promise<void> {
  const { model } = await loadModel("popcorn");
  const [one, ...others] = [1, 2, 4].map((threads) => {
    const searched = search(() => new Instance(model, given), { store: "fingerprint", threads });
    const { properties, audited, ...rest } = lasting(searched) as Outcome;
    return { ...rest, properties: properties.map(({ trace, explanation, places, ...property }) => property) };
  });
  for (const other of others) expect(differences(other, one)).toEqual([]);
}
