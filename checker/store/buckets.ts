/** Sorts records into shards by way of a file, for records that come in another order and are too many for memory. */
import { SHARDS } from "../wasm/sizes.js";
import { NumberFile } from "./number-file.js";

/** How many records of a shard are held back to be written at once. */
const HELD = 1024;

export class Buckets {
  /** The bytes that buckets of records of `width` 32-bit words take. */
  static bytesFor(width: number): number {
    return 4 * width * HELD * SHARDS;
  }

  private readonly file: NumberFile;
  private readonly held: Int32Array[];
  private readonly counts = new Int32Array(SHARDS);
  /** By shard: where its records stand in the file, as byte offsets and numbers of records. */
  private readonly parts: { readonly at: number; readonly records: number }[][] = Array.from(
    { length: SHARDS },
    () => [],
  );

  /**
   * @param width 32-bit words of a record
   * @throws DiskFull if the file cannot be made
   */
  constructor(
    path: string,
    private readonly width: number,
  ) {
    this.file = new NumberFile(path);
    this.held = Array.from({ length: SHARDS }, () => new Int32Array(HELD * width));
  }

  /**
   * Adds the record of `shard` whose words begin at `words[at]`.
   * @throws DiskFull if a full bucket cannot be written
   */
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

  /** Copies the records of `shard` to `words`, from index `at` on, and returns how many there are. */
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

  remove(): void {
    this.file.remove();
  }
}
