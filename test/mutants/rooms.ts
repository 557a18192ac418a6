/**
 * The rooms whose sources are mutated, and the tests that must notice: in tiers, of which each is run if the ones before
 * it notice nothing. First come those of the room, since they are quick and most mistakes show there, and last those of
 * the whole engine.
 */

export interface Room {
  readonly folder: string;
  /** Files or folders of tests. */
  readonly tiers: readonly (readonly string[])[];
}

const search = (...names: readonly string[]) => names.map((name) => `test/search/${name}.test.ts`);
const answers = "test/spec/known-answers.test.ts";
/** The tests in which the whole engine runs. They are one list, so that their time is measured once. */
const engine = [answers, ...search("cross-check", "threads", "random-walks", "limits")];
const liveness = ["test/liveness"];

export const rooms: readonly Room[] = [
  {
    folder: "checker/observe",
    tiers: [["test/observe", "test/symmetry", ...search("impurity")], liveness, engine, search("checkpoint")],
  },
  {
    folder: "checker/symmetry",
    tiers: [["test/symmetry", "test/observe/equivariance.test.ts"], liveness, engine, search("checkpoint")],
  },
  {
    folder: "checker/liveness",
    tiers: [liveness, engine],
  },
  {
    folder: "checker/store",
    tiers: [
      ["store", "store-threads", "external"].map((name) => `test/store/${name}.test.ts`),
      ["test/store/stores.test.ts", "test/store/tree-compression.test.ts", ...search("spilling", "frontier")],
      [...search("checkpoint", "lost-threads"), ...liveness],
      engine,
    ],
  },
  {
    folder: "checker/wasm/assembly",
    tiers: [
      [
        "test/symmetry",
        "test/observe/hashing.test.ts",
        ...["store", "external"].map((name) => `test/store/${name}.test.ts`),
      ],
      ["test/store/tree-compression.test.ts", "test/store/store-threads.test.ts", ...search("batches")],
      ["test/observe", ...search("spilling")],
      liveness,
      engine,
    ],
  },
];
