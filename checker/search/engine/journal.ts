/**
 * The journal: each miss that was answered, with its row, and each property that was decided, in order. Functions are
 * pure, so answering the same misses in the same order gives the same ids, trees and tables. Therefore a checkpoint
 * keeps the journal instead of the values, and a model that has changed since is found out.
 */
import { type Expander, type Miss, MissKind } from "../../wasm/expander.js";

/** Stands in the place of a kind of miss, and means that a property was decided. */
const SETTLED = 255;
/** Words of an entry before its row: the kind of miss, and four arguments. */
const HEAD = 5;
/** Entries of each array that the journal is kept in. */
const PART = 1 << 14;

/** A miss, and the row that it is about. */
export interface Question {
  readonly miss: Miss;
  readonly row: Uint16Array;
}

export type Entry = Question | { readonly settled: number };

/** Who has a miss. */
type Asking = Pick<Expander, "miss" | "row" | "scratch">;

export class Journal {
  private readonly parts: Int32Array[] = [];
  private readonly width: number;
  count = 0;

  /** @param rowWords the number of 32-bit words in a row */
  constructor(private readonly rowWords: number) {
    this.width = HEAD + rowWords;
  }

  /** Notes a miss. */
  noteMiss(asking: Asking): void {
    this.write(asking, this.next());
  }

  /** Returns the entry of a miss, as bytes, without noting it. */
  bytesOf(asking: Asking): Uint8Array {
    const entry = new Int32Array(this.width);
    this.write(asking, entry);
    return new Uint8Array(entry.buffer);
  }

  /** Returns the entry that says that `property` was decided, as bytes, without noting it. */
  bytesOfSettled(property: number): Uint8Array {
    const entry = new Int32Array(this.width);
    writeSettled(property, entry);
    return new Uint8Array(entry.buffer);
  }

  private write({ miss: { what, args }, row, scratch }: Asking, entry: Int32Array): void {
    entry[0] = what;
    entry.set(args, 1);
    const about = what === MissKind.renumbering ? scratch : row;
    new Uint16Array(entry.buffer, entry.byteOffset + 4 * HEAD, about.length).set(about);
  }

  /** Takes the last entry back: the miss could not be answered. */
  takeBack(): void {
    this.count--;
    if (this.count % PART === 0) this.parts.pop();
  }

  /** Notes that `property` was decided. */
  settled(property: number): void {
    writeSettled(property, this.next());
  }

  private next(): Int32Array {
    const at = this.count++ % PART;
    if (at === 0) this.parts.push(new Int32Array(PART * this.width));
    const part = this.parts[this.parts.length - 1]!;
    return part.subarray(at * this.width, (at + 1) * this.width);
  }

  /** Yields all entries as bytes. */
  *bytes(): Generator<Uint8Array> {
    for (const [i, part] of this.parts.entries()) {
      const entries = Math.min(PART, this.count - i * PART);
      yield new Uint8Array(part.buffer, 0, 4 * this.width * entries);
    }
  }

  /** Yields the entries that `bytes` stand for. @throws Error if `bytes` are not whole entries for the model's rows */
  *read(bytes: Uint8Array): Generator<Entry> {
    const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 2);
    if (words.length % this.width !== 0) throw new Error("the journal does not fit the model's rows");
    for (let at = 0; at < words.length; at += this.width) {
      const [what, a, b, c, d] = words.subarray(at, at + HEAD) as unknown as [number, number, number, number, number];
      if (what === SETTLED) yield { settled: a };
      else {
        const row = new Uint16Array(words.buffer, words.byteOffset + 4 * (at + HEAD), 2 * this.rowWords);
        yield { miss: { what: what as MissKind, args: [a, b, c, d] }, row };
      }
    }
  }
}

function writeSettled(property: number, entry: Int32Array): void {
  entry[0] = SETTLED;
  entry[1] = property;
}
