/**
 * Recording: a state that notes what is read of it. An author's function runs on it once per distinct input. What it
 * has read, in order, becomes a path in a decision tree; what it has written becomes updates.
 *
 * A record is handed out as a *view*: an object of the record's own class whose `get` notes one field and whose `set`
 * notes nothing. All other methods of the class go through `get`, or through `_values`, which reads all fields; so a
 * view can be slow, but it cannot hide a read. A channel's view keeps `put` and `take` as operations, and reads the
 * slot for everything else. Collections that are held by element have views of their own (collection-view.ts).
 */
import { isRecord, List, Seq } from "immutable";
import type { Channel } from "../model/channel.js";
import type { AnyState, SlotSource } from "../model/state.js";
import { type AnyRecord, mapValue, type Replacement } from "../model/value.js";
import type { AtomDomain } from "./atoms.js";
import { type ChannelReader, channelView, channelViewStateOf, type Operation, plainChannel } from "./channel-view.js";
import {
  type CollectionChange,
  collectionView,
  collectionViewStateOf,
  type ElementReader,
  plainCollection,
} from "./collection-view.js";
import type { Families, Held } from "./intern.js";
import type { ReadDomain } from "./interner.js";
import type { Observed } from "./observed.js";
import { PUT, TAKE, type Update } from "./updates.js";

/** One read, of a field or of a whole slot. */
export interface Read {
  /** The column of the row that was read. */
  readonly column: number;
  readonly domain: ReadDomain;
  /** What was found: its id in `domain`. */
  readonly id: number;
}

/**
 * What a function has written to a slot: a new value; fields of the record that was there, by their places, in
 * ascending order; operations on the channel that was there, in the order in which they were done; or what was done to
 * elements of the collection that was there. Values may hold views: `plain` replaces them.
 */
export type Written =
  | { readonly kind: "constant"; readonly value: unknown }
  | { readonly kind: "fields"; readonly fields: readonly (readonly [place: number, value: unknown])[] }
  | { readonly kind: "channel"; readonly operations: readonly Operation[] }
  | ({ readonly kind: "elements" } & CollectionChange);

/** The fields set in a record's view, as a list that begins with the last one. */
interface Overlay {
  readonly place: number;
  readonly value: unknown;
  readonly before: Overlay | undefined;
}

interface RecordViewState {
  readonly recorder: Recorder;
  readonly slot: number;
  readonly overlay: Overlay | undefined;
}

const VIEW = Symbol("view");
const TEMPLATE = Symbol("template");
type RecordView = AnyRecord & { readonly [VIEW]?: RecordViewState; readonly [TEMPLATE]: AnyRecord };

export class Recorder implements SlotSource, ElementReader, ChannelReader {
  /** The reads of the current run, in order, each once. */
  reads: Read[] = [];
  /** Whether the current run called a predicate for elements that may not be there. */
  hasSpeculated = false;
  protected row: Uint16Array = new Uint16Array(0);
  private run = 0;
  private isNoting = true;
  /** By column and projection table: the number of the last run that read it. */
  private readonly readIn: Int32Array;
  /** By slot: what this run was given for it, a view or a value. */
  private readonly views: unknown[];
  private readonly viewClasses: (new (state: RecordViewState) => AnyRecord)[] = [];

  /** @param maySpeculate whether predicates of sets may be called for elements that are not there */
  constructor(
    readonly families: Families,
    private readonly maySpeculate = true,
  ) {
    this.readIn = new Int32Array(families.columns.count * families.tables);
    this.views = families.heldIn.map(() => undefined);
  }

  /** Begins a run on `row`, a row of value ids. */
  begin(row: Uint16Array): void {
    this.row = row;
    this.reads = [];
    this.hasSpeculated = false;
    this.run++;
    this.views.fill(undefined);
  }

  /** Returns what a function runs on that takes a message of the row's channel, or takes none. */
  inputFor(takes: Observed<unknown>["takes"]): { readonly state: AnyState; readonly message: unknown } {
    const state = this.families.instance.stateOver(this);
    if (takes === undefined) return { state, message: undefined };
    const message = this.families.atoms.valueOf(takes.message);
    return { state: state.write(takes.slot, this.taken(takes.slot, message)), message };
  }

  read(slot: number): unknown {
    const known = this.views[slot];
    if (known !== undefined) return known;
    const held = this.families.heldIn[slot]!;
    const view = held.template
      ? this.recordView(held, slot, undefined)
      : held.byElement
        ? collectionView(this, slot, held.byElement)
        : held.channels
          ? channelView({ recorder: this, slot, operations: [] }, held.channels.isQueue)
          : this.readColumn(this.families.columns.at(slot));
    this.views[slot] = view;
    return view;
  }

  /** Returns the value of a column that holds no record, and notes a read of the whole. */
  protected readColumn(column: number): unknown {
    const { whole } = this.families.ofColumn[column]!;
    const id = this.row[column]!;
    this.note(column, whole, id);
    return whole.interner.valueOf(id);
  }

  /** Returns the channel in a slot, and notes a read of the whole. */
  readChannel(slot: number): Channel<unknown> {
    return this.readColumn(this.families.columns.at(slot)) as Channel<unknown>;
  }

  /** Returns the field at `place` of the record in a slot, and notes a read of that field. */
  readField(slot: number, place: number): unknown {
    const { group, family, at } = this.families.heldIn[slot]!.fields[place]!;
    const column = this.families.columns.at(slot, group);
    const domain = family.domains[at]!;
    const id = this.families.project(domain, this.row[column]!);
    this.note(column, domain, id);
    return domain.interner.valueOf(id);
  }

  readElement(slot: number, place: number): unknown {
    return this.readColumn(this.families.columns.ofElement(slot, place));
  }

  readRest(slot: number): unknown {
    return this.readColumn(this.families.columns.at(slot));
  }

  readCollection(slot: number): unknown {
    const { elements } = this.families.heldIn[slot]!.byElement!;
    const rest = this.readRest(slot);
    return elements.wholeOf(
      rest,
      elements.all.map((_, place) => this.readElement(slot, place)),
    );
  }

  speculates(): boolean {
    this.hasSpeculated ||= this.maySpeculate;
    return this.maySpeculate;
  }

  /** Calls `look`, whose reads are not noted. */
  unrecorded<T>(look: () => T): T {
    const views = [...this.views];
    this.isNoting = false;
    try {
      return look();
    } finally {
      this.isNoting = true;
      // A value that was handed out without a note must not be handed out again with none.
      views.forEach((view, slot) => {
        this.views[slot] = view;
      });
    }
  }

  protected note(column: number, domain: ReadDomain, id: number): void {
    if (!this.isNoting) return;
    const at = column * this.families.tables + domain.table;
    if (this.readIn[at] === this.run) return;
    this.readIn[at] = this.run;
    this.reads.push({ column, domain, id });
  }

  /**
   * The channel in `slot` without `message`. The removal is kept as an operation, so nothing is read, unless the
   * channel is held by element.
   */
  taken(slot: number, message: unknown): unknown {
    const { byElement, channels } = this.families.heldIn[slot]!;
    if (byElement) return (collectionView(this, slot, byElement) as Channel<unknown>).take(message);
    return channelView({ recorder: this, slot, operations: [{ does: "take", message }] }, channels!.isQueue);
  }

  recordView(held: Held, slot: number, overlay: Overlay | undefined): AnyRecord {
    this.viewClasses[held.index] ??= viewClass(held);
    return new this.viewClasses[held.index]!({ recorder: this, slot, overlay });
  }

  /** Returns `value` with every view in it replaced by the plain value that it stands for, which may need reads. */
  plain(value: unknown): unknown {
    return typeof value === "object" && value !== null ? mapValue(value, withoutViews) : value;
  }

  /** Returns what writing `value` to `slot` means; undefined if it changes nothing. */
  writtenTo(slot: number, value: unknown): Written | undefined {
    const view = isRecord(value) ? (value as RecordView)[VIEW] : undefined;
    if (view && view.recorder === this && view.slot === slot) {
      const { overlay } = view;
      if (overlay === undefined) return undefined;
      const fields = this.families.heldIn[slot]!.fields.flatMap((_, place): [number, unknown][] => {
        const set = lastSet(overlay, place);
        return set ? [[place, set.value]] : [];
      });
      return { kind: "fields", fields };
    }
    const channel = channelViewStateOf(value);
    if (channel && channel.recorder === this && channel.slot === slot)
      return channel.operations.length === 0 ? undefined : { kind: "channel", operations: channel.operations };
    const collection = collectionViewStateOf(value);
    if (collection && collection.recorder === this && collection.slot === slot) {
      const { held, rest } = collection;
      return held.size === 0 && rest === undefined ? undefined : { kind: "elements", held, rest };
    }
    return { kind: "constant", value };
  }

  /** Returns a value that holds all that writing `value` to `slot` brings in, and no more if that is known. */
  changeOf(slot: number, value: unknown): unknown {
    const written = this.writtenTo(slot, value);
    return written?.kind === "elements" ? List([written.rest ?? null, ...written.held.values()]) : value;
  }

  /**
   * Returns what writing `value` to `slot` means, by column; nothing if it changes nothing.
   * @throws NotByElement if the variable's collections are held by element, and this is none
   */
  updatesOf(slot: number, value: unknown): (readonly [column: number, update: Update])[] {
    const held = this.families.heldIn[slot]!;
    const { columns } = this.families;
    const constant = (group: number, part: unknown) => {
      const numbers = [this.families.intern(held.familyOf(group), part)];
      return [columns.at(slot, group), { kind: "constant", numbers }] as const;
    };
    const written = this.writtenTo(slot, value);
    switch (written?.kind) {
      case "fields":
        return held.families.flatMap((family, group) => {
          const numbers = written.fields.flatMap(([place, value]) => {
            const { group: of, at } = held.fields[place]!;
            return of === group ? [at, this.atomOf(family.domains[at]!, value)] : [];
          });
          return numbers.length === 0 ? [] : [[columns.at(slot, group), { kind: "fields", numbers }] as const];
        });
      case "channel": {
        const numbers = written.operations.flatMap(({ does, message }) => [
          does === "put" ? PUT : TAKE,
          this.atomOf(held.families[0]!.messages, message),
        ]);
        return [[columns.at(slot), { kind: "channel", numbers }]];
      }
      case "elements": {
        const changed = [...written.held].map(([place, value]) => constant(1 + place, this.plain(value)));
        return written.rest === undefined ? changed : [constant(0, this.plain(written.rest)), ...changed];
      }
      case "constant":
        return held
          .partsOf(this.plain(written.value))
          .map((part, group) => constant(group, part))
          .filter(([column, { numbers }]) => held.byElement === undefined || !this.wasRead(column, numbers[0]!));
      default:
        return [];
    }
  }

  /** Whether this run has read a column that holds a whole value, and found the value `id`. */
  private wasRead(column: number, id: number): boolean {
    return this.row[column] === id && this.readIn[column * this.families.tables] === this.run;
  }

  private atomOf(part: AtomDomain, value: unknown): number {
    const id = part.interner.idOf(value);
    return id === undefined ? this.families.atomIn(part, this.plain(value)) : part.atoms[id]!;
  }
}

/**
 * Calls `look`, which may read a state that a function runs on, without that counting as reads of the function.
 * @param state a state over a recorder
 */
export function unrecorded<T>({ source }: AnyState, look: () => T): T {
  return source instanceof Recorder ? source.unrecorded(look) : look();
}

/** The last entry for `place` in an overlay; undefined if the field was not set. */
function lastSet(overlay: Overlay | undefined, place: number): Overlay | undefined {
  let set = overlay;
  while (set !== undefined && set.place !== place) set = set.before;
  return set;
}

/** Replaces views by the plain values that they stand for. */
const withoutViews: Replacement = {
  whole: (inner) => {
    const channel = channelViewStateOf(inner);
    if (channel) return plainChannel(channel);
    const collection = collectionViewStateOf(inner);
    return collection ? (plainCollection(collection) as object) : (plainRecord(inner) ?? inner);
  },
};

/** Returns the record of the plain class that a view, or a copy of a view, stands for; undefined for anything else. */
function plainRecord(value: object): AnyRecord | undefined {
  const template = (value as Partial<RecordView>)[TEMPLATE];
  if (template === undefined) return undefined;
  const record = value as AnyRecord;
  return [...template.toSeq().keys()].reduce((plain, field) => plain.set(field, record.get(field)), template);
}

/**
 * Returns the overlay `before` with `field` set. As in Immutable, undefined means the default value, and an unknown
 * field is ignored.
 */
function overlaid(held: Held, before: Overlay | undefined, field: string, value: unknown): Overlay | undefined {
  const place = held.places.get(field);
  if (place === undefined) return before;
  const stored = value === undefined ? (held.template!.clear() as AnyRecord).get(field) : value;
  return { place, value: stored, before };
}

/** The class of a variable's views. */
function viewClass(held: Held): new (state: RecordViewState) => AnyRecord {
  function View(this: { [VIEW]: RecordViewState; __ownerID: undefined }, state: RecordViewState) {
    this[VIEW] = state;
    this.__ownerID = undefined;
  }
  View.prototype = viewPrototype(held);
  return View as unknown as new (
    state: RecordViewState,
  ) => AnyRecord;
}

/** The prototype of a variable's views: the record's own class, with the methods replaced that touch fields. */
function viewPrototype(held: Held): object {
  const template = held.template!;
  const base = Object.getPrototypeOf(template) as AnyRecord;
  // `withMutations` makes a copy with this prototype but without view state; such a copy acts as a plain record.
  return Object.create(base, {
    [TEMPLATE]: { value: template },
    get: {
      value(this: RecordView, field: string, otherwise: unknown) {
        const view = this[VIEW];
        if (view === undefined) return base.get.call(this, field as never, otherwise);
        const place = held.places.get(field);
        if (place === undefined) return otherwise;
        const set = lastSet(view.overlay, place);
        return set ? set.value : view.recorder.readField(view.slot, place);
      },
    },
    set: {
      value(this: RecordView, field: string, value: unknown) {
        const view = this[VIEW];
        if (view === undefined) return base.set.call(this, field as never, value as never);
        const overlay = overlaid(held, view.overlay, field, value);
        return overlay === view.overlay ? this : view.recorder.recordView(held, view.slot, overlay);
      },
    },
    merge: {
      value(this: RecordView, ...parts: (Record<string, unknown> | AnyRecord)[]) {
        if (this[VIEW] === undefined) return base.merge.apply(this, parts as never);
        const { recorder, slot, overlay } = this[VIEW];
        let merged = overlay;
        for (const part of parts)
          for (const [field, value] of entriesOf(part)) merged = overlaid(held, merged, field, value);
        return merged === overlay ? this : recorder.recordView(held, slot, merged);
      },
    },
    update: {
      value(this: RecordView, ...args: unknown[]) {
        if (this[VIEW] === undefined || args.length !== 2)
          return (base.update as (...a: unknown[]) => unknown).apply(this, args);
        const [field, change] = args as [string, (value: unknown) => unknown];
        return this.set(field, change(this.get(field)));
      },
    },
    _values: {
      get(this: RecordView) {
        return (plainRecord(this) as unknown as { _values: unknown })._values;
      },
      set(this: RecordView, values: unknown) {
        Object.defineProperty(this, "_values", { value: values, writable: true });
      },
    },
  }) as object;
}

/** The entries of whatever Immutable accepts for a merge: records, plain objects, maps, and lists of entries. */
function entriesOf(part: Record<string, unknown> | AnyRecord): [string, unknown][] {
  if (isRecord(part)) return [...part.toSeq().entries()] as [string, unknown][];
  const isPlain = Object.getPrototypeOf(part) === Object.prototype;
  return isPlain ? Object.entries(part) : ([...Seq.Keyed(part).entries()] as [string, unknown][]);
}
