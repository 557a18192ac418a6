/** What a worker does for a task: it expands rows of the frontier, and merges what these lead to, a part at a time. */
import { MemoryExceeded } from "../errors.js";
import { type CounterRecord, Counters } from "../search/engine/counters.js";
import { BIN_FULL, DONE } from "../wasm/expander.js";
import { SHARDS } from "../wasm/sizes.js";
import { BlockReader } from "./row-blocks.js";
import type { SharedEngine } from "./shared-engine.js";
import { type Block, partOf, RowWriter, rowsInto, shardsOf, VisitedParts } from "./visited.js";

/** A state that violates properties, by itself or in a step from it: of several, the one with the least priority. */
export interface Sighting {
  /** The places of the properties among the instance's. */
  readonly properties: readonly number[];
  /** A hash of its content. */
  readonly priority: number;
  /** Its value ids. */
  readonly row: readonly number[];
}

/** What was counted, by the trees of the engine. */
export type Tallies = Omit<CounterRecord, "met">;

/** What becomes of the successors in a part: they are returned, added to the visited states, or not wanted. */
export type Destination = "output" | "visited" | "nowhere";

/** What some rows of the frontier lead to. */
export interface Expanded {
  /** By part: the rows that are returned, each once, with the least of their parents' priorities as marks. */
  readonly successors: readonly (readonly Block[])[];
  /** What was counted. */
  readonly tallies: Tallies;
  readonly sightings: readonly Sighting[];
}

export class TaskEngine {
  readonly visited: VisitedParts;
  private readonly counters: Counters;
  private readonly width: number;

  /**
   * @param parts how many parts the states are cut into: a power of two, at most as many as shards
   * @param budget how many bytes the visited states may take
   */
  constructor(
    readonly shared: SharedEngine,
    private readonly parts: number,
    budget: number,
  ) {
    const { engine } = shared;
    this.visited = new VisitedParts(engine, parts, budget);
    this.counters = new Counters(engine.contexts);
    this.width = engine.families.rowWords;
  }

  /** Returns the initial states, as if a level before the first led to them. Call it before anything else. */
  initial(): Expanded {
    return this.takeOut([]);
  }

  /**
   * Expands rows of the frontier.
   * @param blocks the rows, whatever their marks
   * @param beyond whether they lie at the depth limit: they are looked at, but their successors are left out
   * @param destinationOf returns what becomes of the successors in a part
   * @throws LimitReached if a miss cannot be answered, or what they lead to does not fit in memory
   */
  async expand(
    blocks: readonly Uint8Array[],
    beyond: boolean,
    destinationOf: (part: number) => Destination,
  ): Promise<Expanded> {
    const { width } = this;
    const { engine } = this.shared;
    const { expander, loop } = engine;
    const destinations = Array.from({ length: this.parts }, (_, part) => destinationOf(part));
    const empty = (bin: number) => {
      const to = destinations[partOf(bin, this.parts)];
      if (to === "nowhere") expander.bins.clear(bin);
      else if (to === "visited") this.visited.addBin(bin);
      else if (!loop.flush(bin)) throw noRoom();
    };
    this.begin();
    let row = 0;
    const numbered = () => row++;
    for (const some of rowsInto(expander, blocks, width, numbered)) {
      expander.begin(some, beyond);
      for (let stop = expander.expand(); stop !== DONE; stop = expander.expand()) {
        if (stop !== BIN_FULL) await this.shared.handleMiss();
        else empty(expander.fullBin);
      }
    }
    for (let bin = 0; bin < SHARDS; bin++) empty(bin);
    if (!loop.empty()) throw noRoom();
    return this.takeOut(blocks);
  }

  private begin(): void {
    const { engine } = this.shared;
    engine.loop.discard();
    engine.store.forgetStaged();
    engine.store.clear(this.width);
    engine.loop.bins(true);
    this.counters.restore({
      generated: 0,
      fired: Array<number>(engine.model.trees.observed.length).fill(0),
      degrees: Array<number>(engine.contexts[0]!.degrees.length).fill(0),
      cut: false,
      statesCut: 0,
      stepsCut: 0,
      met: [],
    });
    this.counters.forgetMet(engine.model.trees.specials.length);
  }

  /** Returns what was found since `begin`. @param blocks the rows that were expanded */
  private takeOut(blocks: readonly Uint8Array[]): Expanded {
    const { engine } = this.shared;
    const { trees } = engine.model;
    const { met, ...tallies } = this.counters.record(trees.observed.length, trees.specials.length);
    const rows = rowsOf(blocks, 2 * this.width, new Set(met.map(({ row }) => row)));
    return {
      successors: Array.from({ length: this.parts }, (_, part) => {
        const writer = new RowWriter(engine.store, this.width);
        for (const shard of shardsOf(part, this.parts)) writer.addRows(shard, 0);
        return writer.finish();
      }),
      tallies,
      sightings: met.map(({ special, priority, row }) => ({
        properties: trees.specials[special - 1]!.map(({ property }) => property),
        priority,
        row: rows.get(row)!,
      })),
    };
  }
}

/** Returns the value ids of some rows, by their numbers among all rows of the blocks. */
function rowsOf(blocks: readonly Uint8Array[], columns: number, wanted: ReadonlySet<number>): Map<number, number[]> {
  const found = new Map<number, number[]>();
  if (wanted.size === 0) return found;
  const values = new Uint16Array(columns);
  let number = 0;
  for (const block of blocks)
    for (const reader = new BlockReader(block, columns); reader.hasMore; number++) {
      reader.next(values, 0);
      if (wanted.has(number)) found.set(number, [...values]);
    }
  return found;
}

function noRoom(): MemoryExceeded {
  return new MemoryExceeded("what a task leads to does not fit in memory");
}
