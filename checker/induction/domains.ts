/**
 * Type-correct values: what a variable may hold at one of its places. The values of a place are told apart by weight,
 * the number of differences from what it holds initially, so that states with few differences come first.
 */
import { isRecord } from "immutable";
import { UsageError } from "../errors.js";
import { Bag, Channel, Queue } from "../model/channel.js";
import type { Instance } from "../model/instance.js";
import { type IndexSet, type Member, memberInfo } from "../model/scalarset.js";
import { type AnyRecord, fieldsOf, keyOf } from "../model/value.js";
import type { Dice } from "../search/random/dice.js";

/** The values that a place may hold. */
export interface Domain {
  /** The greatest weight of a value. */
  readonly most: number;
  /** Returns how many values have a weight. */
  countAt(weight: number): number;
  /** Returns the values of a weight, in a fixed order. The only one of weight 0 is a default. */
  at(weight: number): readonly unknown[];
  /** Draws a value, each as likely as the others. */
  draw(dice: Dice): unknown;
  /** Returns some of the values: among them is each value of a field, and each message. */
  parts(): readonly unknown[];
}

/** Returns how many values a domain has. */
export function sizeOf(domain: Domain): number {
  let size = 0;
  for (let weight = 0; weight <= domain.most; weight++) size += domain.countAt(weight);
  return size;
}

/** Draws one of the values that are listed by weight, each as likely as the others. */
function drawnOf(domain: Domain, dice: Dice): unknown {
  const size = sizeOf(domain);
  refuseTooMany(size, "values", "with fewer --messages");
  let left = dice.below(size);
  for (let weight = 0; ; weight++) {
    const count = domain.countAt(weight);
    if (left < count) return domain.at(weight)[left];
    left -= count;
  }
}

/** How the domains of a model's variables are made. */
export interface DomainOptions {
  /** The greatest number of messages in a channel. */
  readonly messages: number;
  /** Whether the fields of records are combined freely. If not, a record is one that was seen. */
  readonly fields: boolean;
}

/** Where the values of a variable come from, in words. */
export interface DomainOrigin {
  readonly variable: string;
  readonly values: string;
  readonly isChannel: boolean;
}

/**
 * Returns the domain of each slot, and where the values of each variable come from.
 * @param seen by variable: the values in reachable states
 */
export function domainsOf(
  instance: Instance,
  seen: ReadonlyMap<string, readonly unknown[]>,
  options: DomainOptions,
): { readonly domains: readonly Domain[]; readonly origins: readonly DomainOrigin[] } {
  const { layout, model, initial } = instance;
  const [first] = initial;
  const makers = new Map(
    layout.variables.map((variable) => {
      const standings = model.standings?.[variable] ?? [];
      const headline = model.headline?.[variable];
      return [variable, makerOf(instance, seen.get(variable)!, standings, headline, options)];
    }),
  );
  return {
    domains: layout.slots.map(({ variable }, slot) => makers.get(variable)!.make(first![slot])),
    origins: layout.variables.map((variable) => {
      const { values, isChannel = false } = makers.get(variable)!;
      return { variable, values, isChannel };
    }),
  };
}

interface Maker {
  readonly values: string;
  readonly isChannel?: true;
  make(initial: unknown): Domain;
}

function makerOf(
  instance: Instance,
  seen: readonly unknown[],
  standings: readonly string[],
  headline: string | undefined,
  { messages, fields }: DomainOptions,
): Maker {
  if (seen.every((value) => value instanceof Channel)) {
    const known = distinct(seen.flatMap((channel) => channel.messages()));
    const isBag = seen.some((value) => value instanceof Bag);
    return {
      values: `at most ${messages} at once; ${known.length} different messages were seen in it`,
      isChannel: true,
      make: () => new ChannelDomain(known, messages, isBag),
    };
  }
  const records = seen.filter((value) => isRecord(value)) as AnyRecord[];
  const isOfOneClass = records.every((record) => Object.getPrototypeOf(record) === Object.getPrototypeOf(records[0]));
  if (fields && records.length > 0 && records.length === seen.length && isOfOneClass) {
    const names = fieldsOf(records[0]!);
    const ofField = names.map((field) => {
      const values = distinct(records.map((record) => record.get(field)));
      return completed(instance, values, field === headline ? standings : []).values;
    });
    return {
      values: `records with any combination of the values that were seen in each field: ${names
        .map((field, i) => `${field} ${ofField[i]!.length}`)
        .join(", ")}`,
      make: (initial) => new RecordDomain(initial as AnyRecord, names, ofField),
    };
  }
  const { values, declared } = completed(instance, seen, headline === undefined ? standings : []);
  return {
    values: declared ?? (values.length === 1 ? "the only one that was seen" : `the ${values.length} that were seen`),
    make: (initial) => new ListDomain(initial, values),
  };
}

/** Adds what a type has besides the values that were seen: booleans, members, declared standings. */
function completed(
  { layout }: Instance,
  seen: readonly unknown[],
  standings: readonly string[],
): { readonly values: readonly unknown[]; readonly declared: string | undefined } {
  const others = seen.filter((value) => value !== null && value !== undefined);
  const none = seen.filter((value) => value === null || value === undefined);
  if (others.length > 0 && others.every((value) => typeof value === "boolean"))
    return { values: [...none, false, true], declared: "true and false" };
  const sets = new Set(others.map((value) => setOf(value)));
  const [set] = sets;
  if (sets.size === 1 && set !== undefined) {
    const members = layout.membersOf(set);
    const orNull = none.length === 0 ? "" : " or none";
    return { values: [...none, ...members], declared: `any ${set.name}${orNull}` };
  }
  if (standings.length > 0 && others.every((value) => typeof value === "string")) {
    const values = distinct([...standings, ...seen]);
    return { values, declared: `the ${values.length} declared standings` };
  }
  return { values: seen, declared: undefined };
}

function setOf(value: unknown): IndexSet | undefined {
  return typeof value === "symbol" ? memberInfo(value as Member)?.set : undefined;
}

/** Returns the values, each once. */
export function distinct<T>(values: Iterable<T>): T[] {
  const known = new Map<string, T>();
  for (const value of values) {
    const key = keyOf(value);
    if (!known.has(key)) known.set(key, value);
  }
  return [...known.values()];
}

/** Values that are listed. The initial one has weight 0, a record the number of its fields that differ, others 1. */
class ListDomain implements Domain {
  private readonly byWeight: unknown[][] = [];

  constructor(initial: unknown, values: readonly unknown[]) {
    for (const value of distinct([initial, ...values])) {
      const weight = differences(initial, value);
      while (this.byWeight.length <= weight) this.byWeight.push([]);
      this.byWeight[weight]!.push(value);
    }
  }

  get most(): number {
    return this.byWeight.length - 1;
  }

  countAt(weight: number): number {
    return this.at(weight).length;
  }

  at(weight: number): readonly unknown[] {
    return this.byWeight[weight] ?? [];
  }

  parts(): readonly unknown[] {
    return this.byWeight.flat();
  }

  draw(dice: Dice): unknown {
    return drawnOf(this, dice);
  }
}

function differences(initial: unknown, value: unknown): number {
  if (keyOf(initial) === keyOf(value)) return 0;
  if (!isRecord(initial) || !isRecord(value)) return 1;
  const [a, b] = [initial as AnyRecord, value as AnyRecord];
  return Math.max(1, fieldsOf(b).filter((field) => keyOf(a.get(field)) !== keyOf(b.get(field))).length);
}

/** Records of any combination of values of their fields. The weight is the number of fields that differ. */
class RecordDomain implements Domain {
  readonly most: number;
  /** By field: the values besides the initial one. */
  private readonly others: readonly (readonly unknown[])[];
  private readonly known = new Map<number, readonly unknown[]>();

  constructor(
    private readonly initial: AnyRecord,
    private readonly fields: readonly string[],
    values: readonly (readonly unknown[])[],
  ) {
    this.others = fields.map((field, i) => {
      const key = keyOf(initial.get(field));
      return values[i]!.filter((value) => keyOf(value) !== key);
    });
    this.most = this.others.filter((others) => others.length > 0).length;
  }

  countAt(weight: number): number {
    // By weight: the number of combinations of the fields so far.
    const counts = [1, ...Array<number>(this.most).fill(0)];
    for (const { length } of this.others)
      for (let w = this.most; w > 0; w--) counts[w] = counts[w]! + counts[w - 1]! * length;
    return counts[weight] ?? 0;
  }

  at(weight: number): readonly unknown[] {
    const known = this.known.get(weight);
    if (known !== undefined) return known;
    refuseTooMany(this.countAt(weight), "combinations of fields", "without --fields");
    const combined = (from: number, left: number, record: AnyRecord): AnyRecord[] => {
      if (left === 0) return [record];
      if (from === this.fields.length) return [];
      return [
        ...this.others[from]!.flatMap((value) => combined(from + 1, left - 1, record.set(this.fields[from]!, value))),
        ...combined(from + 1, left, record),
      ];
    };
    const records = combined(0, weight, this.initial);
    this.known.set(weight, records);
    return records;
  }

  parts(): readonly unknown[] {
    return [...this.at(0), ...this.at(1)];
  }

  draw(dice: Dice): unknown {
    return this.fields.reduce((record, field, i) => {
      const at = dice.below(this.others[i]!.length + 1);
      return at === 0 ? record : record.set(field, this.others[i]![at - 1]);
    }, this.initial);
  }
}

/** Channels with some messages. The weight is the number of messages. */
class ChannelDomain implements Domain {
  readonly most: number;
  private readonly known = new Map<number, readonly unknown[]>();

  constructor(
    private readonly messages: readonly unknown[],
    most: number,
    private readonly isBag: boolean,
  ) {
    this.most = messages.length === 0 ? 0 : most;
  }

  countAt(weight: number): number {
    const { length } = this.messages;
    if (!this.isBag) return length ** weight;
    let count = 1;
    for (let i = 1; i <= weight; i++) count = (count * (length + i - 1)) / i;
    return Math.round(count);
  }

  at(weight: number): readonly unknown[] {
    const known = this.known.get(weight);
    if (known !== undefined) return known;
    refuseTooMany(this.countAt(weight), "channels", "with fewer --messages");
    const lists = (from: number, left: number): unknown[][] =>
      left === 0
        ? [[]]
        : this.messages.flatMap((message, i) =>
            i < from ? [] : lists(this.isBag ? i : 0, left - 1).map((rest) => [message, ...rest]),
          );
    const channels = lists(0, weight).map((messages) => (this.isBag ? Bag.of(...messages) : Queue.of(...messages)));
    this.known.set(weight, channels);
    return channels;
  }

  parts(): readonly unknown[] {
    return [...this.at(0), ...this.at(1)];
  }

  draw(dice: Dice): unknown {
    return drawnOf(this, dice);
  }
}

/** How many values of one weight a place may have. */
const MOST_VALUES = 1_000_000;

/** @throws UsageError for more values than can be held */
function refuseTooMany(count: number, noun: string, remedy: string): void {
  if (count > MOST_VALUES)
    throw new UsageError(`one place has ${count.toLocaleString("en")} ${noun}, too many to try\n  Try it ${remedy}.`);
}
