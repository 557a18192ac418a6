/**
 * Ordinals: values of which only the order matters, such as time stamps and data versions.
 *
 * A protocol compares ordinals and asks for fresh ones; it never sees a number. The engine renumbers them in every
 * state, so that clocks without bound leave the model finite (*ordinal symmetry*). Inside, a value at rest has an odd
 * rank 1, 3, 5, …; a fresh one takes the even rank just above or below, until the state is renumbered.
 *
 * There are three kinds of renumbering, each exact for models that keep to its rule:
 * - order only (the default): the model may compare any two values;
 * - `keep: n`: the n greatest values are told apart, and all older ones are merged. The model must compare values only
 *   with those n;
 * - `window: w`: values are ticks. They are shifted, and gaps of more than w shrink to w + 1. The model must ask only
 *   for the order and for differences up to w.
 */
import { marked } from "./module-copy.js";

/** How much of an ordinal's values a model tells apart. If both are left out: their order, and nothing else. */
export interface OrdinalOptions {
  /** Tells only the `keep` greatest values of a state apart. */
  readonly keep?: number;
  /** Makes values ticks, of which differences up to `window` are exact. */
  readonly window?: number;
}

/** A value of an ordinal. There is one object for each rank, so `===` is equality. */
export class OrdinalValue {
  static {
    marked(OrdinalValue.prototype);
  }

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

  /**
   * Returns a fresh value, greater than this one and less than every greater one in the state.
   * @throws Error for an ordinal with a window
   */
  justAfter(): OrdinalValue {
    if (this.ordinal.window !== undefined) throw new Error(`${this.ordinal.name} counts ticks: use plus(1)`);
    return this.ordinal.at(this.rank + 1);
  }

  /** Returns the value `ticks` later. @throws Error for an ordinal without a window */
  plus(ticks: number): OrdinalValue {
    this.ordinal.needsWindow();
    return this.ordinal.at(this.rank + ticks);
  }

  /**
   * Returns the ticks from `other` to this value; if they are more than the window, window + 1 or its negative.
   * @throws Error for an ordinal without a window
   */
  minus(other: OrdinalValue): number {
    const width = this.ordinal.needsWindow() + 1;
    return Math.max(-width, Math.min(width, this.rank - other.rank));
  }

  toString(): string {
    return `${this.ordinal.name}${this.rank}`;
  }
}

/**
 * A lower bound: "at least this value". It does not keep the value alive: when the value is dropped from the state, the
 * floor sinks to the next lower one that is left. Popcorn's clocks are floors, since of a kernel's last time stamp it
 * only matters which of the stamps still in use it has passed (section 4.3, "monotonically increasing clock").
 */
export class Floor {
  static {
    marked(Floor.prototype);
  }

  constructor(
    readonly ordinal: Ordinal,
    readonly rank: number,
  ) {}

  /** Tells whether some value above `value` can be above the floor too; `undefined` stands below all values. */
  permitsAbove(value: OrdinalValue | undefined): boolean {
    return this.rank <= (value?.rank ?? -1);
  }

  /** Tells whether `value` is greater than the value that the floor stands for. */
  isBelow(value: OrdinalValue): boolean {
    return this.rank < value.rank;
  }

  toString(): string {
    return this.rank < 0 ? "any" : `≥${this.ordinal.name}${this.rank}`;
  }
}

let ordinals = 0;

/** A kind of values of which only the order matters. Declare it with `ordinal`. */
export class Ordinal {
  static {
    marked(Ordinal.prototype);
  }

  /** Tells ordinals of one name apart. */
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

  /** The value that an initial state starts from. */
  get first(): OrdinalValue {
    return this.at(1);
  }

  /** Returns a fresh value, less than every other in the state. */
  belowAll(): OrdinalValue {
    return this.at(0);
  }

  /** Returns the floor under `value`; without a value, the floor that permits everything. */
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

  /** @internal Returns the window. @throws Error for an ordinal without one */
  needsWindow(): number {
    if (this.window === undefined) throw new Error(`${this.name} has no window: only its order is known`);
    return this.window;
  }

  /**
   * Renumbers a state: returns the new ranks of `ranks`, in the same places. The result depends on the set of ranks
   * alone, so that states that are equal up to renumbering become equal.
   * @param ranks the ranks that the state holds, ascending
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
    // With `keep` a merged value gets rank 0, and the greatest the same rank whether or not values are merged.
    return ranks.map((_, i) => (i < merged ? 0 : 2 * (this.keep === undefined ? i : i - ranks.length + this.keep) + 1));
  }
}

/** Declares an ordinal. @example const stamps = ordinal("t") */
export function ordinal(name: string, options: OrdinalOptions = {}): Ordinal {
  return new Ordinal(name, options);
}
