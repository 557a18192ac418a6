/**
 * Recording: a state whose reads are noted. An author's function runs on it once per distinct input; what it read, in order, becomes a
 * path in a decision tree, what it wrote becomes updates.
 *
 * A slot that holds a record is handed out as a *view*: an object of the record's own class whose `get` notes one field, and
 * whose `set` notes nothing. Whatever else the class can do goes through `get`, or through `_values`, which reads all fields; so a
 * view can be slow, but it cannot hide a read. A channel's view keeps `put` and `take` as operations, and reads the slot for the rest.
 */
import { isRecord, Seq } from "immutable";
import { Bag, Channel, Queue } from "../model/channel.js";
import type { SlotSource } from "../model/state.js";
import { type AnyRecord, mapValue } from "../model/value.js";
import type { Domain, Families, Family } from "./intern.js";

/** One read: of a field, or of the whole slot. */
export interface Read {
  readonly slot: number;
  readonly domain: Domain;
}

/** What a write does to the value that its slot held before the step. */
export type Update =
  | { readonly kind: "constant"; readonly id: number }
  | { readonly kind: "fields"; readonly fields: ReadonlyMap<string, unknown> }
  | { readonly kind: "channel"; readonly operations: readonly Operation[] };

interface Operation {
  readonly does: "put" | "take";
  readonly message: unknown;
}

interface RecordViewState {
  readonly recorder: Recorder;
  readonly slot: number;
  readonly overlay: ReadonlyMap<string, unknown>;
}

const VIEW = Symbol("view");
const TEMPLATE = Symbol("template");
const CHANNEL_VIEW = Symbol("channel view");
type RecordView = AnyRecord & { readonly [VIEW]?: RecordViewState; readonly [TEMPLATE]: AnyRecord };

export class Recorder implements SlotSource {
  /** The reads of the current run, in order, each once. */
  reads: Read[] = [];
  private row: Uint16Array = new Uint16Array(0);
  private seen = new Set<number>();
  private views = new Map<number, unknown>();
  private readonly viewPrototypes = new Map<Family, object>();

  constructor(readonly families: Families) {}

  /** Begins a run on a row of value ids. */
  begin(row: Uint16Array): void {
    this.row = row;
    this.reads = [];
    this.seen.clear();
    this.views.clear();
  }

  read(slot: number): unknown {
    const known = this.views.get(slot);
    if (known !== undefined) return known;
    const family = this.families.ofSlot[slot]!;
    const view = family.template
      ? this.recordView(family, slot, new Map())
      : family.channelClass
        ? channelView({ recorder: this, slot, operations: [] })
        : this.readWhole(slot);
    this.views.set(slot, view);
    return view;
  }

  /** Notes a read of everything in a slot. */
  readWhole(slot: number): unknown {
    const { whole } = this.families.ofSlot[slot]!;
    this.note(slot, whole);
    return whole.interner.valueOf(this.row[slot]!);
  }

  readField(slot: number, field: string): unknown {
    const domain = this.families.ofSlot[slot]!.fields.get(field)!;
    this.note(slot, domain);
    return domain.interner.valueOf(this.families.project(domain, this.row[slot]!));
  }

  private note(slot: number, domain: Domain): void {
    const key = slot * 65536 + domain.table;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.reads.push({ slot, domain });
  }

  /** The channel in a slot without one message, as an operation: nothing is read. */
  taken(slot: number, message: unknown): unknown {
    return channelView({ recorder: this, slot, operations: [{ does: "take", message }] });
  }

  recordView(family: Family, slot: number, overlay: ReadonlyMap<string, unknown>): AnyRecord {
    const prototype = this.viewPrototypes.get(family) ?? viewPrototype(family);
    this.viewPrototypes.set(family, prototype);
    const state: RecordViewState = { recorder: this, slot, overlay };
    return Object.create(prototype, {
      [VIEW]: { value: state },
      __ownerID: { value: undefined, writable: true },
    }) as AnyRecord;
  }

  /** A value without views inside. Reads, and notes, what it must. */
  plain(value: unknown): unknown {
    const whole = (inner: object): object => {
      const channel = viewStateOf(inner);
      return channel ? materialized(channel) : (plainRecord(inner) ?? inner);
    };
    return mapValue(value, { whole });
  }

  /** What a value written to a slot means for the value that was there; undefined if it leaves it alone. */
  updateOf(slot: number, value: unknown): Update | undefined {
    const family = this.families.ofSlot[slot]!;
    const view = isRecord(value) ? (value as RecordView)[VIEW] : undefined;
    if (view && view.recorder === this && view.slot === slot) {
      if (view.overlay.size === 0) return undefined;
      return { kind: "fields", fields: new Map([...view.overlay].map(([field, inner]) => [field, this.plain(inner)])) };
    }
    const channel = viewStateOf(value);
    if (channel && channel.recorder === this && channel.slot === slot) {
      if (channel.operations.length === 0) return undefined;
      const operations = channel.operations.map(({ does, message }) => ({ does, message: this.plain(message) }));
      return { kind: "channel", operations };
    }
    return { kind: "constant", id: this.families.intern(family, this.plain(value)) };
  }
}

/** The record of the plain class with what a view, or a copy of one, holds; undefined for anything else. */
function plainRecord(value: object): AnyRecord | undefined {
  const template = (value as Partial<RecordView>)[TEMPLATE];
  if (template === undefined) return undefined;
  const record = value as AnyRecord;
  return [...template.toSeq().keys()].reduce((plain, field) => plain.set(field, record.get(field)), template);
}

/** The prototype of a family's views: the record's own class, with what touches the fields replaced. */
function viewPrototype(family: Family): object {
  const template = family.template!;
  const base = Object.getPrototypeOf(template) as AnyRecord;
  const has = (field: string) => family.fields.has(field);
  // A copy that Immutable makes of a view (withMutations) has this prototype but no view state: it is a plain record then.
  return Object.create(base, {
    [TEMPLATE]: { value: template },
    get: {
      value(this: RecordView, field: string, otherwise: unknown) {
        const view = this[VIEW];
        if (view === undefined) return base.get.call(this, field as never, otherwise);
        if (!has(field)) return otherwise;
        return view.overlay.has(field) ? view.overlay.get(field) : view.recorder.readField(view.slot, field);
      },
    },
    set: {
      value(this: RecordView, field: string, value: unknown) {
        const view = this[VIEW];
        if (view === undefined) return base.set.call(this, field as never, value as never);
        // Immutable takes undefined for the default value, and an unknown field for nothing to do.
        if (!has(field)) return this;
        const stored = value === undefined ? (template.clear() as AnyRecord).get(field) : value;
        return view.recorder.recordView(family, view.slot, new Map(view.overlay).set(field, stored));
      },
    },
    merge: {
      value(this: RecordView, ...parts: (Record<string, unknown> | AnyRecord)[]) {
        if (this[VIEW] === undefined) return base.merge.apply(this, parts as never);
        // Objects, Maps and lists of entries, as Immutable takes them.
        const entries = parts.flatMap((part) => [...(isRecord(part) ? part.toSeq() : Seq.Keyed(part)).entries()]);
        return entries.reduce<AnyRecord>((record, [field, value]) => record.set(field as string, value), this);
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

/** A channel's view: of the channel's own class, with what has been done to it. Whatever it does but `put` reads the slot. */
type ChannelViewObject = Channel<unknown> & { readonly [CHANNEL_VIEW]?: ChannelViewState };

interface ChannelViewState {
  readonly recorder: Recorder;
  readonly slot: number;
  readonly operations: readonly Operation[];
}

function channelView(state: ChannelViewState): Channel<unknown> {
  const family = state.recorder.families.ofSlot[state.slot]!;
  const prototype = family.channelClass === Queue.prototype ? queueView : bagView;
  return Object.create(prototype, { [CHANNEL_VIEW]: { value: state } }) as Channel<unknown>;
}

function viewStateOf(value: unknown): ChannelViewState | undefined {
  return value instanceof Channel ? (value as ChannelViewObject)[CHANNEL_VIEW] : undefined;
}

/** The channel that a view stands for. Reads the slot. */
function materialized({ recorder, slot, operations }: ChannelViewState): Channel<unknown> {
  const plain = operations.map(({ does, message }) => ({ does, message: recorder.plain(message) }));
  return applyOperations(recorder.readWhole(slot) as Channel<unknown>, plain);
}

function channelViewPrototype(of: object, content: string): object {
  const after = (view: ChannelViewState, operation: Operation) =>
    channelView({ ...view, operations: [...view.operations, operation] });
  return Object.create(of, {
    put: {
      value(this: ChannelViewObject, message: unknown) {
        return after(this[CHANNEL_VIEW]!, { does: "put", message });
      },
    },
    take: {
      value(this: ChannelViewObject, message: unknown) {
        const view = this[CHANNEL_VIEW]!;
        // Whether the message is there is a read.
        materialized(view).take(view.recorder.plain(message));
        return after(view, { does: "take", message });
      },
    },
    // The field that everything else of the class goes through.
    [content]: {
      get(this: ChannelViewObject) {
        return (materialized(this[CHANNEL_VIEW]!) as unknown as Record<string, unknown>)[content];
      },
    },
  }) as object;
}

const bagView = channelViewPrototype(Bag.prototype, "counts");
const queueView = channelViewPrototype(Queue.prototype, "list");

/** A channel after puts and takes. */
export function applyOperations(channel: Channel<unknown>, operations: readonly Operation[]): Channel<unknown> {
  return operations.reduce(
    (after, { does, message }) => (does === "put" ? after.put(message) : after.take(message)),
    channel,
  );
}
