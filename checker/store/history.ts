/**
 * Keeps on disk the rows that a store of fingerprints forgets, since counterexamples need them. Each shard has a file
 * of rows, in the order of their numbers, each followed by its parent.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { SHARDS } from "../wasm/sizes.js";
import { type FileRecord, NumberFile, resumeFiles } from "./number-file.js";
import type { Range, ShardedStore } from "./shards.js";

/** How many bytes of a shard are held back to be written at once. */
const HELD = 1 << 14;

export class History {
  /** The files that the history is made of; `flush` writes what they lack. */
  readonly files: readonly NumberFile[];
  private readonly held: Uint8Array[] = Array.from({ length: SHARDS }, () => new Uint8Array(HELD));
  private readonly heldBytes = new Int32Array(SHARDS);
  private readonly stride: number;

  /** @throws DiskFull if the files cannot be made */
  constructor(
    folder: string,
    private readonly words: number,
    files?: readonly NumberFile[],
  ) {
    mkdirSync(folder, { recursive: true });
    this.stride = 4 * (words + 1);
    this.files =
      files ?? Array.from({ length: SHARDS }, (_, shard) => new NumberFile(join(folder, `history-${shard}.rows`)));
  }

  /**
   * Writes the rows of a range, which the store is about to forget. Each range must begin where the one before it
   * ended.
   * @throws DiskFull if the files cannot be written
   */
  keep(store: ShardedStore, { from, to }: Range): void {
    for (let shard = 0; shard < SHARDS; shard++) {
      for (let row = from[shard]!; row < to[shard]!; row++) this.add(shard, store.bytesAt(shard, row));
    }
  }

  private add(shard: number, row: Uint8Array): void {
    if (this.heldBytes[shard]! + this.stride > HELD) {
      this.files[shard]!.append(this.held[shard]!.subarray(0, this.heldBytes[shard]));
      this.heldBytes[shard] = 0;
    }
    this.held[shard]!.set(row, this.heldBytes[shard]);
    this.heldBytes[shard]! += this.stride;
  }

  /** Whether the row was kept. */
  has(shard: number, row: number): boolean {
    return row * this.stride < this.files[shard]!.length + this.heldBytes[shard]!;
  }

  rowAt(shard: number, row: number): { readonly row: Uint32Array; readonly parent: number } {
    const words = new Uint32Array(this.words + 1);
    const bytes = new Uint8Array(words.buffer);
    const [at, { length }] = [row * this.stride, this.files[shard]!];
    if (at < length) this.files[shard]!.read(at, bytes);
    else bytes.set(this.held[shard]!.subarray(at - length, at - length + this.stride));
    return { row: words.slice(0, this.words), parent: words[this.words]! };
  }

  /** Writes what was held back to the files. @throws DiskFull if they cannot be written */
  flush(): void {
    this.files.forEach((file, shard) => {
      file.append(this.held[shard]!.subarray(0, this.heldBytes[shard]));
      this.heldBytes[shard] = 0;
    });
  }

  /**
   * Reopens a history.
   * @param files the records of its files, by shard
   * @throws Error if a file is missing or damaged
   */
  static resume(folder: string, words: number, files: readonly FileRecord[]): History {
    if (files.length !== SHARDS) throw new Error(`the history has ${files.length} files instead of ${SHARDS}`);
    return new History(folder, words, [...resumeFiles(folder, files).values()]);
  }

  /** Closes all files, and leaves them where they are. */
  close(): void {
    for (const file of this.files) file.close();
  }

  /** Removes all files. */
  remove(): void {
    for (const file of this.files) file.remove();
  }
}
