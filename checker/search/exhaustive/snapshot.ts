/**
 * What a checkpoint holds of a search, and how a search is restored from it. The files are written and read in
 * checkpoint.ts.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { MemoryExceeded } from "../../errors.js";
import { keyOf } from "../../model/value.js";
import type { FieldGroups, Splits } from "../../observe/columns.js";
import type { ExternalRecord } from "../../store/external.js";
import type { FileRecord } from "../../store/number-file.js";
import type { ShardedStore, ShardSizes } from "../../store/shards.js";
import { SHARDS } from "../../wasm/sizes.js";
import type { CounterRecord, Counters } from "../engine/counters.js";
import type { Engine } from "../engine/engine.js";
import type { Violation } from "../verdict/violations.js";
import { BadCheckpoint, PartReader, readAll, writeCheckpoint } from "./checkpoint.js";
import type { BreadthFirst, FrontierRecord } from "./frontier.js";
import type { Spilled } from "./spilling.js";

/** A search between two chunks: everything found is in the store, or on disk. */
export interface Standstill {
  readonly engine: Engine;
  readonly frontier: BreadthFirst;
  readonly counters: Counters;
  readonly violations: readonly Violation[];
  readonly spilled: Spilled | undefined;
  /** What the caller needs to resume the search. */
  readonly about: unknown;
  /** The name of the checkpoint before; undefined if there is none. */
  readonly before: string | undefined;
}

/**
 * How variables are split, as a checkpoint records it: of elements their names, which tell whether they are the same
 * ones, and not what they are.
 */
export type RecordedSplits = Readonly<Record<string, FieldGroups | { readonly elements: readonly string[] } | "never">>;

export function recorded(splits: Splits): RecordedSplits {
  return Object.fromEntries(
    Object.entries(splits).map(([variable, split]) => {
      if (split === "never" || !("elements" in split)) return [variable, split];
      return [variable, { elements: split.elements.map((element) => keyOf(element, { named: true })) }];
    }),
  );
}

/** A search, as its checkpoint records it. */
export interface Snapshot {
  /** What the caller needs to resume the search. */
  readonly about: unknown;
  /** How variables are split into columns. */
  readonly splits: RecordedSplits;
  readonly layout: {
    readonly columns: number;
    readonly storedWords: number;
    readonly folded: boolean;
    readonly shards: number;
  };
  /** The order of the columns in trees of pairs; undefined if none was chosen. */
  readonly columnOrder: readonly number[] | undefined;
  /** A hash of what was learnt of the model, which shows whether the model has changed. */
  readonly digest: string;
  readonly frontier: FrontierRecord;
  /** The counters, and the violations found, under the names that the format gave them. */
  readonly tallies: CounterRecord;
  readonly sightings: readonly Violation[];
  /** By shard: its first row that is in the file. */
  readonly kept: readonly number[];
  readonly shards: readonly ShardSizes[];
  /** What is on disk, and in which folder; undefined if all states are in the checkpoint's own files. */
  readonly onDisk: { readonly folder: string; readonly files: readonly FileRecord[] } | undefined;
  /** The states of a search that has outgrown its memory, among the files on disk. */
  readonly external: { readonly archivedDepth: number; readonly set: ExternalRecord } | undefined;
  /** The number of pairs of compressed rows. */
  readonly pairs: number;
}

/**
 * Writes a checkpoint of the search `of`, and returns its name.
 * @param onDisk where the files of its states are
 * @throws DiskFull if the disk is full
 */
export function takeSnapshot(folder: string, of: Standstill, onDisk: Snapshot["onDisk"]): string {
  const { engine, frontier, counters, violations, spilled, about, before } = of;
  const { store, model, missHandler, journal } = engine;
  engine.giveSparesUp();
  const kept = store.options.fingerprints ? frontier.level.from : Array<number>(SHARDS).fill(0);
  const shards = Array.from({ length: SHARDS }, (_, shard) => shard);
  const snapshot: Snapshot = {
    about,
    splits: recorded(engine.families.splits),
    layout: layoutOf(engine),
    columnOrder: engine.columnOrder,
    digest: digestOf(engine),
    frontier: {
      level: frontier.level,
      depth: frontier.depth,
      levels: frontier.levels,
      done: frontier.control.chunks.taken,
      source: frontier.source,
      leftover: frontier.leftover,
    },
    tallies: counters.record(model.trees.observed.length, model.trees.specials.length),
    sightings: violations,
    kept,
    shards: spilled ? [] : shards.map((shard) => store.sizesOf(shard)),
    external: spilled && { archivedDepth: spilled.archivedDepth, set: spilled.set.record() },
    onDisk,
    pairs: missHandler.nodes,
  };
  function* states(): Generator<Uint8Array> {
    if (!spilled) for (const shard of shards) yield* store.dump(shard, kept[shard]!);
  }
  const contents = { "journal.bin": journal!.bytes(), "states.bin": states(), "pairs.bin": [missHandler.nodeBytes] };
  return writeCheckpoint(folder, before, contents, snapshot);
}

function layoutOf({ families, store, folded }: Engine): Snapshot["layout"] {
  return { columns: families.columns.count, storedWords: store.options.words, folded, shards: SHARDS };
}

/**
 * Returns a hash of all values met, and of the numbers of trees, special leaves and function runs. The source of the
 * model tells whether it was edited (checker/models/source.ts); this tells whether what it was asked anew, on resuming,
 * came to the same, also where a function depends on what lies outside of its source.
 */
function digestOf({ families, knowledge }: Engine): string {
  const hash = createHash("sha256");
  families.families.forEach(({ name, interner }, i) => {
    const count = knowledge.values[i]!;
    hash.update(`${name} ${count}`);
    for (let id = 0; id < count; id++) hash.update(`${interner.contentOf(id)} `);
  });
  hash.update(`${knowledge.trees} ${knowledge.specials} ${knowledge.runs}`);
  return hash.digest("hex");
}

/**
 * Has a search that has just begun learn what the snapshot's search had learnt.
 * @throws BadCheckpoint if the model does something else now, or its rows have another layout
 */
export function relearn(engine: Engine, folder: string, name: string, snapshot: Snapshot): void {
  engine.replay(readAll(folder, name, "journal.bin"));
  if (digestOf(engine) !== snapshot.digest) {
    throw new BadCheckpoint(
      "the model has changed since, or is not the one that was searched: it does other things in the same states",
    );
  }
  const { columns, shards } = layoutOf(engine);
  if (snapshot.layout.columns !== columns || snapshot.layout.shards !== shards) throw otherLayout();
  const pairs = readAll(folder, name, "pairs.bin");
  engine.missHandler.restoreNodes(engine.expander, snapshot.pairs, pairs, snapshot.layout.folded);
}

/** The states of a snapshot, which are read into a store shard after shard. */
export class SavedStates {
  private readonly file: string;
  /** Where the next shard begins in the file. */
  private at = 0;

  /** @throws BadCheckpoint if the states have another layout */
  constructor(
    private readonly store: ShardedStore,
    private readonly snapshot: Snapshot,
    folder: string,
    name: string,
  ) {
    if (snapshot.layout.storedWords !== store.options.words) throw otherLayout();
    this.file = join(folder, name, "states.bin");
  }

  /**
   * Fills the store with all states, instead of what it holds, and returns whether it has room for them.
   * @throws MemoryExceeded if it has not, and they must fit
   */
  loadAll(mustFit: boolean): boolean {
    try {
      this.load(0);
      for (let shard = 1; shard < SHARDS; shard++) this.read(shard);
      return true;
    } catch (error) {
      if (mustFit || !(error instanceof MemoryExceeded)) throw error;
      return false;
    }
  }

  /**
   * Fills the store with the states of one shard, instead of what it holds. Ask for the shards in the order of their
   * numbers, from the first on; it may be asked for again.
   * @throws MemoryExceeded if the store has no room for them
   */
  load(shard: number): void {
    if (shard === 0) this.at = 0;
    this.store.clear(this.store.options.words);
    this.read(shard);
  }

  private read(shard: number): void {
    const { shards, kept } = this.snapshot;
    const reader = new PartReader(this.file, this.at);
    try {
      this.store.restore(shard, shards[shard]!, kept[shard]!, (into) => reader.read(into));
      this.at = reader.at;
    } finally {
      reader.close();
    }
  }
}

function otherLayout(): BadCheckpoint {
  return new BadCheckpoint("its states have another layout");
}
