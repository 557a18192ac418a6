/**
 * Which number of a log each ordinal value of a state is.
 *
 * Only the order of numbers matters, and it is that of the values. Of a value that the log has told nothing about yet,
 * its bounds are known: the numbers of the values below and above it, also of those that no state holds any more.
 */
import { isRecord } from "immutable";
import type { Values } from "../model/bound.js";
import { Floor, type OrdinalValue } from "../model/ordinal.js";
import { renumbering } from "../model/reference.js";
import { type AnyRecord, fieldsOf, leavesOf, mapValue } from "../model/value.js";
import type { Pin } from "./matching.js";

/** The number of a value, if both are the same; or else the numbers between which it is, without them. */
interface Bounds {
  readonly low: number;
  readonly high: number;
}

const UNKNOWN: Bounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

type BoundsOf = ReadonlyMap<OrdinalValue, Bounds>;

/** A floor that is a slot's value, or the field of a slot's record. */
interface PlacedFloor {
  readonly field: string;
  readonly floor: Floor;
}

interface Leaves {
  readonly ordinals: readonly OrdinalValue[];
  readonly floors: readonly Floor[];
  /** The floors that are followed: nothing tells a floor deeper inside from others that were there before. */
  readonly placed: readonly PlacedFloor[];
}

const NO_LEAVES: Leaves = { ordinals: [], floors: [], placed: [] };
const known = new WeakMap<object, Leaves>();

function leavesIn(value: unknown): Leaves {
  if (typeof value !== "object" || value === null) return NO_LEAVES;
  let leaves = known.get(value);
  if (leaves === undefined) {
    const { ordinals, floors } = leavesOf(value);
    leaves = { ordinals: [...ordinals], floors: [...floors], placed: floors.size === 0 ? [] : placedIn(value) };
    known.set(value, leaves);
  }
  return leaves;
}

function placedIn(value: object): PlacedFloor[] {
  if (value instanceof Floor) return [{ field: "", floor: value }];
  if (!isRecord(value)) return [];
  const record = value as AnyRecord;
  return fieldsOf(record).flatMap((field) => {
    const floor = record.get(field);
    return floor instanceof Floor ? [{ field, floor }] : [];
  });
}

function ordinalsIn(values: Values): Set<OrdinalValue> {
  const all = new Set<OrdinalValue>();
  for (const value of values) for (const ordinal of leavesIn(value).ordinals) all.add(ordinal);
  return all;
}

/** A state whose ordinals are renumbered, with the numbers of the log. */
export interface NumberedState {
  readonly values: Values;
  readonly numbers: Numbers;
}

/** What is known of the numbers of a state's ordinal values. It is immutable. */
export class Numbers {
  private constructor(
    private readonly bounds: BoundsOf,
    /**
     * By the place of a floor whose value no state holds any more: the greatest number that the value is known to
     * reach. The model has forgotten it, but a clock that has passed it does not go back.
     */
    private readonly floors: ReadonlyMap<string, number>,
  ) {}

  /** Returns the initial state as `values`, of whose numbers nothing is known. */
  static initial(values: Values): NumberedState {
    return Numbers.renumbered(values, new Map(), new Map(), ordinalsIn(values));
  }

  /**
   * Renumbers a state. It merges no values, as the search does that only asks which states are alike: a log tells all
   * of them apart.
   */
  private static renumbered(
    values: Values,
    bounds: BoundsOf,
    floors: ReadonlyMap<string, number>,
    live: ReadonlySet<OrdinalValue>,
  ): NumberedState {
    const { value: ordinal, floor } = renumbering(live, "apart");
    const moved = (value: unknown) => {
      const { ordinals, floors } = leavesIn(value);
      const moves = ordinals.some((of) => ordinal(of) !== of) || floors.some((of) => floor(of) !== of);
      return moves ? mapValue(value, { ordinal, floor }) : value;
    };
    const kept = new Map<OrdinalValue, Bounds>();
    for (const value of live) kept.set(ordinal(value), bounds.get(value) ?? UNKNOWN);
    return { values: values.map(moved), numbers: new Numbers(kept, floors) };
  }

  /** A text that two of them share exactly if they know the same. */
  get key(): string {
    const parts = [...this.bounds]
      .filter(([, { low, high }]) => low > UNKNOWN.low || high < UNKNOWN.high)
      .map(([{ ordinal, rank }, { low, high }]) => `${ordinal.serial}.${rank}:${low}:${high}`);
    return [...parts.sort(), ...[...this.floors].map(([place, low]) => `${place}>${low}`).sort()].join();
  }

  /** Says what is known of a value's number: the number, or the words "above 3 and below 7". */
  told(value: OrdinalValue): number | string {
    return toldOf(this.bounds.get(value));
  }

  /** Returns what `told` says of the values of a step. */
  toldBy(before: Values, next: Values, written: Iterable<number>): (value: OrdinalValue) => number | string {
    const bounds = this.learn(before, next, written, [])?.learnt.bounds;
    return (value) => toldOf(bounds?.get(value));
  }

  /**
   * Returns the state that a step leads to; undefined if the numbers contradict the order of the values.
   * @param next the values as the step left them: those that it made new have ranks between the others
   * @param pins the numbers that the log tells with the step
   */
  after(before: Values, next: Values, written: Iterable<number>, pins: readonly Pin[]): NumberedState | undefined {
    const known = this.learn(before, next, written, pins);
    if (known === undefined) return undefined;
    const { learnt, floors, live } = known;
    next.forEach((value, slot) => {
      for (const { field, floor } of leavesIn(value).placed) {
        const of = floor.ordinal.at(floor.rank);
        const place = `${slot}.${field}`;
        if (floor.rank < 0 || live.has(of) || floors.has(place)) continue;
        const { low } = learnt.bounds.get(of) ?? UNKNOWN;
        if (low > UNKNOWN.low) floors.set(place, low);
      }
    });
    return Numbers.renumbered(next, learnt.bounds, floors, live);
  }

  private learn(before: Values, next: Values, written: Iterable<number>, pins: readonly Pin[]) {
    const live = ordinalsIn(next);
    const learnt = new Learning(this.bounds);
    for (const value of live) learnt.add(value);
    const floors = new Map(this.floors);
    for (const slot of written) {
      const [old, now] = [leavesIn(before[slot]).placed, leavesIn(next[slot]).placed];
      for (const { field, floor } of now) {
        const was = old.find((other) => other.field === field)?.floor;
        if (was === floor) continue;
        const place = `${slot}.${field}`;
        const passed = floors.get(place);
        floors.delete(place);
        if (passed === undefined || floor.rank < 0) continue;
        if (!learnt.isAbove(floor.ordinal.at(floor.rank), passed)) return undefined;
      }
    }
    for (const [value, number] of pins) if (!learnt.is(value, number)) return undefined;
    return { learnt, floors, live };
  }
}

function toldOf({ low, high }: Bounds = UNKNOWN): number | string {
  if (low === high) return low;
  const words = [...(low > UNKNOWN.low ? [`above ${low}`] : []), ...(high < UNKNOWN.high ? [`below ${high}`] : [])];
  return words.length === 0 ? "any number" : words.join(" and ");
}

/** What is learnt of numbers in a step. */
class Learning {
  readonly bounds: Map<OrdinalValue, Bounds>;

  constructor(before: BoundsOf) {
    this.bounds = new Map(before);
  }

  /** Adds a value that may be new: it is between those next to it. */
  add(value: OrdinalValue): void {
    if (this.bounds.has(value)) return;
    let { low, high } = UNKNOWN;
    for (const [other, bounds] of this.bounds) {
      if (other.ordinal !== value.ordinal) continue;
      if (other.rank < value.rank) low = Math.max(low, bounds.low);
      else high = Math.min(high, bounds.high);
    }
    this.bounds.set(value, { low, high });
  }

  /** Notes that a value is greater than a number. Returns false if it is not. */
  isAbove(value: OrdinalValue, number: number): boolean {
    for (const [other, { low, high }] of this.bounds) {
      if (other.ordinal !== value.ordinal || other.rank < value.rank) continue;
      if (high <= number) return false;
      if (low < high) this.bounds.set(other, { low: Math.max(low, number), high });
    }
    return true;
  }

  /** Notes the number of a value. Returns false if it cannot be that. */
  is(value: OrdinalValue, number: number): boolean {
    this.add(value);
    const { low, high } = this.bounds.get(value)!;
    if (low === high) return low === number;
    if (number <= low || number >= high) return false;
    this.bounds.set(value, { low: number, high: number });
    for (const [other, bounds] of this.bounds) {
      if (other.ordinal !== value.ordinal || other === value) continue;
      const isBelow = other.rank < value.rank;
      if (bounds.low === bounds.high) {
        if (!fitsWindow(value, number, other, bounds.low)) return false;
      } else if (isBelow) this.bounds.set(other, { low: bounds.low, high: Math.min(bounds.high, number) });
      else this.bounds.set(other, { low: Math.max(bounds.low, number), high: bounds.high });
    }
    return true;
  }
}

/** Whether two numbers are as many ticks apart as their values, as far as the ordinal's window tells. */
function fitsWindow(a: OrdinalValue, number: number, b: OrdinalValue, other: number): boolean {
  const { window } = a.ordinal;
  if (window === undefined) return true;
  const ticks = a.minus(b);
  return Math.max(-window - 1, Math.min(window + 1, number - other)) === ticks;
}
