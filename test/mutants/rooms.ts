/**
 * The rooms whose sources are mutated, and the tests that must notice: in tiers, of which each is run if the ones
 * before it notice nothing. First come those of the room, since they are quick and most mistakes show there, and last
 * those of the whole engine.
 */

export interface Room {
  readonly folder: string;
  /** Files or folders of tests. */
  readonly tiers: readonly (readonly string[])[];
}

const search = (...names: readonly string[]) => names.map((name) => `test/search/${name}.test.ts`);
const answers = "test/spec/known-answers.test.ts";
/** The tests in which the whole engine runs. They are one list, so that their time is measured once. */
const engine = search("cross-check", "threads", "random-walks", "limits", "checkpoint");
const liveness = ["test/liveness"];

export const rooms: readonly Room[] = [
  {
    folder: "checker/observe",
    tiers: [["test/observe"], ["test/symmetry", answers, ...search("impurity")], liveness, engine],
  },
  {
    folder: "checker/symmetry",
    tiers: [["test/symmetry", "test/observe/equivariance.test.ts", answers], liveness, engine],
  },
  {
    folder: "checker/liveness",
    tiers: [liveness, engine],
  },
  {
    folder: "checker/store",
    tiers: [
      ["store", "external"].map((name) => `test/store/${name}.test.ts`),
      ["test/store", ...search("spilling", "frontier", "lost-threads")],
      [...search("checkpoint"), ...liveness],
      engine,
    ],
  },
  {
    folder: "checker/wasm/assembly",
    tiers: [
      ["test/symmetry", answers, ...["store", "external"].map((name) => `test/store/${name}.test.ts`)],
      ["test/observe", ...["store-threads", "tree-compression"].map((name) => `test/store/${name}.test.ts`)],
      [...search("batches", "spilling"), ...liveness],
      engine,
    ],
  },
];
