/** The counters of the values that variables, their fields, and the fields of their messages hold. */
import { isRecord } from "immutable";
import { Channel } from "../../model/channel.js";
import type { Instance } from "../../model/instance.js";
import type { Interchangeable } from "../../model/interchangeable.js";
import { type IndexSet, memberInfo, nameOf } from "../../model/scalarset.js";
import { type AnyRecord, fieldsOf, formatNaming } from "../../model/value.js";
import type { Families, Family } from "../../observe/intern.js";
import { Counter } from "./counter.js";
import type { FieldCoverage } from "./coverage.js";
import type { Held } from "./function-counters.js";
import { covered } from "./table-counters.js";
import { fieldsSet } from "./unread-fields.js";
import { hasMembers, textOf } from "./value-text.js";

/** A value of a field. */
interface HeldValue {
  readonly value: unknown;
  readonly counter: Counter;
}

/** A field with the values that it was seen to hold, by their texts. */
interface Field {
  readonly of: FieldCoverage["of"];
  readonly values: Map<string, HeldValue>;
  /** Of a message: its kind, if it has one. */
  readonly kind: string | undefined;
  /** Whether some message was seen to hold something else there than a new record of its class. */
  isSet: boolean;
}

/** The values that are declared for a field, and what declares them. */
interface Declared {
  readonly by: string;
  readonly texts: readonly string[];
}

export class ValueCounters {
  private readonly fields = new Map<string, Field>();
  /** By column and value id: the counters of what is held there. */
  private readonly known: (readonly Counter[] | undefined)[][] = [];
  /** By table: the field that its rows are the values of; null if there is none. */
  private readonly fieldOfRows = new Map<string, string | null>();

  /**
   * @param interchangeable the members that are renamed; undefined if none are
   * @param sourcesOf returns where a message in a slot comes from, with its kind: `down.Grant`
   */
  constructor(
    private readonly instance: Instance,
    private readonly interchangeable: Interchangeable | undefined,
    private readonly sourcesOf: (slot: number, message: unknown) => readonly string[],
  ) {}

  /** Counts what a column holds in a state. */
  add(column: number, id: number, families: Families, state: number, depth: number | undefined): void {
    this.known[column] ??= [];
    const known = this.known[column];
    known[id] ??= this.heldIn(families.columns.slotOf[column]!, families.ofColumn[column]!, id);
    for (const counter of known[id]) counter.note(state, depth);
  }

  /** Notes what the function of a table's row found: `field` holds `value`, alone, and the row is `row`. */
  noteRow(table: string, row: string, reads: readonly { readonly field: string; readonly value: unknown }[]): void {
    const [read, ...others] = reads;
    const before = this.fieldOfRows.get(table);
    const isField = read !== undefined && others.length === 0 && read.value === row;
    this.fieldOfRows.set(table, isField && (before === undefined || before === read.field) ? read.field : null);
  }

  private heldIn(slot: number, { interner, places }: Family, id: number): Counter[] {
    const value = interner.valueOf(id);
    const { variable } = this.instance.layout.slots[slot]!;
    const counter = (name: string, value: unknown, of: FieldCoverage["of"]) =>
      this.hold(this.fieldOf(name, of, undefined), value);
    if (value instanceof Channel) {
      const messages = value.messages().flatMap((message) => this.heldInMessage(slot, message));
      return [counter(variable, value, "channel"), ...messages];
    }
    return fieldsIn(value, [...places.keys()]).map(([suffix, inner]) => counter(variable + suffix, inner, "variable"));
  }

  private heldInMessage(slot: number, message: unknown): Counter[] {
    const { variable } = this.instance.layout.slots[slot]!;
    const set = new Set(fieldsSet(message));
    return this.sourcesOf(slot, message).flatMap((source) => {
      const kind = source === variable ? undefined : source.slice(variable.length + 1);
      return fieldsIn(message).map(([suffix, inner]) => {
        const field = this.fieldOf(source + suffix, "message", kind);
        if (suffix === "" || set.has(suffix.slice(1))) field.isSet = true;
        return this.hold(field, inner);
      });
    });
  }

  private fieldOf(name: string, of: FieldCoverage["of"], kind: string | undefined): Field {
    const field = this.fields.get(name) ?? { of, kind, values: new Map<string, HeldValue>(), isSet: of !== "message" };
    this.fields.set(name, field);
    return field;
  }

  private hold({ values }: Field, value: unknown): Counter {
    const text = textOf(value, (inner) => formatNaming(inner, this.nameOf));
    const held = values.get(text) ?? { value, counter: new Counter() };
    values.set(text, held);
    return held.counter;
  }

  /** Names a member in a way that renaming leaves as it is. */
  private readonly nameOf = (member: symbol): string => {
    const { set } = memberInfo(member)!;
    return this.interchangeable?.has(set) ? `some ${set.name}` : nameOf(member as Parameters<typeof nameOf>[0]);
  };

  /** Returns what a field holds in some state, or is declared to hold. */
  heldBy(name: string): Held {
    const { values = new Map<string, HeldValue>() } = this.fields.get(name) ?? {};
    const held = [...values];
    return {
      texts: [
        ...held.filter(([, { value }]) => value instanceof Channel || !hasMembers(value)).map(([text]) => text),
        // Members are told by the names that a function binds them to.
        ...(setsIn(values).length > 0 ? [] : (this.declaredFor(name, values)?.texts ?? [])),
      ],
      sets: setsIn(values),
    };
  }

  get coverage(): FieldCoverage[] {
    const places = new Map(this.instance.layout.variables.map((name, place) => [name, place]));
    const placeOf = (name: string) => places.get(name.split(".", 1)[0]!)!;
    // In the order of declaration, and behind a channel its messages by their kinds.
    const within = ({ of, kind }: Field) => (of === "message" ? `message ${kind ?? ""}` : "");
    return [...this.fields]
      .sort(([a, one], [b, other]) => placeOf(a) - placeOf(b) || inOrder(one, other, within(one), within(other)))
      .filter(([, { isSet, kind, values }]) => isSet && !(kind !== undefined && values.size === 1 && values.has(kind)))
      .map(([name, { of, values }]) => {
        const sorted = [...values].sort(([a, { value: left }], [b, { value: right }]) => inOrder(left, right, a, b));
        const numbers = sorted.map(([, { value }]) => numberOf(value));
        const [least = null, greatest = null] = numbers.includes(undefined)
          ? []
          : [Math.min(...(numbers as number[])), Math.max(...(numbers as number[]))];
        const declared = this.declaredFor(name, values);
        return {
          ...{ field: name, of, values: covered(sorted.map(([text, { counter }]) => [text, counter])) },
          ...{ least, greatest, declared: declared?.by ?? null },
          never: declared?.texts.filter((text) => !values.has(text)) ?? [],
        };
      });
  }

  private declaredFor(name: string, values: ReadonlyMap<string, HeldValue>): Declared | undefined {
    const tables = this.instance.tables.filter((table) => this.fieldOfRows.get(table.name) === name);
    if (tables.length > 0) {
      const rows = new Set(tables.flatMap(({ rows }) => rows));
      return { by: `rows of ${tables.map(({ name }) => name).join(" and ")}`, texts: [...rows] };
    }
    const held = [...values.values()].map(({ value }) => value);
    if (held.some((value) => typeof value === "boolean")) return { by: "booleans", texts: ["false", "true"] };
    const [set, ...others] = setsIn(values);
    // Of interchangeable members none is told apart: whether one is never held is no question.
    if (set === undefined || others.length > 0 || this.interchangeable?.has(set)) return undefined;
    return { by: `members of ${set.name}`, texts: this.instance.layout.membersOf(set).map(nameOf) };
  }
}

/** Returns the sets of which a value itself is a member. */
function setsIn(values: ReadonlyMap<string, HeldValue>): IndexSet[] {
  const sets = [...values.values()].flatMap(({ value }) => {
    const set = typeof value === "symbol" ? memberInfo(value)?.set : undefined;
    // A fixed member of a union is like no other, and no question of its set.
    return set === undefined || set.extends !== undefined ? [] : [set];
  });
  return [...new Set(sets)];
}

/**
 * Returns the fields of a record with their names, `.at`; of anything else the value itself, without a name.
 * @param fields those that are looked at; all of them, if it is left out
 */
function fieldsIn(value: unknown, fields?: readonly string[]): (readonly [suffix: string, value: unknown])[] {
  if (!isRecord(value)) return [["", value]];
  const record = value as unknown as AnyRecord;
  return (fields ?? fieldsOf(record)).map((field) => [`.${field}`, record.get(field)]);
}

function numberOf(value: unknown): number | undefined {
  if (value instanceof Channel) return value.messages().length;
  return typeof value === "number" ? value : undefined;
}

function inOrder(left: unknown, right: unknown, a: string, b: string): number {
  const [x, y] = [numberOf(left), numberOf(right)];
  if (x !== undefined && y !== undefined && x !== y) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}
