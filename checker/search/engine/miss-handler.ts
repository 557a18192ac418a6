/**
 * The miss handler answers the misses of expanders: here authors' functions run, and new values get their ids. One
 * thread answers for all, so that ids are given out in one place.
 */

import { RegionFull } from "../../errors.js";
import type { Families } from "../../observe/intern.js";
import type { Canonicalizer } from "../../symmetry/canonicalize.js";
import { type Expander, type Miss, MissKind } from "../../wasm/expander.js";
import { pairTableBytes, reservePairTables } from "../../wasm/pair-tables.js";
import type { ObservedModel } from "./observed-model.js";

/** How many places the table of the pairs of compressed rows has at first. */
const FIRST_NODE_PLACES = 1 << 10;

/** Whose miss it is: an expander's, or an entry of an earlier search's journal. */
export type MissSource = Pick<Expander, "miss" | "row" | "scratch" | "answer">;

export class MissHandler {
  constructor(
    private readonly families: Families,
    private readonly canonicalizer: Canonicalizer,
    private readonly model: ObservedModel,
  ) {}

  /**
   * Fills in what `expander` misses. The caller must then move tables that have outgrown their places.
   * @throws TooManyValues if a variable has more values than a row can name
   * @throws RegionFull if a table is full
   * @throws FunctionError if an author's function breaks its contract
   */
  handle(expander: MissSource): void {
    const { miss, row } = expander;
    const [a, b] = miss.args;
    if (miss.what === MissKind.list) this.model.dispatch.build(row, this.canonicalizer.alike);
    else if (miss.what === MissKind.tree) this.runTree(expander, a, row);
    else if (miss.what === MissKind.update) this.canonicalizer.learnUpdate(this.model.trees.updates, a, b);
    else if (miss.what === MissKind.room) throw new RegionFull("more than 65,536 actions are enabled in one state");
    else if (!this.canonicalizer.answer(miss, expander.scratch))
      throw new Error(`the expander asks for what nobody knows: ${nameOf(miss)}`);
  }

  /**
   * Runs the function of `tree` on `row`, which enters what it did. If the tree cannot keep that, answers for this row
   * only.
   */
  private runTree(expander: MissSource, tree: number, row: Uint16Array): void {
    const { trees } = this.model;
    // A miss of another thread may have brought the same answer a moment before.
    if (trees.knows(tree, row)) {
      // The list may have been written before its root was known.
      if (this.model.dispatch.isWhole(tree)) expander.answer(tree, trees.leafOf(tree, row));
      return;
    }
    const leaf = trees.run(tree, row);
    this.model.writeStuckRoot();
    if (!trees.knows(tree, row)) expander.answer(tree, leaf);
  }

  /** Reserves the tables for compressed rows. @throws RegionFull if the memory has no room for them */
  prepareFolding(): void {
    reservePairTables(this.families.arena, FIRST_NODE_PLACES);
  }

  /**
   * Doubles the table of pairs, unless a miss of another thread has had it doubled a moment before. No thread may run
   * meanwhile.
   * @param spares numbers for pairs that threads have claimed and not used
   * @throws RegionFull if the table is as large as it may be
   */
  growNodeTable(expander: Expander, spares: readonly number[]): void {
    const { arena } = this.families;
    if (!arena.header.nodesFill) return;
    const places = arena.header.nodePlaces;
    if (places >= 2 * arena.header.nodeLimit)
      throw new RegionFull("folded rows have more distinct parts than there is room for");
    arena.header.nodePlaces = 2 * places;
    const at = arena.region("claimed pairs", 4 * (spares.length + 1));
    arena.words.set(spares, at.start >>> 2);
    expander.rebuildNodeTable(at.start, spares.length);
  }

  /** The number of pairs. */
  get nodes(): number {
    return this.families.arena.header.nodeCount;
  }

  /** The bytes that pairs take, with the table that finds them. */
  get pairBytes(): number {
    return pairTableBytes(this.families.arena);
  }

  /** Gives `number` a pair that no row has: value ids end below 65,535, and numbers of pairs below 2^27. */
  voidNode(number: number): void {
    const { arena } = this.families;
    arena.words.set([-1, number], (arena.header.nodes >>> 2) + 2 * number);
  }

  /** All pairs, as a view of the engine's memory. */
  get nodeBytes(): Uint8Array {
    const { arena } = this.families;
    const start = arena.header.nodes;
    return arena.bytes.subarray(start, this.nodes === 0 ? start : start + 8 * (this.nodes + 1));
  }

  /**
   * Takes over `count` pairs from `bytes`.
   * @param folded whether the restored rows are compressed
   * @throws RegionFull if the memory has no room for them
   */
  restoreNodes(expander: Expander, count: number, bytes: Uint8Array, folded: boolean): void {
    const { arena } = this.families;
    if (folded && arena.header.nodes === 0) this.prepareFolding();
    if (count === 0) return;
    const { nodeLimit, nodeMostPlaces } = arena.header;
    if (count > nodeLimit)
      throw new RegionFull("the tables of this model leave no room for the pairs of compressed rows");
    arena.bytes.set(bytes, arena.header.nodes);
    arena.header.nodeCount = count;
    let places = FIRST_NODE_PLACES;
    while (places < Math.min(4 * count, nodeMostPlaces)) places *= 2;
    arena.header.nodePlaces = places;
    expander.rebuildNodeTable(0, 0);
  }

  static needsRoomForNodes(expander: Expander): boolean {
    return expander.miss.what === MissKind.nodes;
  }
}

function nameOf({ what, args }: Miss): string {
  return `${what} (${args.join(", ")})`;
}
