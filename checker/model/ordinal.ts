/**
 * Ordinals: values of which only the order matters, such as time stamps and data versions.
 *
 * A protocol compares them and asks for fresh ones; it never sees a number. The engine renumbers them in every state, so
 * that clocks without bound leave the model finite (*ordinal symmetry*). Inside, a value at rest has an odd rank 1, 3, 5, …;
 * a fresh one takes the even rank just above or below, until the state is renumbered.
 *
 * Three kinds of renumbering, each exact for models that keep to what it says:
 * - order only (default): any two values may be compared;
 * - `keep: n`: only the n greatest values are told apart, all older ones are merged. Exact if the model compares values only
 *   with those (`latest` or not);
 * - `window: w`: ticks; values are shifted, and gaps of more than w shrink to w + 1. Exact if the model asks only for order and
 *   for differences up to w.
 */

export interface OrdinalOptions {
  readonly keep?: number;
  readonly window?: number;
}

/** A value of an ordinal. The same rank is always the same object, so `===` is equality. */
export class OrdinalValue {
  constructor(
    readonly ordinal: Ordinal,
    readonly rank: number,
  ) {}

  isBefore(other: OrdinalValue): boolean {
    return this.rank < other.rank;
  }

  isAfter(other: OrdinalValue): boolean {
    return this.rank > other.rank;
  }

  /** A fresh value greater than this one and less than every greater one in the state. Not for ordinals with a window. */
  justAfter(): OrdinalValue {
    if (this.ordinal.window !== undefined) throw new Error(`${this.ordinal.name} counts ticks: use plus(1)`);
    return this.ordinal.at(this.rank + 1);
  }

  /** So many ticks later. Only for ordinals with a window. */
  plus(ticks: number): OrdinalValue {
    this.ordinal.needsWindow();
    return this.ordinal.at(this.rank + ticks);
  }

  /** The ticks from another value to this one; beyond the window the answer is at least window + 1, or at most its negative. */
  minus(other: OrdinalValue): number {
    const width = this.ordinal.needsWindow() + 1;
    return Math.max(-width, Math.min(width, this.rank - other.rank));
  }

  toString(): string {
    return `${this.ordinal.name}${this.rank}`;
  }
}

/**
 * A lower bound: "at least this, as far as anyone can tell". It keeps no value alive: when the value it names is dropped from
 * the state, the floor sinks to the next lower one that is left. Popcorn's clocks are floors: what counts of a kernel's
 * last time stamp is only which of the stamps still in use it has passed (section 4.3, "monotonically increasing clock").
 */
export class Floor {
  constructor(
    readonly ordinal: Ordinal,
    readonly rank: number,
  ) {}

  /** Whether a value above `value` can be above the floor too. `undefined`: below all values. */
  permitsAbove(value: OrdinalValue | undefined): boolean {
    return this.rank <= (value?.rank ?? -1);
  }

  /** Whether `value` is greater than the one that the floor stands for. */
  isBelow(value: OrdinalValue): boolean {
    return this.rank < value.rank;
  }

  toString(): string {
    return this.rank < 0 ? "any" : `≥${this.ordinal.name}${this.rank}`;
  }
}

let ordinals = 0;

export class Ordinal {
  /** Tells ordinals of the same name apart. */
  readonly serial = ordinals++;
  readonly keep: number | undefined;
  readonly window: number | undefined;
  private readonly values = new Map<number, OrdinalValue>();
  private readonly floors = new Map<number, Floor>();

  constructor(
    readonly name: string,
    options: OrdinalOptions,
  ) {
    this.keep = options.keep;
    this.window = options.window;
  }

  /** The value an initial state starts from. With `keep`, older values than the latest are all `oldest`. */
  get first(): OrdinalValue {
    return this.at(1);
  }

  /** A fresh value less than every other in the state. */
  belowAll(): OrdinalValue {
    return this.at(0);
  }

  /** The floor under a value; without one, the floor that permits everything. */
  floor(value?: OrdinalValue): Floor {
    return this.floorAt(value?.rank ?? -1);
  }

  /** @internal */
  at(rank: number): OrdinalValue {
    let value = this.values.get(rank);
    if (value === undefined) {
      value = new OrdinalValue(this, rank);
      this.values.set(rank, value);
    }
    return value;
  }

  /** @internal */
  floorAt(rank: number): Floor {
    let floor = this.floors.get(rank);
    if (floor === undefined) {
      floor = new Floor(this, rank);
      this.floors.set(rank, floor);
    }
    return floor;
  }

  /** @internal The window, for those who need one. */
  needsWindow(): number {
    if (this.window === undefined) throw new Error(`${this.name} has no window: only its order is known`);
    return this.window;
  }

  /**
   * The renumbering of a state, given the ranks it holds, ascending: new ranks in the same places. A function of the set of
   * ranks alone, so that states equal up to renumbering become equal.
   */
  renumber(ranks: readonly number[]): number[] {
    if (this.window !== undefined) {
      let last = 1;
      return ranks.map((rank, i) => {
        if (i > 0) last += Math.min(rank - (ranks[i - 1] as number), (this.window as number) + 1);
        return last;
      });
    }
    const merged = this.keep === undefined ? 0 : Math.max(0, ranks.length - this.keep);
    // With `keep` the merged ones are 0 whether or not there are any, so that the greatest always has the same rank.
    return ranks.map((_, i) => (i < merged ? 0 : 2 * (this.keep === undefined ? i : i - ranks.length + this.keep) + 1));
  }
}

/** Declares an ordinal. @example const stamps = ordinal("t") */
export function ordinal(name: string, options: OrdinalOptions = {}): Ordinal {
  return new Ordinal(name, options);
}
