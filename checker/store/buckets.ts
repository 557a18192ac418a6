/** Records sorted into shards on their way through a file, when they come in another order and are too many for the memory. */
import { SHARDS } from "../wasm/sizes.js";
import { NumberFile } from "./number-file.js";

/** Records of a shard that are written at once. */
const HELD = 1024;

export class Buckets {
  private readonly file: NumberFile;
  private readonly held: Int32Array[];
  private readonly counts = new Int32Array(SHARDS);
  /** Where the parts of each shard stand, in bytes. */
  private readonly parts: { readonly at: number; readonly records: number }[][] = Array.from(
    { length: SHARDS },
    () => [],
  );

  /** @param width words of a record. @throws DiskFull */
  constructor(
    path: string,
    private readonly width: number,
  ) {
    this.file = new NumberFile(path);
    this.held = Array.from({ length: SHARDS }, () => new Int32Array(HELD * width));
  }

  /** Adds a record, the words from `at` on. @throws DiskFull */
  add(shard: number, words: Int32Array, at: number): void {
    const { width } = this;
    if (this.counts[shard] === HELD) this.flush(shard);
    const into = this.counts[shard]! * width;
    for (let w = 0; w < width; w++) this.held[shard]![into + w] = words[at + w]!;
    this.counts[shard]!++;
  }

  private flush(shard: number): void {
    const records = this.counts[shard]!;
    this.parts[shard]!.push({ at: this.file.length, records });
    this.file.append(new Uint8Array(this.held[shard]!.buffer, 0, 4 * this.width * records));
    this.counts[shard] = 0;
  }

  /** Puts a shard's records to the words from `at` on. How many there are. */
  load(shard: number, words: Int32Array, at: number): number {
    let into = at;
    for (const { at: from, records } of this.parts[shard]!) {
      this.file.read(from, new Uint8Array(words.buffer, 4 * into, 4 * this.width * records));
      into += this.width * records;
    }
    const left = this.counts[shard]! * this.width;
    words.set(this.held[shard]!.subarray(0, left), into);
    return (into + left - at) / this.width;
  }

  /** Removes the file. */
  remove(): void {
    this.file.remove();
  }
}
