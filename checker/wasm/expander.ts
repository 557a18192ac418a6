/** The expander as one thread sees it: an instance over the engine's memory, and the thread's context. */
import { Bins } from "./bins.js";
import { Context, type MissArguments } from "./context.js";
import { Header } from "./header.js";
import {
  BIN_FULL,
  DONE,
  MISS,
  MISS_BITS,
  MISS_LIST,
  MISS_MENTIONS,
  MISS_NODES,
  MISS_ORDER,
  MISS_PLAN,
  MISS_RENAME,
  MISS_RENUMBER,
  MISS_ROOM,
  MISS_SHAPE,
  MISS_SWAP,
  MISS_TREE,
  MISS_UPDATE,
} from "./layout.js";

export { BIN_FULL, DONE, MISS };

/** Why the expander returns: nothing is left to do; a bin is full (`fullBin`); something is asked for (`miss`). */
export type Stop = typeof DONE | typeof BIN_FULL | typeof MISS;

/** What can be asked for, and with which arguments. A journal keeps these numbers. */
export const MissKind = {
  /** None: lists are missing for the row. */
  list: MISS_LIST,
  /** The tree. */
  tree: MISS_TREE,
  /** The update and the value's id. */
  update: MISS_UPDATE,
  /** The slot and the value's id: which ranks does the value hold? */
  ranks: MISS_BITS,
  /** The ranks of values and of floors in a row. */
  plan: MISS_PLAN,
  /** The plan; a row is to be renumbered by it. */
  renumbering: MISS_RENUMBER,
  /** The family and the value's id: does the value mention members? */
  mentions: MISS_MENTIONS,
  /** The family, the value's id, the member that sees the value, and the other one that it marks. */
  shape: MISS_SHAPE,
  /** The code of an order of the members. */
  order: MISS_ORDER,
  /** Two members to be exchanged. */
  swap: MISS_SWAP,
  /** The row of the renamings' table, the family and the value's id. */
  renaming: MISS_RENAME,
  /** The table of pairs is too full. */
  nodes: MISS_NODES,
  /** More steps are enabled in one state than there is room for. */
  room: MISS_ROOM,
} as const;
export type MissKind = (typeof MissKind)[keyof typeof MissKind];

interface ExpandExports {
  init(context: number): void;
  expand(): Stop;
  canonicalize(): Stop;
  seed(): Stop;
  loadRow(from: number): void;
  rebuildNodeTable(skipped: number, skips: number): void;
  keysOfInput(from: number, to: number): number;
  transitions(room: number): Stop;
  contentOfInput(): number;
}

/** What the expander asks for, with its arguments. */
export interface Miss {
  readonly what: MissKind;
  readonly args: MissArguments;
}

export class Expander {
  readonly context: Context;
  readonly bins: Bins;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  /** The row that is looked at, and the row that is being made, as value ids. */
  readonly row: Uint16Array;
  readonly scratch: Uint16Array;
  /** Where input rows are put, in bytes. */
  readonly input: number;
  /** 32-bit words of a stored row. */
  readonly storedWords: number;
  private readonly exports: ExpandExports;

  /** @param address where the thread's context begins */
  constructor(
    module: WebAssembly.Module,
    readonly memory: WebAssembly.Memory,
    address: number,
  ) {
    this.exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as ExpandExports;
    this.bytes = new Uint8Array(memory.buffer);
    this.words = new Int32Array(memory.buffer);
    this.context = new Context(memory, address);
    this.bins = new Bins(this.context);
    const width = 2 * new Header(this.words).rowWords;
    this.row = new Uint16Array(memory.buffer, this.context.row, width);
    this.scratch = new Uint16Array(memory.buffer, this.context.scratch, width);
    this.input = this.context.input;
    this.storedWords = this.context.storedWords;
    this.exports.init(address);
  }

  /** Begins with the first of `rows` rows, which stand in the input, each followed by its reference. */
  begin(rows: number, beyond = false): void {
    this.context.begin(rows, beyond);
  }

  /** Forgets what was answered for one row only. */
  forget(): void {
    this.context.forgetAnswers();
  }

  /** Whether there are input rows left. */
  get busy(): boolean {
    return this.context.at < this.context.rows;
  }

  /** Works on the input. */
  expand(): Stop {
    return this.exports.expand();
  }

  /** Makes the row in `scratch` canonical. DONE or MISS. */
  canonicalize(): Stop {
    return this.exports.canonicalize();
  }

  /** Puts the row in `scratch` into its bin. */
  seed(): Stop {
    return this.exports.seed();
  }

  /** Brings a stored row, at an address of this memory, into `row`. */
  loadRow(from: number): void {
    this.exports.loadRow(from);
  }

  /**
   * Brings the stored rows of the input with numbers from `from` up to `to` into the form of keys, in the bins: key (2
   * words), reference, shard. Returns how many are done; fewer than `to` after a miss.
   */
  keysOfInput(from: number, to: number): number {
    return this.exports.keysOfInput(from, to);
  }

  /**
   * Writes the records of the transitions of the one input row to where the bins begin, `room` of them at most. DONE,
   * and then `transitionCount` tells how many the row has; or MISS, and after the answer it is to be called again.
   */
  transitions(room: number): Stop {
    return this.exports.transitions(room);
  }

  get transitionCount(): number {
    return this.context.result;
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
    return { what: this.context.miss as MissKind, args: this.context.missArguments };
  }

  /** The bin that is full. */
  get fullBin(): number {
    return this.context.result;
  }

  /** Answers for this row only what a tree comes to. */
  answer(tree: number, leaf: number): void {
    this.context.answer(tree, leaf);
  }
}
