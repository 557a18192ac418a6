/** The expander as one thread sees it: an instance over the engine's memory, and the thread's context. */
import {
  C_ANSWERS,
  C_ANSWERS_AT,
  C_ARG0,
  C_AT,
  C_BEYOND,
  C_BIN_COUNTS,
  C_BINS,
  C_DRAINS,
  C_INPUT,
  C_INPUT_STRIDE,
  C_MADE,
  C_MISS,
  C_PHASE,
  C_PUT,
  C_ROW,
  C_ROWS,
  C_SCRATCH,
  H_WORDS,
} from "./layout.js";

interface ExpandExports {
  init(context: number): void;
  expand(): number;
  canonicalize(): number;
  seed(): number;
  loadRow(from: number): void;
  rebuildNodeTable(skipped: number, skips: number): void;
  keysOfInput(from: number, to: number): number;
  transitions(room: number): number;
  contentOfInput(): number;
}

/** What the expander asks for: one of the MISS_… of the layout, with its arguments. */
export interface Miss {
  readonly what: number;
  readonly args: readonly [number, number, number, number];
}

export class Expander {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  /** The row that is looked at, and the row that is being made, as value ids. */
  readonly row: Uint16Array;
  readonly scratch: Uint16Array;
  /** Where input rows are put, in bytes, and how far they are apart. */
  readonly input: number;
  readonly inputStride: number;
  readonly bins: number;
  /** The bins' sizes, as a word index. */
  readonly binCounts: number;
  private readonly exports: ExpandExports;
  private readonly at: number;

  constructor(
    module: WebAssembly.Module,
    readonly memory: WebAssembly.Memory,
    readonly context: number,
  ) {
    this.exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as ExpandExports;
    this.bytes = new Uint8Array(memory.buffer);
    this.words = new Int32Array(memory.buffer);
    this.at = context >>> 2;
    const width = 2 * this.words[H_WORDS >>> 2]!;
    const rowAt = (at: number) => new Uint16Array(memory.buffer, this.get(at) >>> 0, width);
    this.row = rowAt(C_ROW);
    this.scratch = rowAt(C_SCRATCH);
    this.input = this.get(C_INPUT) >>> 0;
    this.inputStride = this.get(C_INPUT_STRIDE);
    this.bins = this.get(C_BINS) >>> 0;
    this.binCounts = this.get(C_BIN_COUNTS) >>> 2;
    this.exports.init(context);
  }

  get(at: number): number {
    return this.words[this.at + (at >> 2)]!;
  }

  set(at: number, value: number): void {
    this.words[this.at + (at >> 2)] = value;
  }

  /** Begins with so many rows, which stand in the input, each followed by its reference. */
  begin(rows: number, beyond = false): void {
    this.set(C_ROWS, rows);
    this.set(C_AT, 0);
    this.set(C_PHASE, 0);
    this.set(C_MADE, 0);
    this.set(C_PUT, 0);
    this.set(C_DRAINS, 0);
    this.set(C_BEYOND, beyond ? 1 : 0);
    this.forget();
  }

  /** Forgets what was answered for one row only. */
  forget(): void {
    this.set(C_ANSWERS, 0);
  }

  /** Whether there are input rows left. */
  get busy(): boolean {
    return this.get(C_AT) < this.get(C_ROWS);
  }

  /** Works on the input. DONE, BIN_FULL or MISS. */
  expand(): number {
    return this.exports.expand();
  }

  /** Makes the row in `scratch` canonical. DONE or MISS. */
  canonicalize(): number {
    return this.exports.canonicalize();
  }

  /** Puts the row in `scratch` into its bin. DONE, BIN_FULL or MISS. */
  seed(): number {
    return this.exports.seed();
  }

  /** Brings a stored row, at an address of this memory, into `row`. */
  loadRow(from: number): void {
    this.exports.loadRow(from);
  }

  /** Brings stored rows in the input into the form of keys, in the bins: key (2 words), reference, shard. How many were done before a miss. */
  keysOfInput(from: number, to: number): number {
    return this.exports.keysOfInput(from, to);
  }

  /**
   * Writes the records of the transitions of the one input row to where the bins begin, as far as there is room for them. DONE, and then
   * `transitionCount` tells how many it has; or MISS, and after the answer it is to be called again.
   */
  transitions(room: number): number {
    return this.exports.transitions(room);
  }

  get transitionCount(): number {
    return this.get(C_ARG0);
  }

  /** A hash of what the current row says, whatever numbers its values have been given. */
  get content(): number {
    return this.exports.contentOfInput() >>> 0;
  }

  rebuildNodeTable(skipped: number, skips: number): void {
    this.exports.rebuildNodeTable(skipped, skips);
  }

  /** What is asked for. */
  get miss(): Miss {
    const arg = (i: number) => this.get(C_ARG0 + 4 * i);
    return { what: this.get(C_MISS), args: [arg(0), arg(1), arg(2), arg(3)] };
  }

  /** The bin that is full. */
  get fullBin(): number {
    return this.get(C_ARG0);
  }

  /** Answers for this row only what a tree comes to. */
  answer(tree: number, leaf: number): void {
    const known = this.get(C_ANSWERS);
    this.words.set([tree, leaf], (this.get(C_ANSWERS_AT) >>> 2) + 2 * known);
    this.set(C_ANSWERS, known + 1);
  }
}
