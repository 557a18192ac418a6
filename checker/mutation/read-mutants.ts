/** Mutants of what an action reads: it goes on as if it had found something else. */
import { isCollection, isRecord } from "immutable";
import type { Instance } from "../model/instance.js";
import { Floor, OrdinalValue } from "../model/ordinal.js";
import type { AnyRecord } from "../model/value.js";
import { type Shown, withReading } from "./altered-action.js";
import { type Mutant, type MutantKind, type MutantWords, mutantOf } from "./mutant.js";
import type { Deeds, ReadSeen } from "./survey.js";
import { placeOf } from "./words.js";

/** Returns the mutants of what is read in a cell, or by an action without a table. */
export function readMutants(instance: Instance, deeds: Deeds): Mutant[] {
  const reads = [...deeds.reads.values()];
  const made: Maker = (kind, of, words, show, isOfOrdinals) =>
    mutantOf(instance, deeds, kind, words, (action) => withReading(action, deeds.cell, of, show), isOfOrdinals);
  const ordinals = reads.filter(({ sorts }) => [...sorts].some((sort) => typeof sort === "object"));
  return [
    ...reads.flatMap((read) => ofRead(made, read)),
    ...ordinals.flatMap((read, i) => ordinals.slice(i + 1).flatMap((other) => exchanged(made, read, other))),
    ...[...deeds.carried].flatMap(([field, value]) =>
      value instanceof OrdinalValue
        ? ordinals.flatMap((read) => exchangedWithMessage(made, read, field, value))
        : [ofMessage(made, field)],
    ),
  ];
}

type Maker = (
  kind: MutantKind,
  reads: readonly ReadSeen[],
  words: MutantWords,
  show: (found: Shown) => Shown | undefined,
  isOfOrdinals?: boolean,
) => Mutant;

/** Shows another value at the one place that is read otherwise; undefined: the value that is there. */
const instead =
  (other: (value: unknown) => unknown) =>
  ({ values: [value], message }: Shown): Shown | undefined => {
    const shown = other(value);
    return shown === undefined ? undefined : { values: [shown], message };
  };

function ofRead(made: Maker, read: ReadSeen): Mutant[] {
  const name = placeOf(read.place, read.field);
  const texts = [...read.enabledAt, ...read.disabledAt];
  const mutants: Mutant[] = [];
  if (texts.some((value) => typeof value === "boolean")) {
    const words = { says: `${name} is taken for the opposite of what it is`, asks: "Does it matter what it is?" };
    const opposite = (value: unknown) => (typeof value === "boolean" ? !value : undefined);
    mutants.push(made("negate-guard", [read], words, instead(opposite)));
  }
  if (read.sorts.has("some")) {
    const words = { says: `${name} is taken to be empty where it is not`, asks: "Does it matter what is in it?" };
    mutants.push(made("negate-guard", [read], words, instead(emptied)));
  }
  if (read.sorts.has("floor")) {
    const words = { says: `${name} is not looked at, and permits everything`, asks: "Need it be compared?" };
    const none = (value: unknown) => (value instanceof Floor && value.rank >= 0 ? value.ordinal.floor() : undefined);
    mutants.push(made("forget-stamp", [read], words, instead(none)));
  }
  const asked = new Set(texts.filter((value) => typeof value === "string"));
  for (const is of [...asked].sort())
    for (const other of [...read.enabledAt].filter((value) => typeof value === "string").sort()) {
      if (is === other) continue;
      const words = { says: `${name} is taken for ${other} where it is ${is}`, asks: "Do the two differ here?" };
      mutants.push(
        made(
          "negate-guard",
          [read],
          words,
          instead((value) => (value === is ? other : undefined)),
        ),
      );
    }
  return mutants;
}

function emptied(value: unknown): unknown {
  if (!isCollection(value) || (value as { size?: number }).size === 0) return undefined;
  return (value as unknown as { clear(): unknown }).clear();
}

/** Two ordinal values are read exchanged, so that a comparison of the two comes out the other way. */
function exchanged(made: Maker, a: ReadSeen, b: ReadSeen): Mutant[] {
  if (![...a.sorts].some((sort) => typeof sort === "object" && b.sorts.has(sort))) return [];
  const [first, second] = [placeOf(a.place, a.field), placeOf(b.place, b.field)];
  const words = { says: `${first} and ${second} are taken for each other`, asks: "Does it matter which is later?" };
  const show = ({ values: [one, other], message }: Shown) =>
    areTwo(one, other) ? { values: [other, one], message } : undefined;
  return [made("negate-guard", [a, b], words, show, true)];
}

function exchangedWithMessage(made: Maker, read: ReadSeen, field: string, { ordinal }: OrdinalValue): Mutant[] {
  if (!read.sorts.has(ordinal)) return [];
  const name = placeOf(read.place, read.field);
  const says = `${name} and the ${field} of the message are taken for each other`;
  const show = ({ values: [value], message }: Shown) => {
    const carried = isRecord(message) ? (message as AnyRecord).get(field) : undefined;
    if (!areTwo(value, carried)) return undefined;
    return { values: [carried], message: (message as AnyRecord).set(field, value) };
  };
  return [made("negate-guard", [read], { says, asks: "Does it matter which is later?" }, show, true)];
}

/** Tells whether two values are different values of one ordinal. */
function areTwo(a: unknown, b: unknown): boolean {
  return a instanceof OrdinalValue && b instanceof OrdinalValue && a.ordinal === b.ordinal && a !== b;
}

function ofMessage(made: Maker, field: string): Mutant {
  const words = { says: `${field} of the message is taken for the opposite of what it is`, asks: "Need it be told?" };
  return made("negate-guard", [], words, ({ message }) => {
    const value = isRecord(message) ? (message as AnyRecord).get(field) : undefined;
    return typeof value === "boolean" ? { values: [], message: (message as AnyRecord).set(field, !value) } : undefined;
  });
}
