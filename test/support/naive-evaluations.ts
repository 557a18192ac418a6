/**
 * What functions find where they read, a second time, from the definitions of docs/reference/coverage.md alone: each
 * evaluation is made in every renaming of its state, one by one, over states that note what is read of them.
 */
import { type Record as ImmutableRecord, isRecord } from "immutable";
import type { Action, Binding, Domains } from "../../checker/model/action.js";
import { Channel } from "../../checker/model/channel.js";
import { Floor, OrdinalValue } from "../../checker/model/ordinal.js";
import { type IndexSet, type Member, memberInfo } from "../../checker/model/scalarset.js";
import type { AnyState } from "../../checker/model/state.js";
import { format, formatNaming } from "../../checker/model/value.js";
import { OwnSemantics, type OwnValues, placeOf, receptions, rewritten } from "./own-semantics.js";

type Rename = (of: unknown) => unknown;
type FieldsRead = ImmutableRecord<Record<string, unknown>>;

/** What was counted of functions, by the name of the function. */
export interface NaiveFunctions {
  readonly [name: string]: {
    evaluations: number;
    readonly inputs: Set<string>;
    /** By read and value: how many evaluations found it, and the least depth of one. */
    readonly found: Map<string, { evaluations: number; depth: number }>;
    /** The fields that were read of messages, and what all messages held in any field. */
    readonly messageReads: Set<string>;
  };
}

/** One evaluation of a function. */
interface Evaluation {
  readonly name: string;
  readonly binding: Binding<Domains>;
  readonly message?: unknown;
  readonly kind?: string | undefined;
  /** Makes the evaluation, with its members renamed, over the semantics' noting states. */
  readonly look: (rename: Rename, values: OwnValues) => unknown;
  /** The same for what was found before the function was asked. */
  readonly before?: (rename: Rename, values: OwnValues) => unknown;
}

export class EvaluatingSemantics extends OwnSemantics {
  readonly functions: { -readonly [Name in keyof NaiveFunctions]: NaiveFunctions[Name] } = {};
  /** Gets what is read, while that is noted. */
  private note: ((place: string, field: string) => void) | undefined;

  override state(
    values: OwnValues,
    written: ReadonlySet<string> = new Set(),
    reads?: string[],
    chosen: Readonly<Record<string, unknown>> = {},
  ): AnyState {
    const state = super.state(values, written, reads, chosen);
    const { note } = this;
    if (note === undefined) return state;
    const readers = state as unknown as Record<string, (...at: Member[]) => unknown>;
    for (const [name] of this.variables) {
      const reader = readers[name]!;
      readers[name] = (...at) => {
        const place = placeOf(name, at);
        return written.has(place) ? reader(...at) : noting(reader(...at), (field) => note(place, field));
      };
    }
    return state;
  }

  /** Counts all evaluations in a state. @param renamings all renamings, the identity among them */
  count(values: OwnValues, depth: number, renamings: readonly Rename[], renamed: (rename: Rename) => OwnValues): void {
    for (const evaluation of this.evaluations(values)) {
      const { name, binding, message, kind, look, before } = evaluation;
      this.functions[name] ??= { evaluations: 0, inputs: new Set(), found: new Map(), messageReads: new Set() };
      const counts = this.functions[name];
      const reads = new Map<string, readonly [place: string, field: string]>();
      const earlier: typeof reads = new Map();
      for (const rename of renamings) {
        const after = renamed(rename);
        const original = new Map([...values.keys()].map((place) => [this.placeAfter(place, rename), place]));
        const collect = (what: Evaluation["look"] | undefined, to: Map<string, readonly [string, string]>) => {
          this.note = (place, field) => to.set(`${original.get(place)} ${field}`, [original.get(place)!, field]);
          what?.(rename, after);
          this.note = undefined;
        };
        collect(before, earlier);
        collect(look, reads);
      }
      for (const read of earlier.keys()) reads.delete(read);
      const named = namesOf(binding);
      const found = [...reads.values()].map(([place, field]) => {
        const value = field === "" ? values.get(place) : (values.get(place) as FieldsRead).get(field);
        return [`${this.named(place, named)}${field && `.${field}`}`, value] as const;
      });
      const inMessage = message === undefined ? [] : inRecord("message", message).filter(([, value]) => value !== kind);
      const all = [...found, ...inMessage];
      counts.evaluations++;
      const texts = all.map(([read, value]) => `${read} = ${formatNaming(value, named)}`).sort();
      counts.inputs.add([...Object.values(binding).map((value) => formatNaming(value, named)), ...texts].join("\n"));
      for (const what of new Set(all.map(([read, value]) => `${read} = ${textNaming(value, named)}`))) {
        const count = counts.found.get(what) ?? { evaluations: 0, depth };
        counts.found.set(what, { evaluations: count.evaluations + 1, depth: Math.min(depth, count.depth) });
      }
    }
  }

  /** Yields what the variables hold, their fields, and the fields of messages; of these, whether they are set. */
  *heldIn(values: OwnValues): Generator<{ readonly field: string; readonly value: unknown; readonly isSet: boolean }> {
    for (const [place, value] of values) {
      const [variable] = this.membersAt.get(place)!;
      if (!(value instanceof Channel)) {
        for (const [field, part] of inRecord(variable, value)) yield { field, value: part, isSet: true };
        continue;
      }
      yield { field: variable, value, isSet: true };
      const receivers = this.actions.filter(
        ({ action, binding }) => action.takes && this.channelOf(action, binding) === place,
      );
      for (const message of value.messages()) {
        const kinds = receivers.map(({ action }) => action.kinds?.of(message));
        for (const kind of new Set(kinds.length === 0 ? [undefined] : kinds)) {
          const source = kind === undefined ? variable : `${variable}.${kind}`;
          for (const [field, part] of inRecord(source, message)) {
            const fresh = isRecord(message)
              ? (message as FieldsRead).clear().get(field.slice(source.length + 1))
              : undefined;
            yield { field, value: part, isSet: !isRecord(message) || fresh !== part };
          }
        }
      }
    }
  }

  private named(place: string, named: (member: symbol) => string): string {
    const [variable, members] = this.membersAt.get(place)!;
    return variable + members.map((member) => `[${named(member)}]`).join("");
  }

  private *evaluations(values: OwnValues): Generator<Evaluation> {
    for (const { action, binding } of this.actions) {
      if (action.takes === undefined) {
        yield {
          ...{ name: `action ${action.name}`, binding },
          look: (rename, after) => action.run(this.state(after), renamedAll(binding, rename), undefined),
        };
        continue;
      }
      const place = this.channelOf(action, binding)!;
      for (const { message, left } of receptions(values.get(place) as Channel<unknown>)) {
        const { cell, result } = action.run(this.state(new Map(values).set(place, left)), binding, message);
        if ((result as { readonly kind?: string }).kind === "unspecified") continue;
        const name = cell === undefined ? `action ${action.name}` : `cell ${this.nameOfCell(cell)}`;
        const row = cell && action.reception!.row;
        const kind = cell && action.kinds!.of(message);
        // Which fields of messages a function reads is noted in the state as it is.
        const read = (field: string) => this.functions[name]?.messageReads.add(field);
        yield {
          ...{ name, binding, message, kind },
          look: (rename, after) => this.receive(action, binding, { place, message, left, read }, rename, after),
          ...(row && { before: (rename, after) => row(this.state(after), renamedAll(binding, rename)) }),
        };
      }
    }
    for (const property of this.properties) {
      if (property.kind !== "invariant") continue;
      for (const binding of this.bindings(property.domains)) {
        yield {
          ...{ name: `invariant ${property.name}`, binding },
          look: (rename, after) => property.holds(this.state(after), renamedAll(binding, rename)),
        };
      }
    }
  }

  private nameOfCell({ table, name }: { readonly table: string; readonly name: string }): string {
    const tables = new Set(this.receivers.map(({ action }) => action.reception!.table.name));
    return tables.size === 1 ? name : `${table}: ${name}`;
  }

  private receive(
    action: Action<AnyState>,
    binding: Binding<Domains>,
    of: { place: string; message: unknown; left: Channel<unknown>; read: (field: string) => unknown },
    rename: Rename,
    values: OwnValues,
  ): unknown {
    const place = this.placeAfter(of.place, rename);
    const left = noting(rewritten(of.left, rename), () => this.note?.(place, ""));
    const state = this.state(new Map(values).set(place, left), new Set([place]));
    const message = rewritten(of.message, rename);
    const noted = noting(message, (field) => of.read(field === "" ? "message" : `message.${field}`));
    return action.run(state, renamedAll(binding, rename), noted);
  }
}

function renamedAll(binding: Binding<Domains>, rename: Rename): Binding<Domains> {
  return Object.fromEntries(Object.entries(binding).map(([name, value]) => [name, rename(value)])) as never;
}

/** Names members by what is bound to them, and all others as other or any of their set. */
function namesOf(binding: Binding<Domains>): (member: symbol) => string {
  return (member) => {
    const [bound] = Object.entries(binding).find(([, value]) => value === member) ?? [];
    const { set, index } = memberInfo(member)!;
    if (bound !== undefined) return bound;
    if (set.extends !== undefined) return format(set.member(index));
    const isBound = (of: IndexSet) =>
      Object.values(binding).some((value) => typeof value === "symbol" && memberInfo(value)?.set === of);
    return `${isBound(set) ? "other" : "any"} ${set.name}`;
  };
}

/** Returns a value's text: of a channel the number of messages, and with members named if it has any. */
export function textNaming(value: unknown, named: (member: symbol) => string): string {
  if (value instanceof Channel) {
    const { length } = value.messages();
    return length === 1 ? "1 message" : `${length} messages`;
  }
  let hasMembers = false;
  const shown = rewritten(value, (leaf) => {
    if (typeof leaf === "symbol") hasMembers = true;
    if (leaf instanceof OrdinalValue) return leaf.ordinal.at(asSearched(leaf));
    return leaf instanceof Floor ? leaf.ordinal.floorAt(asSearched(leaf)) : leaf;
  });
  return hasMembers ? formatNaming(shown, named) : format(shown);
}

/** Returns the rank that the search gives to a value: the own semantics' ranks are in the same order. */
function asSearched({ ordinal, rank }: OrdinalValue | Floor): number {
  if (ordinal.window !== undefined || rank < 0) return rank;
  return rank === 1 ? 0 : rank - 2;
}

/** Returns the fields of a record by `name.field`, or the value by `name` if it is none. */
export function inRecord(name: string, value: unknown): (readonly [string, unknown])[] {
  if (!isRecord(value)) return [[name, value]];
  return [...(value as FieldsRead).toSeq().entries()].map(([field, part]) => [`${name}.${field}`, part]);
}

/** Returns what acts as `value`, and notes which field is read of it, or "" if it is read as a whole. */
function noting(value: unknown, note: (field: string) => void): unknown {
  if (isRecord(value)) return notingRecord(value as FieldsRead, note);
  if (value instanceof Channel) return notingChannel(value, () => note(""));
  note("");
  return value;
}

function notingRecord(record: FieldsRead, note: (field: string) => void): FieldsRead {
  const get = (field: string, otherwise?: unknown) => {
    if (record.has(field)) note(field);
    return record.get(field, otherwise);
  };
  const set = (field: string, value: unknown) =>
    notingRecord(record.set(field, value), (read) => {
      if (read !== field) note(read);
    });
  const merge = (...parts: object[]) =>
    parts
      .flatMap((part) => (isRecord(part) ? inRecord("", part).map(([f, v]) => [f.slice(1), v]) : Object.entries(part)))
      .reduce<FieldsRead>((merged, [field, value]) => merged.set(field as string, value), self);
  const self = Object.create(record, {
    ...{ get: { value: get }, set: { value: set }, merge: { value: merge } },
    update: { value: (field: string, change: (of: unknown) => unknown) => set(field, change(get(field))) },
  }) as FieldsRead;
  return self;
}

function notingChannel(channel: Channel<unknown>, note: () => void): Channel<unknown> {
  return new Proxy(channel, {
    get(of, property) {
      if (property === "put") return (message: unknown) => notingChannel(of.put(message), note);
      note();
      const value = Reflect.get(of, property) as unknown;
      return typeof value === "function" ? (value.bind(of) as unknown) : value;
    },
  });
}
