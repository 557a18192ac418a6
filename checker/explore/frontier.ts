/** The frontier: which stored state is looked at next. It alone tells breadth-first from depth-first search. */

export interface Frontier {
  /** Whether the next state must be known before another is looked at, so that batches end with every state. */
  readonly needsFlush: boolean;
  /** Takes in the rows from `from` up to `to`, found from a state of depth `depth - 1`. */
  add(from: number, to: number, depth: number): void;
  /** The next row, or -1 if there is none. */
  next(): number;
  /** The depth of the row that `next` gave. */
  readonly depth: number;
  readonly size: number;
  /** The greatest depth of any row. */
  readonly deepest: number;
}

/** First in, first out. Rows are numbered in the order in which they are found, so the frontier is a range of row numbers. */
export class BreadthFirst implements Frontier {
  readonly needsFlush = false;
  depth = -1;
  private head = 0;
  private count = 0;
  private levelEnd = 0;
  /** The rows at each depth that is complete. */
  readonly levels: number[] = [];

  add(_from: number, to: number): void {
    this.count = to;
  }

  next(): number {
    if (this.head >= this.count) return -1;
    if (this.head === this.levelEnd) {
      // Everything of the depth before has been looked at, and flushed: what is there now is the next depth.
      this.levels.push(this.count - this.levelEnd);
      this.levelEnd = this.count;
      this.depth++;
    }
    return this.head++;
  }

  /** Whether the next row begins a depth, so that all rows found must be stored first. */
  get atLevelEnd(): boolean {
    return this.head === this.levelEnd;
  }

  get size(): number {
    return this.count - this.head;
  }

  get deepest(): number {
    return this.levels.length - 1 + (this.count > this.levelEnd ? 1 : 0);
  }
}

/** Last in, first out. */
export class DepthFirst implements Frontier {
  readonly needsFlush = true;
  depth = 0;
  deepest = 0;
  private stack = new Uint32Array(1 << 12);
  private depths = new Uint32Array(1 << 12);
  private top = 0;

  add(from: number, to: number, depth: number): void {
    if (to > from && depth > this.deepest) this.deepest = depth;
    while (this.top + to - from > this.stack.length) {
      this.stack = doubled(this.stack);
      this.depths = doubled(this.depths);
    }
    for (let row = from; row < to; row++) {
      this.stack[this.top] = row;
      this.depths[this.top++] = depth;
    }
  }

  next(): number {
    if (this.top === 0) return -1;
    this.depth = this.depths[--this.top]!;
    return this.stack[this.top]!;
  }

  get size(): number {
    return this.top;
  }
}

function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
