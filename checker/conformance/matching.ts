/** Which events of a log a step of the model explains. */
import { Map as ImmutableMap, Set as ImmutableSet, isRecord, List } from "immutable";
import { Bag, Channel } from "../model/channel.js";
import { Floor, OrdinalValue } from "../model/ordinal.js";
import { type Member, nameOf } from "../model/scalarset.js";
import { type AnyRecord, fieldsOf } from "../model/value.js";
import { type Fields, isFields, type Plain, RECEIVE, SEND, type StepEvent } from "./events.js";
import type { LoggedEvent, ProcessLog } from "./log.js";

/** That an ordinal value of the model is a number of the log. */
export type Pin = readonly [OrdinalValue, number];

/** A way to explain the next events of a process's log. */
export interface Match {
  /** How many events of the log are explained then, those before included. */
  readonly position: number;
  readonly pins: readonly Pin[];
  /** How many events of the step are not in the log, where no mark says that events are lost. */
  readonly missing: number;
}

const NO_PINS: readonly Pin[] = [];
const ONE_WAY: readonly (readonly Pin[])[] = [NO_PINS];

/**
 * Returns all ways in which the next events of a process's log can be events of one step, in any order of its receives
 * and of its sends; those that explain most come first.
 * @param events the step's events at the process
 * @param missing how many events may be missing at most, besides those where the log has a gap
 * @param cut whether an event may be missing only if none that comes after it is in the log
 */
export function matchesOf(
  events: readonly StepEvent[],
  { events: log, gaps }: ProcessLog,
  position: number,
  missing: number,
  cut = false,
): Match[] {
  const phases = [
    events.filter(({ event }) => event === RECEIVE),
    events.filter(({ event }) => event !== RECEIVE && event !== SEND),
    events.filter(({ event }) => event === SEND),
  ].filter((phase) => phase.length > 0);
  let ways: Match[] = [{ position, pins: NO_PINS, missing: 0 }];
  for (const phase of phases) {
    ways = ways.flatMap((way) => {
      if (cut && way.missing > 0) return [way];
      return phaseMatches(phase, log, gaps, way.position, gaps.has(way.position), missing - way.missing).map(
        (found) => ({
          position: found.position,
          pins: found.pins.length === 0 ? way.pins : [...way.pins, ...found.pins],
          missing: way.missing + found.missing,
        }),
      );
    });
  }
  return ways;
}

/** @param free whether the log has a gap where the phase is, so that what is not in the log may be lost there */
function phaseMatches(
  left: readonly StepEvent[],
  log: readonly LoggedEvent[],
  gaps: ReadonlySet<number>,
  position: number,
  free: boolean,
  missing: number,
): Match[] {
  if (left.length === 0) return [{ position, pins: NO_PINS, missing: 0 }];
  const ways: Match[] = [];
  const next = log[position];
  if (next !== undefined) {
    left.forEach((event, i) => {
      for (const pins of eventMatches(event, next)) {
        const others = left.filter((_, j) => j !== i);
        for (const rest of phaseMatches(others, log, gaps, position + 1, free || gaps.has(position + 1), missing))
          ways.push({ ...rest, pins: pins.length === 0 ? rest.pins : [...pins, ...rest.pins] });
      }
    });
  }
  if (free || left.length <= missing) ways.push({ position, pins: NO_PINS, missing: free ? 0 : left.length });
  return ways;
}

/** Returns the ways in which an event of a step can be one of a log: for each, which numbers ordinals have then. */
export function eventMatches(event: StepEvent, logged: LoggedEvent): readonly (readonly Pin[])[] {
  if (event.event !== logged.event) return [];
  if (logged.from !== undefined && logged.from !== event.from) return [];
  if (logged.to !== undefined && logged.to !== event.to) return [];
  if (logged.message !== undefined) return valueMatches(event.message, logged.message);
  return logged.with === undefined ? ONE_WAY : valueMatches(event.with ?? {}, logged.with);
}

/**
 * Returns the ways in which a value of the model can be one of a log. Of a record, the log may leave fields out; of
 * collections it has all items, those without an order in any order.
 */
export function valueMatches(value: unknown, plain: Plain): readonly (readonly Pin[])[] {
  if (value instanceof OrdinalValue) return typeof plain === "number" ? [[[value, plain]]] : [];
  if (value instanceof Floor)
    return value.rank < 0 ? valueMatches(null, plain) : valueMatches(value.ordinal.at(value.rank), plain);
  if (typeof value === "symbol") return plain === nameOf(value as Member) ? ONE_WAY : [];
  if (typeof value !== "object" || value === null) return plain === (value ?? null) ? ONE_WAY : [];
  if (isRecord(value) || isFields(value)) {
    if (typeof plain !== "object" || plain === null || Array.isArray(plain)) return [];
    const told = Object.entries(plain as { readonly [field: string]: Plain });
    const fields = isRecord(value) ? fieldsOf(value as AnyRecord) : Object.keys(value);
    if (told.some(([field]) => !fields.includes(field))) return [];
    const of = (field: string) => (isRecord(value) ? value.get(field) : (value as Fields)[field]);
    return product(told.map(([field, inner]) => valueMatches(of(field), inner)));
  }
  if (!Array.isArray(plain)) return [];
  const [items, inOrder] = itemsOf(value);
  if (items.length !== plain.length) return [];
  return inOrder ? product(items.map((item, i) => valueMatches(item, plain[i] as Plain))) : inAnyOrder(items, plain);
}

/** Returns the items of a collection, and whether their order counts. */
function itemsOf(value: object): readonly [readonly unknown[], boolean] {
  if (value instanceof Channel) return [value.messages(), !(value instanceof Bag)];
  if (ImmutableMap.isMap(value)) return [[...value].map((pair) => List(pair)), false];
  return [[...(value as Iterable<unknown>)], !ImmutableSet.isSet(value)];
}

function inAnyOrder(items: readonly unknown[], plain: readonly Plain[]): readonly (readonly Pin[])[] {
  const [first, ...rest] = plain;
  if (first === undefined) return ONE_WAY;
  return items.flatMap((item, i) => {
    const others = items.filter((_, j) => j !== i);
    return valueMatches(item, first).flatMap((pins) => inAnyOrder(others, rest).map((more) => [...pins, ...more]));
  });
}

function product(ways: readonly (readonly (readonly Pin[])[])[]): readonly (readonly Pin[])[] {
  let all = ONE_WAY;
  for (const each of ways) {
    if (each.length === 0) return [];
    if (each === ONE_WAY) continue;
    all = all.flatMap((before) => each.map((pins) => [...before, ...pins]));
  }
  return all;
}
