/**
 * The visited set on disk, for a search that has outgrown its memory. A state is a 64-bit key: a row of at most two
 * words, or a compressed row. The set is exact. It works level by level, with *delayed duplicate detection* (Stern and
 * Dill 1998; Korf 2003): the successors of a level are collected in memory, and on disk what does not fit. At the end
 * of the level they are sorted and compared with the sorted runs of all earlier levels, a shard at a time.
 *
 *   archive.keys, archive.parents   what was in memory when it overflowed, by shard, in the order of discovery;
 *                                   a parent is a reference
 *   levels.keys, levels.parents     the levels since then, one behind the other; a parent is a place in the level
 *                                   before, and for the first level a reference
 *   merged-….keys                   runs that were merged
 *   candidates-….records            successors of the current level that did not fit in memory
 *
 * The keys of a level lie shard by shard, sorted, so that each level is a run of the visited set as it is.
 */
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { RegionFull } from "../errors.js";
import type { Modules } from "../wasm/modules.js";
import { SHARDS } from "../wasm/sizes.js";
import { Buckets } from "./buckets.js";
import { type FileRecord, NumberFile, resumeFiles } from "./number-file.js";
import { bytesToSort, KEY_BYTES, RECORD_BYTES, Sorter } from "./sorter.js";

/** Sorted keys of all shards in one file, shard by shard. */
interface SortedRun {
  readonly file: NumberFile;
  /** The place of the first key in the file, counted in keys. */
  readonly start: number;
  /** By shard: how many keys it has. */
  readonly counts: readonly number[];
  readonly firstKeys: readonly BigUint64Array[];
}

interface Candidates {
  readonly file: NumberFile;
  readonly counts: readonly number[];
}

/**
 * Copies the successors found for `shard` to `words`, from index `at` on, as records (key, parent, priority), and
 * returns how many there are.
 */
export type LoadRecords = (shard: number, words: Int32Array, at: number) => number;

/** If there are more runs than this, some are merged. */
const MOST_RUNS = 16;

/** What a checkpoint must record to reopen the set; the rest stands in the files. */
export interface ExternalRecord {
  readonly archived: readonly number[];
  readonly levels: readonly number[];
  readonly runs: readonly { file: string; start: number; counts: readonly number[] }[];
  readonly candidates: readonly { file: string; counts: readonly number[] }[];
  readonly named: number;
}

export class ExternalSet {
  /** By shard: how many rows were in memory when it overflowed. */
  archived: readonly number[] = [];
  /** How many states each level since then has. */
  readonly levels: number[] = [];
  private readonly sorter: Sorter;
  private runs: SortedRun[] = [];
  private candidates: Candidates[] = [];
  private named = 0;
  /** Files that are no longer needed but that a checkpoint may still name. */
  readonly disused: NumberFile[] = [];
  private readonly files: { readonly [name: string]: NumberFile };

  private constructor(
    readonly folder: string,
    modules: Modules,
    files: ExternalSet["files"] | undefined,
    blockKeys: number | undefined,
  ) {
    this.sorter = new Sorter(modules, blockKeys);
    this.files = files ?? Object.fromEntries(FILES.map((name) => [name, new NumberFile(join(folder, name))]));
  }

  /**
   * Makes an empty set in `folder`.
   * @param blockKeys how many keys are read from the disk at once, as `Sorter` takes it
   * @throws DiskFull if its files cannot be made
   */
  static create(folder: string, modules: Modules, blockKeys?: number): ExternalSet {
    mkdirSync(folder, { recursive: true });
    return new ExternalSet(folder, modules, undefined, blockKeys);
  }

  /** The bytes that it takes to write what was in memory to a new set. */
  static get leastBytes(): number {
    return Sorter.leastBytes + 12 * HELD + Buckets.bytesFor(2) + Buckets.bytesFor(4);
  }

  /**
   * Returns about how many bytes more than so far it will take to end the level, or to merge runs.
   * @param stored the number of states in memory that the level has led to
   */
  bytesAhead(stored: number): number {
    const most = (parts: readonly { readonly counts: readonly number[] }[]) =>
      Math.max(...none.map((_, shard) => parts.reduce((sum, { counts }) => sum + counts[shard]!, 0)));
    // Shards differ little in size.
    const level = bytesToSort(most(this.candidates) + UNEVENNESS * (stored / SHARDS), RECORD_BYTES);
    const merged = bytesToSort(most(this.runs), KEY_BYTES);
    return Math.max(0, Sorter.leastBytes + Math.max(level, merged) - this.sorter.touched);
  }

  private file(name: (typeof FILES)[number]): NumberFile {
    return this.files[name]!;
  }

  /**
   * Adds a row that was in memory: its key and its parent are the three words from `words[at]` on. Rows must come by
   * shard, in the order of their references; `keyShard` is the shard of the key, which may be another than the row's.
   * @throws DiskFull if the files cannot be written
   */
  archive(shard: number, keyShard: number, words: Int32Array, at: number): void {
    this.archiving ??= {
      buckets: new Buckets(join(this.folder, "archive.buckets"), 2),
      keys: new Int32Array(2 * HELD),
      parents: new Int32Array(HELD),
      held: 0,
      counts: Array<number>(SHARDS).fill(0),
    };
    const { archiving } = this;
    if (archiving.held === HELD) this.flushArchive();
    archiving.keys[2 * archiving.held] = words[at]!;
    archiving.keys[2 * archiving.held + 1] = words[at + 1]!;
    archiving.parents[archiving.held++] = words[at + 2]!;
    archiving.counts[shard]!++;
    archiving.buckets.add(keyShard, words, at);
  }

  private archiving:
    | { buckets: Buckets; keys: Int32Array; parents: Int32Array; held: number; counts: number[] }
    | undefined;

  private flushArchive(): void {
    const { keys, parents, held } = this.archiving!;
    this.file("archive.keys").append(bytesOf(keys.subarray(0, 2 * held)));
    this.file("archive.parents").append(bytesOf(parents.subarray(0, held)));
    this.archiving!.held = 0;
  }

  /**
   * Ends the archive, once all rows were added: their keys become the first run.
   * @throws DiskFull if the files cannot be written
   */
  closeArchive(): void {
    this.flushArchive();
    const { buckets, counts } = this.archiving!;
    for (let shard = 0; shard < SHARDS; shard++) {
      const count = buckets.load(shard, this.sorter.words, this.sorter.records);
      const { keys, firstKeys } = this.sorter.sortKeys(count);
      this.collect(keys, firstKeys);
    }
    this.archived = counts;
    buckets.remove();
    this.archiving = undefined;
  }

  private collecting: { file: NumberFile; counts: number[]; firstKeys: BigUint64Array[] } | undefined;

  /** Adds the next shard's sorted keys to the run that is being made, which is complete after the last shard. */
  private collect(keys: Uint8Array, firstKeys: BigUint64Array): void {
    this.collecting ??= { file: this.create("merged", "keys"), counts: [], firstKeys: [] };
    this.collecting.file.append(keys);
    this.collecting.counts.push(keys.length / 8);
    this.collecting.firstKeys.push(firstKeys);
    if (this.collecting.counts.length < SHARDS) return;
    this.runs.push({ ...this.collecting, start: 0 });
    this.collecting = undefined;
  }

  private create(what: string, extension: string): NumberFile {
    return new NumberFile(join(this.folder, `${what}-${String(++this.named).padStart(6, "0")}.${extension}`));
  }

  /**
   * Writes the successors that `load` gives to a file of candidates, so that they can be dropped from memory.
   * @throws DiskFull if the file cannot be written
   */
  gather(load: LoadRecords): void {
    const file = this.create("candidates", "records");
    const counts = Array.from({ length: SHARDS }, (_, shard) => {
      const count = load(shard, this.sorter.words, this.sorter.records);
      const kept = count === 0 ? 0 : this.sorter.sortUnique(count);
      const start = 4 * this.sorter.records;
      file.append(this.sorter.bytes.subarray(start, start + RECORD_BYTES * kept));
      return kept;
    });
    this.candidates.push({ file, counts });
  }

  /**
   * Ends a level. Of its successors, which are those that `load` gives and those written before, the new ones become
   * the next level. Returns how many these are.
   * @throws DiskFull if the files cannot be written
   * @throws RegionFull if a shard has more successors than can be sorted at once
   */
  endLevel(load: LoadRecords): number {
    const [keyFile, parentFile] = [this.file("levels.keys"), this.file("levels.parents")];
    const start = keyFile.length / 8;
    const counts: number[] = [];
    const firstKeys: BigUint64Array[] = [];
    for (let shard = 0; shard < SHARDS; shard++) {
      let count = this.loadCandidates(shard);
      count += load(shard, this.sorter.words, this.sorter.records + 4 * count);
      if (count > Sorter.room) throw new RegionFull(TOO_MANY);
      if (count > 0) {
        count = this.sorter.sortUnique(count);
        this.sorter.subtract(
          count,
          this.runs.map((run) => keysOf(run, shard)),
        );
      }
      const kept = this.sorter.kept(count);
      keyFile.append(kept.keys);
      parentFile.append(kept.parents);
      counts.push(kept.keys.length / 8);
      firstKeys.push(kept.firstKeys);
    }
    this.disuse(this.candidates.map(({ file }) => file));
    this.candidates = [];
    const found = counts.reduce((a, b) => a + b, 0);
    this.levels.push(found);
    if (found > 0) this.runs.push({ file: keyFile, start, counts, firstKeys });
    if (this.runs.length > MOST_RUNS) this.mergeRuns();
    return found;
  }

  private loadCandidates(shard: number): number {
    let count = 0;
    for (const { file, counts } of this.candidates) {
      const before = counts.slice(0, shard).reduce((a, b) => a + b, 0);
      const start = 4 * this.sorter.records + RECORD_BYTES * count;
      if (count + counts[shard]! > Sorter.room) throw new RegionFull(TOO_MANY);
      file.read(RECORD_BYTES * before, this.sorter.bytes.subarray(start, start + RECORD_BYTES * counts[shard]!));
      count += counts[shard]!;
    }
    return count;
  }

  /** Merges the smaller runs, so that a level is compared with few runs. */
  private mergeRuns(): void {
    const sizeOf = ({ counts }: SortedRun) => counts.reduce((a, b) => a + b, 0);
    const sorted = [...this.runs].sort((a, b) => sizeOf(a) - sizeOf(b));
    // At least half of MOST_RUNS are merged, and then each next run that is no larger than what is merged before it.
    let [merged, total] = [0, 0];
    while (merged < sorted.length && (merged < MOST_RUNS / 2 || sizeOf(sorted[merged]!) <= total))
      total += sizeOf(sorted[merged++]!);
    const parts = sorted.slice(0, merged);
    this.runs = sorted.slice(merged);
    for (let shard = 0; shard < SHARDS; shard++) {
      let count = 0;
      for (const run of parts) {
        const keys = keysOf(run, shard);
        const at = 4 * this.sorter.records + 8 * count;
        keys.read(0, this.sorter.bytes.subarray(at, at + 8 * keys.count));
        count += keys.count;
      }
      const { keys, firstKeys } = this.sorter.sortKeys(count);
      this.collect(keys, firstKeys);
    }
    this.disuse(parts.map(({ file }) => file).filter((file) => file !== this.file("levels.keys")));
  }

  private disuse(files: readonly NumberFile[]): void {
    this.disused.push(...files);
  }

  /** Removes the files that are no longer needed, except those whose paths are in `named`. */
  sweep(named: ReadonlySet<string> = new Set()): void {
    const still = this.disused.filter(({ path }) => named.has(path));
    for (const file of this.disused) {
      if (still.includes(file)) continue;
      file.remove();
    }
    this.disused.splice(0, this.disused.length, ...still);
  }

  /** How many states the set has. */
  get count(): number {
    return [...this.archived, ...this.levels].reduce((a, b) => a + b, 0);
  }

  /** Where the last level begins in levels.keys, counted in keys. */
  get levelStart(): number {
    return this.levels.slice(0, -1).reduce((a, b) => a + b, 0);
  }

  /** The key and the parent of the archived row number `row` of `shard`. */
  archivedKey(shard: number, row: number): { readonly key: Int32Array; readonly parent: number } {
    const place = this.archived.slice(0, shard).reduce((a, b) => a + b, 0) + row;
    return this.at("archive", place);
  }

  /**
   * The key and the parent of the state at `place` of a level; level 0 is the first one after the memory overflowed.
   */
  levelKey(level: number, place: number): { readonly key: Int32Array; readonly parent: number } {
    return this.at("levels", this.levels.slice(0, level).reduce((a, b) => a + b, 0) + place);
  }

  private at(what: "archive" | "levels", place: number): { readonly key: Int32Array; readonly parent: number } {
    const [key, parent] = [new Int32Array(2), new Uint32Array(1)];
    this.file(`${what}.keys`).read(8 * place, bytesOf(key));
    this.file(`${what}.parents`).read(4 * place, bytesOf(parent));
    return { key, parent: parent[0]! };
  }

  /** Size of all files in bytes. */
  get bytes(): number {
    return this.openFiles.reduce((sum, { length }) => sum + length, 0);
  }

  /** The files that the set is made of. */
  get openFiles(): NumberFile[] {
    const files = [
      ...Object.values(this.files),
      ...this.runs.map(({ file }) => file),
      ...this.candidates.map(({ file }) => file),
    ];
    return [...new Set(files)];
  }

  /** Returns what a checkpoint must record to reopen the set. Its bytes are those of `openFiles`. */
  record(): ExternalRecord {
    const nameOf = ({ path }: NumberFile) => basename(path);
    return {
      archived: this.archived,
      levels: [...this.levels],
      runs: this.runs.map(({ file, start, counts }) => ({ file: nameOf(file), start, counts })),
      candidates: this.candidates.map(({ file, counts }) => ({ file: nameOf(file), counts })),
      named: this.named,
    };
  }

  /**
   * Reopens a set.
   * @param files the records of its files
   * @param blockKeys as `create` takes it; it need not be the same
   * @throws Error if a file is missing or damaged
   */
  static resume(
    folder: string,
    modules: Modules,
    record: ExternalRecord,
    files: readonly FileRecord[],
    blockKeys?: number,
  ): ExternalSet {
    const opened = resumeFiles(folder, files);
    const fileOf = (name: string) => {
      const file = opened.get(name);
      if (file === undefined) throw new Error(`${name} is missing among the files of the set`);
      return file;
    };
    const named = Object.fromEntries(FILES.map((name) => [name, fileOf(name)]));
    const set = new ExternalSet(folder, modules, named, blockKeys);
    set.archived = record.archived;
    for (const level of record.levels) set.levels.push(level);
    set.named = record.named;
    set.candidates = record.candidates.map(({ file, counts }) => ({ file: fileOf(file), counts }));
    set.runs = record.runs.map(({ file, start, counts }) => {
      const run = { file: fileOf(file), start, counts };
      return { ...run, firstKeys: counts.map((_, shard) => firstKeysOf(run, shard, set.sorter.blockKeys)) };
    });
    return set;
  }

  /** Closes all files, and leaves them where they are. */
  close(): void {
    for (const file of new Set([...this.openFiles, ...this.disused])) file.close();
  }

  /** Removes all files. */
  remove(): void {
    for (const file of new Set([...this.openFiles, ...this.disused])) {
      file.remove();
    }
  }
}

const none: readonly number[] = Array<number>(SHARDS).fill(0);
/** How many times the average the largest shard has, at most, once there are enough states to matter. */
const UNEVENNESS = 1.25;
/** How many archived rows are held back to be written at once. */
const HELD = 1 << 15;
const TOO_MANY = "a level leads to more states of one shard than can be sorted";
const FILES = ["archive.keys", "archive.parents", "levels.keys", "levels.parents"] as const;

function keysOf(run: SortedRun, shard: number) {
  const before = run.start + run.counts.slice(0, shard).reduce((a, b) => a + b, 0);
  return {
    count: run.counts[shard]!,
    firstKeys: run.firstKeys[shard]!,
    read: (first: number, into: Uint8Array) => run.file.read(8 * (before + first), into),
  };
}

function firstKeysOf(
  { file, start, counts }: Omit<SortedRun, "firstKeys">,
  shard: number,
  blockKeys: number,
): BigUint64Array {
  const before = start + counts.slice(0, shard).reduce((a, b) => a + b, 0);
  const key = new BigUint64Array(1);
  return BigUint64Array.from({ length: Math.ceil(counts[shard]! / blockKeys) }, (_, i) => {
    file.read(8 * (before + i * blockKeys), bytesOf(key));
    return key[0]!;
  });
}

function bytesOf(array: Int32Array | Uint32Array | BigUint64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
