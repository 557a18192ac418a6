/** The ways to search a model, and a search by one of them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Instance } from "../../checker/model/instance.js";
import type { Splits } from "../../checker/observe/columns.js";
import { Families } from "../../checker/observe/intern.js";
import { splitsFurther } from "../../checker/observe/splitting.js";
import { Check } from "../../checker/search/check.js";
import { checkpointsIn } from "../../checker/search/exhaustive/checkpoint.js";
import { readManifest } from "../../checker/search/exhaustive/manifest.js";
import { newStatesFolder } from "../../checker/search/exhaustive/state-folders.js";
import { type SearchOptions, STORE_KINDS, type StoreKind } from "../../checker/search/options.js";
import type { Outcome } from "../../checker/search/outcome.js";

/** One way to search. */
export interface Way {
  readonly search: "bfs" | "dfs";
  readonly store: StoreKind;
  readonly threads: 1 | 2;
  readonly symmetry: boolean;
  /** Whether the states go to disk from the beginning on. */
  readonly spilled: boolean;
  /** Whether the search is interrupted, and taken up from its checkpoint. */
  readonly resumed: boolean;
  /** Whether each field of a record, and each element of a collection, has a column of its own from the start. */
  readonly split: boolean;
}

export const PLAIN: Way = {
  ...{ search: "bfs", store: "exact", threads: 1 },
  ...{ symmetry: false, spilled: false, resumed: false, split: false },
};
export const REDUCED: Way = { ...PLAIN, symmetry: true };

/**
 * Every way that there is: depth first one thread searches in memory, and fingerprints stay in memory. Records are
 * split in every other one of them.
 */
export const WAYS: readonly Way[] = (["bfs", "dfs"] as const).flatMap((search) =>
  STORE_KINDS.flatMap((store) =>
    ([1, 2] as const).flatMap((threads) =>
      [false, true].flatMap((symmetry) =>
        [false, true].flatMap((spilled) =>
          [false, true].flatMap((resumed) => {
            const isPossible =
              search === "bfs" ? store !== "fingerprint" || !spilled : threads === 1 && !spilled && !resumed;
            const split = [threads === 2, symmetry, spilled, resumed].filter(Boolean).length % 2 === 1;
            return isPossible ? [{ search, store, threads, symmetry, spilled, resumed, split }] : [];
          }),
        ),
      ),
    ),
  ),
);

/** Names a way: `bfs compressed symmetry 2 threads spilled`. */
export function nameOfWay({ search, store, threads, symmetry, spilled, resumed, split }: Way): string {
  const words = [
    symmetry && "symmetry",
    threads > 1 && `${threads} threads`,
    spilled && "spilled",
    resumed && "resumed",
    split && "split",
  ];
  return [search, store, ...words.filter(Boolean)].join(" ");
}

/** Returns the splits in which each field of a record has a column of its own. */
export function fieldByField(instance: Instance): Splits {
  const records = new Families(instance).held.filter(({ template }) => template !== undefined);
  return Object.fromEntries(records.map(({ variable, fields }) => [variable, fields.map(({ field }) => [field])]));
}

/**
 * Returns the splits in which each field of a record has a column of its own, and each element of a collection that the
 * first states hold.
 */
function asFineAsCanBe(instance: Instance, symmetry: boolean): Splits {
  const check = new Check(instance, { symmetry, maxStates: 60, properties: [], receptions: false });
  try {
    check.work();
    const { families } = check.search.engine;
    const counts = families.families.map(({ interner }) => interner.count);
    const from = { records: Number.POSITIVE_INFINITY, collections: 1, channels: 1, rests: 1 };
    return { ...families.splits, ...splitsFurther(families, counts, from), ...fieldByField(instance) };
  } finally {
    check.close();
  }
}

export interface Searched {
  readonly outcome: Outcome;
  /** Whether states went to disk. */
  readonly spilled: boolean;
  /** Whether the search was taken up from a checkpoint. */
  readonly resumed: boolean;
}

/**
 * Searches a model to its end.
 * @param make makes the model's instance, anew for each search
 * @param stopAfter of a way that is resumed: the number of states after which the first search ends
 */
export function searchBy(make: () => Instance, way: Way, stopAfter: number, more: SearchOptions = {}): Searched {
  const folder = way.spilled || way.resumed ? mkdtempSync(join(tmpdir(), "popcheck-models-")) : undefined;
  try {
    return searchIn(folder, make, way, stopAfter, more);
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function searchIn(
  folder: string | undefined,
  make: () => Instance,
  way: Way,
  stopAfter: number,
  more: SearchOptions,
): Searched {
  const { search, store, threads, symmetry, spilled, resumed } = way;
  const options: SearchOptions = {
    ...{ search, store, threads, symmetry },
    // All threads take part in every level, however small.
    ...(threads > 1 ? { levelForThreads: 1 } : {}),
    // Columns have an order of their own soon, for which the search begins anew.
    orderedFrom: 16,
    ...(spilled ? { storeMemory: 1 } : {}),
    ...(folder === undefined ? {} : { spill: newStatesFolder(folder) }),
    ...(resumed ? { checkpoint: folder! } : {}),
    ...more,
  };
  const instance = make();
  const splits = way.split ? asFineAsCanBe(instance, symmetry) : {};
  if (!resumed) return finished(new Check(instance, options, splits), false);
  const first = new Check(instance, { ...options, maxStates: stopAfter }, splits);
  first.search.about = {};
  first.work();
  // It may have come to its end before, or to the end of another limit.
  if (!first.search.incomplete?.includes("--max-states")) return finished(first, false);
  if (first.search.checkpointFailure !== undefined) throw new Error(first.search.checkpointFailure);
  first.close();
  const [name] = checkpointsIn(folder!);
  if (name === undefined) throw new Error(`a search that ended by ${first.search.incomplete} left no checkpoint`);
  const check = new Check(make(), options, splits);
  check.resume(folder!, name, readManifest(folder!, name).body, 1);
  return finished(check, true);
}

function finished(check: Check, resumed: boolean): Searched {
  try {
    check.work();
    const outcome = check.outcome();
    return { outcome, spilled: check.search.result.spilled !== undefined, resumed };
  } finally {
    check.close();
  }
}
