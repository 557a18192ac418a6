/**
 * Features: what candidates for invariants speak of. A feature has a few values in a state, once or for each member of
 * an index set: the page of a cache, whether the home's owner is that cache, which kinds of message are on their way.
 */
import { Set as ImmutableSet, isRecord } from "immutable";
import { Channel } from "../model/channel.js";
import type { Instance } from "../model/instance.js";
import { type Ordinal, OrdinalValue } from "../model/ordinal.js";
import { type IndexSet, type Member, memberInfo } from "../model/scalarset.js";
import type { AnyState } from "../model/state.js";
import { type AnyRecord, fieldsOf, format } from "../model/value.js";
import { distinct } from "./domains.js";

/** The most values that a feature has: there is a bit for each. */
const MOST_VALUES = 8;

/** Stands for the member in the words of a value. */
export const ITSELF = "\u0001";

/** One value of a feature. `i` stands for the name of the member. */
export interface FeatureValue {
  /** What it is, after the feature's name: `is Modified`; and what it is not. */
  readonly is: string;
  readonly isNot: string;
  /** The expressions that say so in a model. */
  readonly code: (i: string) => string;
  readonly codeNot: (i: string) => string;
}

export interface Feature {
  /** The set that it has a value for each member of; undefined if it has one. */
  readonly set: IndexSet | undefined;
  /** `cache[i].page` */
  readonly name: (i: string) => string;
  readonly values: readonly FeatureValue[];
  /** Whether it may have several values at once, as messages of several kinds are on their way, or none. */
  readonly isMany: boolean;
  /** Returns the values that it has in a state, as bits. */
  bitsIn(state: AnyState, member: Member | undefined): number;
}

/** A place that is read: a variable, or a field of it. */
interface Read {
  readonly set: IndexSet | undefined;
  readonly name: (i: string) => string;
  readonly code: (i: string) => string;
  readonly of: (state: AnyState, member: Member | undefined) => unknown;
  /** The values that it has in type-correct states. */
  readonly values: readonly unknown[];
}

/** Returns the features of a model. @param valuesOf returns the type-correct values of a slot */
export function featuresOf(instance: Instance, valuesOf: (slot: number) => readonly unknown[]): Feature[] {
  const reads = readsOf(instance, valuesOf);
  const clocks = reads.filter(({ set, values }) => set === undefined && ordinalOf(values) !== undefined);
  return [
    ...reads.flatMap((read) => {
      const { values, set } = read;
      if (values.every((value) => value === null || memberOf(value) !== undefined)) return memberFeatures(read);
      if (values.every((value) => ImmutableSet.isSet(value))) return set === undefined ? setFeatures(read) : [];
      const ordinal = ordinalOf(values);
      if (ordinal !== undefined)
        return clocks.filter((clock) => clock !== read).flatMap((clock) => sameAs(read, clock));
      return plainFeatures(read);
    }),
    ...messageFeatures(instance, valuesOf),
  ];
}

function readsOf({ layout }: Instance, valuesOf: (slot: number) => readonly unknown[]): Read[] {
  return layout.variables.flatMap((variable, family): Read[] => {
    const { sets } = layout.declarations[variable]!;
    const values = distinct(layout.slots.flatMap((slot, i) => (slot.family === family ? valuesOf(i) : [])));
    if (sets.length > 1 || values.some((value) => value instanceof Channel)) return [];
    const [set] = sets;
    const of = (state: AnyState, member: Member | undefined) =>
      state.read(layout.slotOf(family, member === undefined ? [] : [member]));
    const name = (i: string) => (set === undefined ? variable : `${variable}[${i}]`);
    const code = (i: string) => `state.${variable}(${set === undefined ? "" : i})`;
    if (!values.every((value) => isRecord(value))) return [{ set, name, code, of, values }];
    const records = values as AnyRecord[];
    return fieldsOf(records[0]!).map((field) => ({
      set,
      name: (i) => `${name(i)}.${field}`,
      code: (i) => `${code(i)}.${field}`,
      of: (state, member) => (of(state, member) as AnyRecord).get(field),
      values: distinct(records.map((record) => record.get(field))),
    }));
  });
}

function memberOf(value: unknown) {
  return typeof value === "symbol" ? memberInfo(value as Member)?.set : undefined;
}

/** Returns the ordinal whose values these are, or null. */
function ordinalOf(values: readonly unknown[]): Ordinal | undefined {
  const some = values.filter((value) => value !== null);
  const [first] = some;
  if (!(first instanceof OrdinalValue)) return undefined;
  return some.every((value) => value instanceof OrdinalValue && value.ordinal === first.ordinal)
    ? first.ordinal
    : undefined;
}

/** A value that is compared with `===`. */
function equal(read: Read, words: string, literal: (i: string) => string): FeatureValue {
  return {
    is: `is ${words}`,
    isNot: `is not ${words}`,
    code: (i) => `${read.code(i)} === ${literal(i)}`,
    codeNot: (i) => `${read.code(i)} !== ${literal(i)}`,
  };
}

/** A value that is neither null nor another thing that is compared. */
function neither(read: Read, words: string, other: (i: string) => string, orNull: boolean): FeatureValue {
  const code = (i: string) => `${read.code(i)} !== ${other(i)}`;
  const codeNot = (i: string) => `${read.code(i)} === ${other(i)}`;
  return {
    is: `is ${words}`,
    isNot: `is not ${words}`,
    code: (i) => (orNull ? `(${read.code(i)} !== null && ${code(i)})` : code(i)),
    codeNot: (i) => (orNull ? `(${read.code(i)} === null || ${codeNot(i)})` : codeNot(i)),
  };
}

/** Texts, numbers, booleans and null. */
function plainFeatures(read: Read): Feature[] {
  const { values, set, name } = read;
  const isPlain = values.every((value) => value === null || ["string", "number", "boolean"].includes(typeof value));
  if (!isPlain || values.length < 2 || values.length > MOST_VALUES) return [];
  const bits = new Map(values.map((value, i) => [value, 1 << i]));
  return [
    {
      ...{ set, name, isMany: false },
      values: values.map((value) => equal(read, format(value), () => JSON.stringify(value))),
      bitsIn: (state, member) => bits.get(read.of(state, member)) ?? 0,
    },
  ];
}

/** A member: of a variable that there is once, told for each member of its set; else whether it is its own. */
function memberFeatures(read: Read): Feature[] {
  const [of] = read.values.flatMap((value) => memberOf(value) ?? []);
  const orNull = read.values.includes(null);
  if (of === undefined || (read.set !== undefined && read.set !== of)) return [];
  const own = (i: string) => i;
  return [
    {
      ...{ set: of, name: read.name, isMany: false },
      values: [
        { ...equal(read, "", own), is: `is ${ITSELF}`, isNot: `is not ${ITSELF}` },
        neither(read, "another", own, orNull),
        ...(orNull ? [equal(read, "none", () => "null")] : []),
      ],
      bitsIn: (state, member) => {
        const value = read.of(state, read.set === undefined ? undefined : member);
        return value === member ? 1 : value === null ? 4 : 2;
      },
    },
  ];
}

/** A set of members in a variable that there is once: whether it has each. */
function setFeatures(read: Read): Feature[] {
  const sets = read.values.flatMap((value) => [...(value as ImmutableSet<unknown>)].map(memberOf));
  const [of] = sets;
  if (of === undefined || sets.some((set) => set !== of)) return [];
  const has = (i: string) => `${read.code(i)}.has(${i})`;
  const not = (i: string) => `!${has(i)}`;
  return [
    {
      ...{ set: of, name: read.name, isMany: false },
      values: [
        { is: `has ${ITSELF}`, isNot: `does not have ${ITSELF}`, code: has, codeNot: not },
        { is: `does not have ${ITSELF}`, isNot: `has ${ITSELF}`, code: not, codeNot: has },
      ],
      bitsIn: (state, member) => ((read.of(state, undefined) as ImmutableSet<unknown>).has(member) ? 1 : 2),
    },
  ];
}

/** Whether an ordinal value is the same as that of a variable that there is once. */
function sameAs(read: Read, clock: Read): Feature[] {
  if (ordinalOf(read.values) !== ordinalOf(clock.values)) return [];
  const orNull = read.values.includes(null);
  const other = () => clock.code("");
  return [
    {
      ...{ set: read.set, name: read.name, isMany: false },
      values: [
        equal(read, clock.name(""), other),
        neither(read, `a value other than ${clock.name("")}`, other, orNull),
        ...(orNull ? [equal(read, "none", () => "null")] : []),
      ],
      bitsIn: (state, member) => {
        const value = read.of(state, member);
        return value === clock.of(state, undefined) ? 1 : value === null ? 4 : 2;
      },
    },
  ];
}

/** Returns the messages of a channel, or of a set in which a model keeps what was ever sent. */
function messagesIn(value: unknown): readonly unknown[] {
  return value instanceof Channel ? value.messages() : [...(value as ImmutableSet<unknown>)];
}

/** The kinds of message in a channel of a member, in those to it or from it, or in one that there is once. */
function messageFeatures({ layout }: Instance, valuesOf: (slot: number) => readonly unknown[]): Feature[] {
  return layout.variables.flatMap((variable, family): Feature[] => {
    const { sets } = layout.declarations[variable]!;
    const channels = layout.slots.flatMap((slot, i) => (slot.family === family ? valuesOf(i) : []));
    const isSet = sets.length < 2 && channels.every((value) => ImmutableSet.isSet(value));
    if (!isSet && !channels.every((value) => value instanceof Channel)) return [];
    const kind = kindOf(distinct(channels.flatMap((channel) => messagesIn(channel))));
    if (kind === undefined) return [];
    const [set] = sets;
    const bits = new Map<unknown, number>(kind.names.map((name, i) => [name, 1 << i]));
    const known = new WeakMap<object, number>();
    const bitsOf = (value: unknown) => {
      const channel = value as object;
      let of = known.get(channel);
      if (of === undefined) {
        of = messagesIn(channel).reduce<number>((all, each) => all | (bits.get(kind.of(each)) ?? 0), 0);
        known.set(channel, of);
      }
      return of;
    };
    const feature = (
      words: (i: string) => string,
      some: (i: string, test: string) => string,
      bitsIn: Feature["bitsIn"],
    ) => ({
      ...{ set, isMany: true, bitsIn, name: words },
      values: kind.names.map((name) => {
        const code = (i: string) => some(i, `${kind.code} === ${JSON.stringify(name)}`);
        return { is: `has ${name}`, isNot: `has no ${name}`, code, codeNot: (i: string) => `!${code(i)}` };
      }),
    });
    const test = (channel: string, test: string) =>
      `${channel}${isSet ? "" : ".messages()"}.some((message) => ${test})`;
    if (sets.length < 2) {
      const name = (i: string) => (set === undefined ? variable : `${variable}[${i}]`);
      return [
        feature(
          name,
          (i, kind) => test(`state.${variable}(${set === undefined ? "" : i})`, kind),
          (state, member) => bitsOf(state.read(layout.slotOf(family, member === undefined ? [] : [member]))),
        ),
      ];
    }
    const either = (isTo: boolean) =>
      feature(
        (i) => (isTo ? `${variable}[*][${i}]` : `${variable}[${i}][*]`),
        (i, kind) => {
          const channel = isTo ? `state.${variable}(other, ${i})` : `state.${variable}(${i}, other)`;
          return `state.others(${i}).some((other) => ${test(channel, kind)})`;
        },
        (state, member) =>
          state
            .others(member!)
            .reduce(
              (all, other) => all | bitsOf(state.read(layout.slotOf(family, isTo ? [other, member] : [member, other]))),
              0,
            ),
      );
    return [either(true), either(false)];
  });
}

/** Returns what tells the kinds of messages apart: themselves, if they are texts, or a field that is a text. */
function kindOf(messages: readonly unknown[]) {
  if (messages.length === 0) return undefined;
  const ways = messages.every((message) => isRecord(message))
    ? fieldsOf(messages[0] as AnyRecord).map((field) => ({
        of: (message: unknown) => (message as AnyRecord).get(field),
        code: `message.${field}`,
      }))
    : [{ of: (message: unknown) => message, code: "message" }];
  for (const { of, code } of ways) {
    const names = [...new Set(messages.map(of))];
    if (names.every((name) => typeof name === "string") && names.length <= 2 * MOST_VALUES)
      return { names: names as string[], of, code };
  }
  return undefined;
}
