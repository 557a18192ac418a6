/** A view of a thread's context in the engine's memory: what the expander works on, its input and its output. */
import type { Arena } from "./arena.js";
import { BestStates } from "./best-states.js";
import { EnabledSteps } from "./enabled-steps.js";
import {
  BIN_ROWS,
  BLOCK_ROWS,
  C_ANSWERS,
  C_ANSWERS_AT,
  C_ARG0,
  C_ARG1,
  C_ARG2,
  C_ARG3,
  C_AT,
  C_BEST,
  C_BEYOND,
  C_BIN_COUNTS,
  C_BINS,
  C_CANONICAL,
  C_CHANGES_AT,
  C_CUT,
  C_CUT_HERE,
  C_DEGREES,
  C_DRAINS,
  C_FIRED,
  C_GENERATED,
  C_INPUT,
  C_INPUT_STRIDE,
  C_IS_CUT,
  C_LEFT,
  C_MADE,
  C_MADE_AT,
  C_MISS,
  C_NEXT_COUNT,
  C_PAIRS_AT,
  C_PARENT,
  C_PHASE,
  C_PRIORITY,
  C_PUT,
  C_ROW,
  C_ROWS,
  C_SCRATCH,
  C_SHARD_MASK,
  C_SPARE_NODE,
  C_STATES_CUT,
  C_STEP,
  C_STEPS_CUT,
  C_TAKEN_AT,
  C_TAKEN_ROOM,
  CONTEXT_BYTES,
  DEGREES,
  KEYS_BYTES,
  MADE_ROWS,
  RECORD_HEAD,
  SHARDS,
} from "./layout.js";

/** How many steps may be enabled in one state. */
const TAKEN_ROOM = 1 << 16;

export interface ContextSizes {
  /** Sizes in 32-bit words: of a row, and of a stored row. */
  readonly words: number;
  readonly storedWords: number;
  readonly trees: number;
  readonly specials: number;
}

/** Bytes of a record on its way to the store. */
export function recordBytes(storedWords: number): number {
  return RECORD_HEAD + 4 * storedWords;
}

/**
 * Sets a context and its buffers aside, and returns the context's byte address.
 * @throws RegionFull if the memory has no room
 */
export function makeContext(arena: Arena, name: string, sizes: ContextSizes): number {
  const { words, storedWords, trees, specials } = sizes;
  const place = (what: string, bytes: number) => arena.region(`${name}'s ${what}`, bytes).start;
  const context = place("context", CONTEXT_BYTES);
  const set = (at: number, value: number) => {
    arena.words[(context + at) >>> 2] = value;
  };
  const rowBytes = 4 * (words + 1);
  const stride = 4 * (storedWords + 1);
  // A search that goes on on disk has rows of two words, whatever width it began with.
  const widest = Math.max(2, storedWords);
  set(C_ROW, place("row", rowBytes));
  set(C_SCRATCH, place("scratch", 4 * rowBytes + KEYS_BYTES));
  // A tree has the words, and twice the numbers of the first round, which are fewer; a hash stands before it. Each row
  // that is compressed stands there once more, in the order of the tree.
  set(C_PAIRS_AT, place("trees of pairs", (1 + MADE_ROWS) * (4 * rowBytes + 16)));
  set(C_MADE_AT, place("next rows", MADE_ROWS * rowBytes));
  set(C_CHANGES_AT, place("changes of next rows", MADE_ROWS * 4));
  set(C_INPUT, place("input", BLOCK_ROWS * 4 * (widest + 1)));
  set(C_INPUT_STRIDE, stride);
  set(C_TAKEN_AT, place("steps", TAKEN_ROOM * 8));
  set(C_TAKEN_ROOM, TAKEN_ROOM);
  set(C_ANSWERS_AT, place("answers", trees * 8));
  set(C_FIRED, place("counters", trees * 8));
  set(C_BEST, place("violations", (specials + 1) * 16));
  set(C_DEGREES, place("out-degrees", DEGREES * 8));
  set(C_BIN_COUNTS, place("bin sizes", SHARDS * 4));
  set(C_BINS, place("bins", SHARDS * BIN_ROWS * recordBytes(widest)));
  return context;
}

/** The four arguments of a miss, of which each kind uses the first few, or none. */
export type MissArguments = readonly [number, number, number, number];

export class Context {
  /** By tree: how many next states its steps have made. */
  readonly fired: BigUint64Array;
  /** By out-degree: how many states have it. The last of the DEGREES entries also counts all larger out-degrees. */
  readonly degrees: BigUint64Array;
  /** By special leaf: of the states that met it, the one of least priority. */
  readonly best: BestStates;
  /** The enabled steps of the current row. */
  readonly enabled: EnabledSteps;
  /** The context itself, as 32-bit and as 64-bit numbers. */
  private readonly own: Int32Array;
  private readonly longs: BigUint64Array;
  private readonly words: Int32Array;

  /** @param address byte address of the context */
  constructor(
    readonly memory: WebAssembly.Memory,
    readonly address: number,
  ) {
    const { buffer } = memory;
    this.own = new Int32Array(buffer, address, CONTEXT_BYTES >>> 2);
    this.longs = new BigUint64Array(buffer, address, CONTEXT_BYTES >>> 3);
    this.words = new Int32Array(buffer);
    this.fired = new BigUint64Array(buffer, this.addressAt(C_FIRED));
    this.degrees = new BigUint64Array(buffer, this.addressAt(C_DEGREES), DEGREES);
    this.best = new BestStates(this.words, this.addressAt(C_BEST));
    this.enabled = new EnabledSteps(this.own, this.words, this.addressAt(C_TAKEN_AT));
  }

  private addressAt(at: number): number {
    return this.own[at >>> 2]! >>> 0;
  }

  /** Byte addresses of the current row, of the scratch rows for canonical forms, and of the input rows. */
  get row(): number {
    return this.addressAt(C_ROW);
  }

  get scratch(): number {
    return this.addressAt(C_SCRATCH);
  }

  get input(): number {
    return this.addressAt(C_INPUT);
  }

  /** Byte addresses of the bins, and of the number of records in each. */
  get bins(): number {
    return this.addressAt(C_BINS);
  }

  get binCounts(): number {
    return this.addressAt(C_BIN_COUNTS);
  }

  /** Size of an input row, which is a stored row, in 32-bit words; its reference follows it. */
  get storedWords(): number {
    return (this.own[C_INPUT_STRIDE >>> 2]! >>> 2) - 1;
  }

  set storedWords(words: number) {
    this.own[C_INPUT_STRIDE >>> 2] = 4 * (words + 1);
  }

  /** The number of bins in use, a power of two: the low bits of a row's shard choose the bin. */
  get binsInUse(): number {
    return this.own[C_SHARD_MASK >>> 2]! + 1;
  }

  set binsInUse(count: number) {
    this.own[C_SHARD_MASK >>> 2] = count - 1;
  }

  /** The number of input rows, and the place of the next one to be expanded. */
  get rows(): number {
    return this.own[C_ROWS >>> 2]!;
  }

  get at(): number {
    return this.own[C_AT >>> 2]!;
  }

  /** The reference of the current row, which becomes the parent of its next rows. */
  set parent(reference: number) {
    this.own[C_PARENT >>> 2] = reference;
  }

  /** The hash of the current row's content, which its next rows keep as their parent's priority. */
  set priority(hash: number) {
    this.own[C_PRIORITY >>> 2] = hash;
  }

  /** How many states were cut off by state constraints. */
  get statesCut(): number {
    return Number(this.longs[C_STATES_CUT >>> 3]!);
  }

  set statesCut(count: number) {
    this.longs[C_STATES_CUT >>> 3] = BigInt(count);
  }

  /** How many steps were cut off by action constraints. */
  get stepsCut(): number {
    return Number(this.longs[C_STEPS_CUT >>> 3]!);
  }

  set stepsCut(count: number) {
    this.longs[C_STEPS_CUT >>> 3] = BigInt(count);
  }

  /** Whether a constraint has cut off the current row, or some step from it; known once its transitions are. */
  get isCut(): boolean {
    return this.own[C_IS_CUT >>> 2] !== 0 || this.own[C_CUT_HERE >>> 2] !== 0;
  }

  /** How many next states were made so far, from all rows. */
  get generated(): number {
    return Number(this.longs[C_GENERATED >>> 3]!);
  }

  set generated(count: number) {
    this.longs[C_GENERATED >>> 3] = BigInt(count);
  }

  /** Whether the depth limit left out a successor. */
  get cut(): boolean {
    return this.own[C_CUT >>> 2] !== 0;
  }

  set cut(was: boolean) {
    this.own[C_CUT >>> 2] = was ? 1 : 0;
  }

  /** The number that the thread has claimed for a new pair and not used, or 0. */
  get spareNode(): number {
    return this.own[C_SPARE_NODE >>> 2]!;
  }

  set spareNode(number: number) {
    this.own[C_SPARE_NODE >>> 2] = number;
  }

  /** The kind of the miss, and its arguments. */
  get miss(): number {
    return this.own[C_MISS >>> 2]!;
  }

  get missArguments(): MissArguments {
    const { own } = this;
    return [own[C_ARG0 >>> 2]!, own[C_ARG1 >>> 2]!, own[C_ARG2 >>> 2]!, own[C_ARG3 >>> 2]!];
  }

  /** What comes with a stop: the bin that is full, or the number of transitions. */
  get result(): number {
    return this.own[C_ARG0 >>> 2]!;
  }

  /**
   * Begins with the first of `rows` input rows.
   * @param beyond whether the rows lie at the depth limit, so that their successors are left out
   */
  begin(rows: number, beyond: boolean): void {
    const { own } = this;
    own[C_ROWS >>> 2] = rows;
    own[C_BEYOND >>> 2] = beyond ? 1 : 0;
    this.beginRow(0);
  }

  /** Goes on with the next input row, and drops what the current one was yet to lead to. */
  leaveRow(): void {
    this.beginRow(this.at + 1);
  }

  private beginRow(at: number): void {
    const { own } = this;
    own[C_AT >>> 2] = at;
    own[C_PHASE >>> 2] = 0;
    own[C_MADE >>> 2] = 0;
    own[C_CANONICAL >>> 2] = 0;
    own[C_PUT >>> 2] = 0;
    own[C_DRAINS >>> 2] = 0;
    own[C_ANSWERS >>> 2] = 0;
  }

  /**
   * Begins again with the first input row, whose enabled steps have been collected, as if the step at `place` were the
   * only one.
   */
  takeOnly(place: number): void {
    const { own } = this;
    this.enabled.keepOnly(place);
    own[C_AT >>> 2] = 0;
    own[C_PHASE >>> 2] = 1;
    own[C_STEP >>> 2] = 0;
    own[C_LEFT >>> 2] = 0;
    own[C_BEYOND >>> 2] = 0;
    own[C_NEXT_COUNT >>> 2] = 0;
  }

  /** Sets, for the current row only, the leaf that a tree leads to. */
  answer(tree: number, leaf: number): void {
    const { own, words } = this;
    const known = own[C_ANSWERS >>> 2]!;
    const at = (this.addressAt(C_ANSWERS_AT) >>> 2) + 2 * known;
    words[at] = tree;
    words[at + 1] = leaf;
    own[C_ANSWERS >>> 2] = known + 1;
  }

  /** Forgets the leaves that were set by `answer`. */
  forgetAnswers(): void {
    this.own[C_ANSWERS >>> 2] = 0;
  }
}
