/**
 * The events of a log: what each process received, did and sent, step by step. `popcheck validate` compares a log with
 * them, and whoever runs a model can write a log of the run by them:
 *
 *     const events = new StepEvents(instance);
 *     for (const event of events.of(before, step)) write(`${JSON.stringify(plainEvent(event, numberOf))}\n`);
 *
 * A step has these events, in this order: for each message that it takes, a "receive" of its receiver; if it takes
 * none, one event with the name of its action; for each message that it puts into a channel, a "send" of its sender.
 * Who sends, receives and acts is told as in pictures of runs (traces/analysis/messages.ts).
 */
import { Map as ImmutableMap, Set as ImmutableSet, is, isRecord, List } from "immutable";
import { type ActionInstance, processOf, type Values } from "../model/bound.js";
import { Channel } from "../model/channel.js";
import type { Instance } from "../model/instance.js";
import { Floor, OrdinalValue } from "../model/ordinal.js";
import {
  type AnyEnd,
  isSingle,
  type MessageField,
  messageFields,
  namedProcesses,
  partsOf,
  processAt,
  toldNames,
} from "../model/process.js";
import type { Successor } from "../model/reference.js";
import { type Member, memberInfo, nameOf } from "../model/scalarset.js";
import { type AnyRecord, fieldsOf } from "../model/value.js";

/** The names of the events that are no actions. */
export const RECEIVE = "receive";
export const SEND = "send";

/** The fields of a message, or of a binding, by their names. */
export type Fields = Readonly<Record<string, unknown>>;

/** One event of a step. Messages are the model's own values; of a field that is a channel, an object of its fields. */
export interface StepEvent {
  readonly process: string;
  /** "receive", "send", or the name of the action. */
  readonly event: string;
  /** Of a "receive": who sent the message, if that is known. */
  readonly from?: string;
  /** Of a "send": who is to receive the message, if that is known. */
  readonly to?: string;
  readonly message?: unknown;
  /** Of an action: what its other names are bound to, if that is a literal or a member of an index set. */
  readonly with?: Fields;
}

/** A plain JSON value. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [field: string]: Plain };

/** Returns the number of an ordinal value, or what else stands for it. */
export type NumberOf = (value: OrdinalValue) => Plain;

/** An event of a step in plain JSON. */
export interface PlainEvent {
  readonly process: string;
  readonly event: string;
  readonly from?: string;
  readonly to?: string;
  readonly message?: Plain;
  readonly with?: { readonly [name: string]: Plain };
}

/** An event as a line of a log has it. The reference page of the log says what each field means. */
export interface LogEvent extends PlainEvent {
  readonly page?: string | number;
  readonly clock?: number;
}

/** A step that was taken: a `Successor` with a next state, or what one says of it. */
export type TakenStep = Pick<Successor, "message" | "next" | "written"> & {
  readonly instance: Pick<ActionInstance, "action" | "binding" | "takes">;
};

/** A channel in a slot: a channel of messages, or a field that holds one message or none. */
interface Place {
  readonly from: End;
  readonly to: End;
  /** Returns the messages that the value of the slot holds. */
  readonly held: (value: unknown) => readonly unknown[];
  /** Returns a message as its ends are asked about it. */
  readonly asked: (value: unknown, message: unknown) => unknown;
}

/** Returns the process at an end; undefined if it is not known. */
type End = (message: unknown) => string | undefined;

interface Move {
  readonly message: unknown;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** The events of the steps of a model. It keeps what is the same for all steps. */
export class StepEvents {
  /** The names of the processes: the declared ones, or else the members by whom variables are indexed. */
  readonly processes: readonly string[];
  private readonly isProcess: ReadonlySet<string>;
  private readonly hasSingles: boolean;
  /** By slot: its channels. */
  private readonly places: readonly (readonly Place[])[];
  /** By slot: the process whose own it is; undefined for a channel, and for what is nobody's. */
  private readonly owners: readonly (string | undefined)[];

  constructor(private readonly instance: Instance) {
    const { layout, model, initial } = instance;
    const declared = namedProcesses(model.processes ?? layout.indexSets(), layout);
    // A union has the members of the set that it extends.
    this.processes = [...new Set(declared.map(({ name }) => name))];
    this.isProcess = new Set(this.processes);
    this.hasSingles = declared.some(({ variables }) => variables !== undefined);
    this.places = layout.slots.map((_, slot) => this.placesOf(slot));
    const claimed = new Map(declared.flatMap(({ name, variables = [] }) => variables.map((of) => [of, name])));
    this.owners = layout.slots.map(({ variable, indices }, slot) => {
      if (initial[0]![slot] instanceof Channel) return undefined;
      const [member, other] = this.namesAt(slot);
      if (claimed.has(variable)) return claimed.get(variable);
      return indices.length === 1 && other === undefined && this.isProcess.has(member!) ? member : undefined;
    });
  }

  /** Returns the channels of a slot that hold records of fields, or one channel. */
  private placesOf(slot: number): Place[] {
    const { model, initial, layout } = this.instance;
    const { variable } = layout.slots[slot]!;
    if (initial[0]![slot] instanceof Channel) {
      const { from, to } = model.channels?.[variable] ?? {};
      const ends = { from: this.endOf(slot, from, "from"), to: this.endOf(slot, to, "to") };
      return [{ ...ends, held: (value) => (value as Channel<unknown>).messages(), asked: (_, message) => message }];
    }
    return Object.entries(model.channels ?? {}).flatMap(([name, of]): Place[] => {
      const { field, variable: holder } = partsOf(name, layout.variables);
      if (field === undefined || holder !== variable || of === undefined) return [];
      return [
        {
          from: this.endOf(slot, of.from, "from"),
          to: this.endOf(slot, of.to, "to"),
          held: (value) =>
            messageFields(field, of).flatMap((place) => messagesInField(value as AnyRecord, place, of.empty)),
          // Of several fields, the message itself is asked: no one knows by its value in which of them it lies.
          asked: (value, message) =>
            of.slots === undefined ? value : { get: (name: string) => (message as Fields)[name] },
        },
      ];
    });
  }

  private namesAt(slot: number): string[] {
    const { declarations, slots } = this.instance.layout;
    const { variable, indices } = slots[slot]!;
    return indices.map((index, i) => nameOf(declarations[variable]!.sets[i]!.member(index)));
  }

  private endOf(slot: number, end: AnyEnd | undefined, side: "from" | "to"): End {
    const at = processAt(this.instance.layout, slot, end, side);
    return (message) => {
      const process = at?.(message);
      if (isSingle(process)) return process.name;
      return typeof process === "symbol" && memberInfo(process) ? nameOf(process as Member) : undefined;
    };
  }

  /**
   * Returns the events of a step.
   * @param before the values that the step started from
   * @param step the step, whose next values number ordinals as `before` does
   */
  of(before: Values, step: TakenStep): StepEvent[] {
    const { next, instance } = step;
    if (next === undefined) return [];
    const taken: Move[] = [];
    const put: Move[] = [];
    for (const slot of step.written) {
      if (before[slot] === next[slot]) continue;
      for (const place of this.places[slot]!) {
        const received = instance.takes === slot ? [step.message] : [];
        const old = place.held(before[slot]);
        const now = place.held(next[slot]);
        const kept = without(old, received);
        this.note(place, before[slot], [...received, ...without(kept, now)], taken);
        this.note(place, next[slot], without(now, kept), put);
      }
    }
    const actor = this.actorOf(before, step, taken, put);
    const { action } = instance;
    const details = detailsOf(instance, actor);
    const acting: StepEvent = { process: actor, event: action.name, ...(details && { with: details }) };
    return [
      ...taken.map(({ message, from, to }): StepEvent => {
        return { process: to ?? actor, event: RECEIVE, ...known("from", from), message };
      }),
      ...(taken.length === 0 ? [acting] : []),
      ...put.map(({ message, from, to }): StepEvent => {
        return { process: from ?? actor, event: SEND, ...known("to", to), message };
      }),
    ];
  }

  private note({ from, to, asked }: Place, value: unknown, messages: readonly unknown[], into: Move[]): void {
    for (const message of messages) {
      const whole = asked(value, message);
      into.push({ message, from: from(whole), to: to(whole) });
    }
  }

  /** Returns the receiver and the sender of a message in a channel's slot, as far as they are known without a step. */
  endsIn(slot: number, message: unknown): { readonly from: string | undefined; readonly to: string | undefined } {
    const place = this.places[slot]![0]!;
    return { from: place.from(message), to: place.to(message) };
  }

  /** Returns the messages that are in flight, each as its sender's "send". */
  inFlight(values: Values): StepEvent[] {
    return this.places.flatMap((places, slot) =>
      places.flatMap(({ from, to, held, asked }) =>
        held(values[slot]).map((message): StepEvent => {
          const whole = asked(values[slot], message);
          return { process: from(whole) ?? this.instance.model.name, event: SEND, ...known("to", to(whole)), message };
        }),
      ),
    );
  }

  /** Returns who acts in a step: the name of the model if that is not known. */
  private actorOf(
    before: Values,
    { instance, next, written }: TakenStep,
    taken: readonly Move[],
    put: readonly Move[],
  ) {
    const { binding } = instance;
    const whole = this.instance.model.name;
    const by = processOf(instance);
    if (by !== undefined) return by;
    const receivers = taken.flatMap(({ to }) => to ?? []);
    const senders = put.flatMap(({ from }) => from ?? []);
    const moving = receivers.length > 0 ? receivers : senders;
    if (moving.length > 0) return theOnly(moving) ?? whole;
    const owners = [...written].flatMap((slot) => (is(before[slot], next![slot]) ? [] : (this.owners[slot] ?? [])));
    const bound = this.hasSingles
      ? []
      : Object.values(binding).flatMap((value) =>
          typeof value === "symbol" && this.isProcess.has(nameOf(value as Member)) ? [nameOf(value as Member)] : [],
        );
    const isAmong = owners.length === 0 || owners.includes(bound[0]!);
    return theOnly(owners) ?? (isAmong ? theOnly(bound) : undefined) ?? whole;
  }
}

/**
 * Returns what an action's binding tells besides the process. A member of an `optional` domain is left out: it tells
 * which of several choices a model offers, and not what the process did.
 */
function detailsOf({ action, binding }: TakenStep["instance"], actor: string): Fields | undefined {
  const told = Object.entries(binding).filter(([name, value]) =>
    typeof value === "symbol"
      ? action.domains[name]?.kind === "index set" && nameOf(value as Member) !== actor
      : value !== null,
  );
  return told.length === 0 ? undefined : Object.fromEntries(told);
}

function known(of: "from" | "to", name: string | undefined): { from?: string; to?: string } {
  return name === undefined ? {} : { [of]: name };
}

/** Returns the name that all of a list are; undefined if there are several, or none. */
function theOnly(names: readonly string[]): string | undefined {
  return names.every((name) => name === names[0]) ? names[0] : undefined;
}

/** Returns `all` without one equal item for each item of `some`. */
function without(all: readonly unknown[], some: readonly unknown[]): readonly unknown[] {
  if (some.length === 0 || all.length === 0) return all;
  const left = [...some];
  return all.filter((item) => {
    const at = left.findIndex((other) => sameMessage(item, other));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function sameMessage(a: unknown, b: unknown): boolean {
  if (!isFields(a) || !isFields(b)) return is(a, b);
  return Object.keys(a).every((field) => is(a[field], b[field]));
}

/** Whether a message is an object of fields, and no value of the model. */
export function isFields(message: unknown): message is Fields {
  return typeof message === "object" && message !== null && Object.getPrototypeOf(message) === Object.prototype;
}

/** Returns the message that a field of a record holds, with what it carries; nothing if the field is empty. */
function messagesInField(record: AnyRecord, place: MessageField, empty: unknown): Fields[] {
  const { field, payload } = place;
  const content = record.get(field);
  if (content === undefined || content === null || is(content, empty)) return [];
  const told = toldNames(place);
  const carried = Object.fromEntries(payload.map((name, i) => [told[i], record.get(name)]));
  if (typeof content === "string") return [{ kind: content, ...carried }];
  return [{ kind: field, ...(content === true ? {} : { [field]: content }), ...carried }];
}

/**
 * Returns an event as a line of a log has it.
 * @param numberOf returns the number of an ordinal value: values are ordered as their numbers are, and each has the
 * same number throughout the run
 */
export function plainEvent(event: StepEvent, numberOf: NumberOf): PlainEvent {
  const { message, with: details, ...rest } = event;
  return {
    ...rest,
    ...(message === undefined ? {} : { message: plainOf(message, numberOf) }),
    ...(details === undefined ? {} : { with: plainFields(details, numberOf) }),
  };
}

/** Returns a value as JSON: a member by its name, an ordinal as its number, a set as a sorted list, a map as pairs. */
export function plainOf(value: unknown, numberOf: NumberOf): Plain {
  const plain = (inner: unknown) => plainOf(inner, numberOf);
  if (typeof value === "symbol") return nameOf(value as Member);
  if (typeof value !== "object" || value === null) return value as Plain;
  if (value instanceof OrdinalValue) return numberOf(value);
  if (value instanceof Floor) return value.rank < 0 ? null : numberOf(value.ordinal.at(value.rank));
  if (isRecord(value)) {
    const record = value as AnyRecord;
    return plainFields(Object.fromEntries(fieldsOf(record).map((field) => [field, record.get(field)])), numberOf);
  }
  if (value instanceof Channel) return value.messages().map(plain);
  if (List.isList(value)) return [...value].map(plain);
  if (ImmutableSet.isSet(value)) return sorted([...value].map(plain));
  if (ImmutableMap.isMap(value)) return sorted([...value].map(([key, inner]) => [plain(key), plain(inner)]));
  return plainFields(value as Fields, numberOf);
}

function plainFields(fields: Fields, numberOf: NumberOf): { [field: string]: Plain } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([field, value]) => [field, plainOf(value, numberOf)]));
}

function sorted(list: readonly Plain[]): Plain[] {
  const keyed = list.map((item) => [JSON.stringify(item), item] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, item]) => item);
}
