/** Where values are while a rule runs: cells of the state, which are read when they are asked for, and local ones. */
import type { Value } from "./types.js";

export interface Memory {
  read(cell: number): Value;
  write(cell: number, value: Value): void;
}

/** The first cell of a variable, of a field or of an element. */
export interface Place {
  readonly memory: Memory;
  readonly at: number;
}

/** The cells of a local variable, all undefined at first. */
export class LocalMemory implements Memory {
  private readonly cells: Value[];

  constructor(width: number) {
    this.cells = Array<Value>(width).fill(null);
  }

  read(cell: number): Value {
    return this.cells[cell]!;
  }

  write(cell: number, value: Value): void {
    this.cells[cell] = value;
  }
}

/** Returns the place of a new local variable. */
export function newPlace(width: number): Place {
  return { memory: new LocalMemory(width), at: 0 };
}

/** Returns what a cell holds, which may be the undefined value. */
export function valueAt({ memory, at }: Place): Value {
  return memory.read(at);
}

/** Copies cells from one place to another; the two may overlap, as in `a := a`. */
export function copy(from: Place, to: Place, width: number): void {
  const values = Array.from({ length: width }, (_, i) => from.memory.read(from.at + i));
  values.forEach((value, i) => {
    to.memory.write(to.at + i, value);
  });
}

/**
 * The cells of the state that a rule runs in. What the rule writes is kept here, so that the state is read only where
 * the rule reads what it has not written.
 */
export class StateMemory implements Memory {
  private readonly written = new Map<number, Value>();
  private readonly seen = new Map<number, Value>();

  /** @param source reads a cell of the state */
  constructor(private readonly source: (cell: number) => Value) {}

  read(cell: number): Value {
    const written = this.written.get(cell);
    return written !== undefined ? written : this.before(cell);
  }

  write(cell: number, value: Value): void {
    this.written.set(cell, value);
  }

  /** The cells that were written, with the values that they were given last. */
  get writes(): ReadonlyMap<number, Value> {
    return this.written;
  }

  /**
   * Tells whether some cell has another value than in the state. Cells that the rule has read come first, since they
   * mostly decide, and then no further one is read of the state.
   * @param isSame compares two values of cells
   */
  hasChanged(isSame: (a: Value, b: Value) => boolean): boolean {
    const isUnseen = ([cell]: readonly [number, Value]) => !this.seen.has(cell);
    const writes = [...this.written];
    const inOrder = [...writes.filter((write) => !isUnseen(write)), ...writes.filter(isUnseen)];
    return inOrder.some(([cell, value]) => !isSame(value, this.before(cell)));
  }

  private before(cell: number): Value {
    const seen = this.seen.get(cell);
    if (seen !== undefined) return seen;
    const value = this.source(cell);
    this.seen.set(cell, value);
    return value;
  }
}
