/** The expander as one thread sees it: a WebAssembly instance over the engine's memory, and the thread's context. */
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

/**
 * Why the expander returns: the input is done (DONE), a bin is full (BIN_FULL, see `fullBin`), or a table lacks an
 * entry (MISS, see `miss`).
 */
export type Stop = typeof DONE | typeof BIN_FULL | typeof MISS;

/** The kinds of misses, with their arguments. A journal keeps these numbers. */
export const MissKind = {
  /** No arguments: lists of trees are missing for the current row. */
  list: MISS_LIST,
  /** The tree that does not know its leaf for the current row. */
  tree: MISS_TREE,
  /** The update, and the id of the value to be updated. */
  update: MISS_UPDATE,
  /** The column, and the id of the value whose ranks are asked for. */
  ranks: MISS_BITS,
  /** The ranks of values and the ranks of floors in a row. */
  plan: MISS_PLAN,
  /** The plan by which the row is to be renumbered. */
  renumbering: MISS_RENUMBER,
  /** The family and the id of a value: does the value mention members? */
  mentions: MISS_MENTIONS,
  /** The family and the id of a value, the member from which it is seen, and the other member, which is marked. */
  shape: MISS_SHAPE,
  /** The rank of an order of the members. */
  order: MISS_ORDER,
  /** The two members to be exchanged. */
  swap: MISS_SWAP,
  /** The row of the renamings' table, the family, and the id of the value to be renamed. */
  renaming: MISS_RENAME,
  /** No arguments: the table of pairs is too full. */
  nodes: MISS_NODES,
  /** No arguments: more steps are enabled in one state than there is room for. */
  room: MISS_ROOM,
} as const;
export type MissKind = (typeof MissKind)[keyof typeof MissKind];

interface ExpandExports {
  init(context: number): void;
  expand(): Stop;
  canonicalize(): Stop;
  seed(): Stop;
  loadRow(from: number): void;
  putInput(): Stop;
  rebuildNodeTable(skipped: number, skips: number): void;
  keysOfInput(from: number, to: number): number;
  transitions(room: number): Stop;
  enabledTrees(): Stop;
  contentOfInput(): number;
}

/** An entry of a table that the expander needs and does not find. */
export interface Miss {
  readonly what: MissKind;
  readonly args: MissArguments;
}

export class Expander {
  readonly context: Context;
  readonly bins: Bins;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  /** The current row, and the row that is being made canonical, as value ids. */
  readonly row: Uint16Array;
  readonly scratch: Uint16Array;
  /** Byte address of the input rows. */
  readonly input: number;
  /** Size of a stored row, in 32-bit words. */
  readonly storedWords: number;
  private readonly exports: ExpandExports;

  /** @param address byte address of the thread's context */
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

  /**
   * Begins with the first of `rows` rows, which stand in the input, each followed by its reference.
   * @param beyond whether the rows lie at the depth limit, so that their successors are left out
   */
  begin(rows: number, beyond = false): void {
    this.context.begin(rows, beyond);
  }

  /** Forgets the leaves that were set by `answer`. */
  forget(): void {
    this.context.forgetAnswers();
  }

  /** Whether input rows are left to be expanded. */
  get busy(): boolean {
    return this.context.at < this.context.rows;
  }

  /** The references of the input rows that were not expanded to their ends. */
  get unfinished(): number[] {
    const { at, rows } = this.context;
    return Array.from({ length: rows - at }, (_, i) => this.referenceAt(at + i));
  }

  /** The reference of the input row that is being expanded, or comes next. */
  get reference(): number {
    return this.referenceAt(this.context.at);
  }

  private referenceAt(place: number): number {
    const { storedWords } = this.context;
    return this.words[(this.input >>> 2) + storedWords + place * (storedWords + 1)]! >>> 0;
  }

  /**
   * Goes on with the next input row. The one that is being expanded is not counted; what is in bins of the rows that it
   * leads to stays there.
   */
  leaveRow(): void {
    this.context.leaveRow();
  }

  /** Expands the input rows. */
  expand(): Stop {
    return this.exports.expand();
  }

  /** Makes the row in `scratch` canonical. Returns DONE or MISS. */
  canonicalize(): Stop {
    return this.exports.canonicalize();
  }

  /** Puts the row in `scratch` into its bin. */
  seed(): Stop {
    return this.exports.seed();
  }

  /**
   * Puts the input rows as they are into their bins; what stands behind each, as a reference does, is taken for its
   * parent and for its parent's priority. Returns DONE or, to be called again, BIN_FULL.
   */
  putInput(): Stop {
    return this.exports.putInput();
  }

  /** Copies the stored row at the byte address `from` of the engine's memory to `row`, decompressed. */
  loadRow(from: number): void {
    this.exports.loadRow(from);
  }

  /**
   * Turns the stored rows of the input with numbers from `from` up to `to` into keys, which are written to the bins as
   * records of four words: key (2), reference, shard. Returns how far it has come: `to`, or the number of the row that
   * caused a miss.
   */
  keysOfInput(from: number, to: number): number {
    return this.exports.keysOfInput(from, to);
  }

  /**
   * Writes the transitions of the one input row to where the bins begin, at most `room` of them. Returns DONE, and then
   * `transitionCount` is the number of all; or MISS, and then it must be called again after the answer.
   */
  transitions(room: number): Stop {
    return this.exports.transitions(room);
  }

  /**
   * Finds out which trees have a transition from the one input row. Returns DONE, and then `enabled` has them; or MISS,
   * and then it must be called again after the answer.
   */
  enabledTrees(): Stop {
    return this.exports.enabledTrees();
  }

  /** The trees that `enabledTrees` has found; valid until the expander is called again. */
  get enabled(): Int32Array {
    const start = this.bins.address >>> 2;
    return this.words.subarray(start, start + this.context.result);
  }

  get transitionCount(): number {
    return this.context.result;
  }

  /** Whether a constraint has cut off the row whose transitions were written, or some step from it. */
  get isCut(): boolean {
    return this.context.isCut;
  }

  /** A hash of the current row's content, which does not depend on value ids. */
  get content(): number {
    return this.exports.contentOfInput() >>> 0;
  }

  rebuildNodeTable(skipped: number, skips: number): void {
    this.exports.rebuildNodeTable(skipped, skips);
  }

  /** The miss that made the expander return. */
  get miss(): Miss {
    return { what: this.context.miss as MissKind, args: this.context.missArguments };
  }

  /** The bin that made the expander return. */
  get fullBin(): number {
    return this.context.result;
  }

  /** Sets, for the current row only, the leaf that a tree leads to. */
  answer(tree: number, leaf: number): void {
    this.context.answer(tree, leaf);
  }
}
