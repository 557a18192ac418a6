/**
 * Recording: a state whose reads are noted. An author's function runs on it once per distinct input; what it read, in order, becomes a
 * path in a decision tree, what it wrote becomes updates.
 *
 * A slot that holds a record is handed out as a *view*: an object of the record's own class whose `get` notes one field, and
 * whose `set` notes nothing. Whatever else the class can do goes through `get`, or through `_values`, which reads all fields; so a
 * view can be slow, but it cannot hide a read. A channel's view keeps `put` and `take` as operations, and reads the slot for the rest.
 */
import { isRecord } from "immutable";
import { Channel } from "../model/channel.js";
import type { SlotSource } from "../model/state.js";
import { type AnyRecord, mapValue } from "../model/value.js";
import { type Domain, type Families, type Family, MAX_IDS } from "./intern.js";

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
      : family.holdsChannels
        ? new ChannelView(this, slot, [])
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
    return domain.interner.valueOf(this.families.projections[domain.table * MAX_IDS + this.row[slot]!]!);
  }

  private note(slot: number, domain: Domain): void {
    const key = slot * 65536 + domain.table;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.reads.push({ slot, domain });
  }

  /** The channel in a slot without one message, as an operation: nothing is read. */
  taken(slot: number, message: unknown): unknown {
    return new ChannelView(this, slot, [{ does: "take", message }]);
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
    return mapValue(value, {
      whole: (inner) => plainRecord(inner) ?? (inner instanceof ChannelView ? inner.materialize() : inner),
    });
  }

  /** What a value written to a slot means for the value that was there; undefined if it leaves it alone. */
  updateOf(slot: number, value: unknown): Update | undefined {
    const family = this.families.ofSlot[slot]!;
    const view = isRecord(value) ? (value as RecordView)[VIEW] : undefined;
    if (view && view.recorder === this && view.slot === slot) {
      if (view.overlay.size === 0) return undefined;
      return { kind: "fields", fields: new Map([...view.overlay].map(([field, inner]) => [field, this.plain(inner)])) };
    }
    if (value instanceof ChannelView && value.slot === slot) {
      if (value.operations.length === 0) return undefined;
      const operations = value.operations.map(({ does, message }) => ({ does, message: this.plain(message) }));
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
        const entries = parts.flatMap((part) => (isRecord(part) ? [...part.toSeq().entries()] : Object.entries(part)));
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

/** A channel in a slot, with what has been done to it. */
class ChannelView extends Channel<unknown> {
  constructor(
    private readonly recorder: Recorder,
    readonly slot: number,
    readonly operations: readonly Operation[],
  ) {
    super();
  }

  put(message: unknown): Channel<unknown> {
    return this.after({ does: "put", message });
  }

  take(message: unknown): Channel<unknown> {
    // Whether the message is there is a read.
    this.materialize().take(this.recorder.plain(message));
    return this.after({ does: "take", message });
  }

  private after(operation: Operation): ChannelView {
    return new ChannelView(this.recorder, this.slot, [...this.operations, operation]);
  }

  materialize(): Channel<unknown> {
    const operations = this.operations.map(({ does, message }) => ({ does, message: this.recorder.plain(message) }));
    return applyOperations(this.recorder.readWhole(this.slot) as Channel<unknown>, operations);
  }

  get size(): number {
    return this.materialize().size;
  }

  takeable(): readonly unknown[] {
    return this.materialize().takeable();
  }

  messages(): readonly unknown[] {
    return this.materialize().messages();
  }
}

/** A channel after puts and takes. */
export function applyOperations(channel: Channel<unknown>, operations: readonly Operation[]): Channel<unknown> {
  return operations.reduce(
    (after, { does, message }) => (does === "put" ? after.put(message) : after.take(message)),
    channel,
  );
}
