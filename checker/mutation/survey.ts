/**
 * The survey: what the actions of a model read and change in reachable states, in words. The engine runs a function
 * once for each input that reachable states tell apart, or for one renaming of it. So wrapped actions see every change
 * that some reachable state makes, while a search decides what the model's own verdicts are.
 */
import { isCollection, isRecord } from "immutable";
import { type Action, type Binding, type Domains, disabled, isUnspecified, type Run } from "../model/action.js";
import { Channel } from "../model/channel.js";
import type { AnyModel } from "../model/model.js";
import { Floor, OrdinalValue } from "../model/ordinal.js";
import type { AnyState } from "../model/state.js";
import { type AnyRecord, fieldsOf } from "../model/value.js";
import { Recorder } from "../observe/recorder.js";
import { RenamedRecorder } from "../observe/renamed-recorder.js";
import { type Change, changesOf } from "./changes.js";
import { withActions } from "./with-actions.js";
import { ANOTHER, nameBoundTo, namesAt, placeOf, wordsOfChange, wordsOfSlot, wordsOfValue } from "./words.js";

/** A change that an action makes somewhere, by its words. */
export interface ChangeSeen {
  readonly kind: Change["kind"];
  /** `copy[at]`, `link[to][from]`. */
  readonly place: string;
  readonly family: number;
  /** By index of the place: the name that is bound to the member, or `another`. */
  readonly names: readonly string[];
  readonly field: string | undefined;
  /** What is sent, or written, in words. */
  readonly words: string;
  /** Whether an ordinal value or a floor is written, or written over. */
  readonly isStamp: boolean;
  /** The name that is bound to the member that is written; undefined if it is no such member. */
  readonly member: string | undefined;
  /** One of the messages, or of the values. */
  readonly value: unknown;
}

/** Something that an action reads somewhere, at a place all of whose names are bound. */
export interface ReadSeen {
  readonly place: string;
  readonly variable: string;
  readonly names: readonly string[];
  readonly field: string | undefined;
  /** The texts and booleans that were found where the action was enabled, and where it was not. */
  readonly enabledAt: Set<unknown>;
  readonly disabledAt: Set<unknown>;
  /** What sorts of other values were found. */
  readonly sorts: Set<"some" | "floor" | OrdinalValue["ordinal"]>;
}

/** What an action does, of a receiving action in one cell. */
export interface Deeds {
  readonly action: string;
  readonly cell: string | undefined;
  readonly table: string | undefined;
  readonly changes: Map<string, ChangeSeen>;
  readonly reads: Map<string, ReadSeen>;
  /** The fields of the messages received that hold a boolean or an ordinal value: one value of each. */
  readonly carried: Map<string, boolean | OrdinalValue>;
  /** Whether some step was taken. */
  steps: boolean;
}

export class Survey {
  /** By action and cell. */
  readonly deeds = new Map<string, Deeds>();
  /** By family: the distinct messages, with ordinals and members told by their sort alone. */
  readonly sent = new Map<number, Map<string, unknown>>();
  /** By family and field: the texts that are written there. */
  readonly texts = new Map<string, Set<string>>();
  /** The model, whose actions are watched. */
  readonly model: AnyModel;

  constructor(of: AnyModel) {
    this.model = withActions(of, (action) => this.watched(action));
  }

  private watched(action: Action<AnyState>): Action<AnyState> {
    return {
      ...action,
      run: (state, binding, message) => {
        const run = action.run(state, binding, message);
        // What is looked at here is read again, and must not count as read by the action.
        const { source } = state;
        const reads = source instanceof Recorder && !(source instanceof RenamedRecorder) ? [...source.reads] : [];
        this.note(action, state, binding, message, run, reads);
        return run;
      },
    };
  }

  private note(
    action: Action<AnyState>,
    state: AnyState,
    binding: Binding<Domains>,
    message: unknown,
    { result, cell }: Run<AnyState>,
    reads: Recorder["reads"],
  ): void {
    if (isUnspecified(result)) return;
    const deeds = this.deedsOf(action, cell?.table, cell?.name);
    const next = result === disabled ? [] : ([result].flat() as AnyState[]);
    // What is no state of the model is refused by the engine.
    if (next.some((after) => after?.layout !== state.layout)) return;
    if (next.length > 0) deeds.steps = true;
    for (const read of reads) this.noteRead(deeds, state, binding, read, next.length > 0);
    if (isRecord(message)) noteCarried(deeds, message as AnyRecord);
    for (const after of next)
      for (const change of changesOf(state, after)) this.noteChange(deeds, state, binding, change);
  }

  private deedsOf(action: Action<AnyState>, table: string | undefined, cell: string | undefined): Deeds {
    const key = JSON.stringify([action.name, table, cell]);
    let deeds = this.deeds.get(key);
    if (deeds === undefined) {
      const none = { changes: new Map(), reads: new Map(), carried: new Map(), steps: false };
      deeds = { action: action.name, cell, table, ...none };
      this.deeds.set(key, deeds);
    }
    return deeds;
  }

  private noteChange(deeds: Deeds, state: AnyState, binding: Binding<Domains>, change: Change): void {
    const { layout } = state;
    const words = wordsOfChange(layout, change, binding);
    const { family } = layout.slots[change.slot]!;
    if (change.kind === "send") {
      const sent = this.sent.get(family) ?? new Map<string, unknown>();
      this.sent.set(family, sent.set(wordsOfValue(change.message, {}), change.message));
    }
    if (change.kind === "field" && typeof change.after === "string") {
      const key = `${family}.${change.field}`;
      this.texts.set(key, (this.texts.get(key) ?? new Set()).add(change.after));
    }
    if (deeds.changes.has(words)) return;
    const place = wordsOfSlot(layout, change.slot, binding);
    const after = change.kind === "send" ? change.message : change.after;
    const values = change.kind === "send" ? [] : [change.before, change.after];
    deeds.changes.set(words, {
      kind: change.kind,
      place,
      family,
      names: namesAt(layout, change.slot, binding),
      field: change.kind === "field" ? change.field : undefined,
      words: wordsOfValue(after, binding),
      isStamp: values.some((value) => value instanceof OrdinalValue || value instanceof Floor),
      member: change.kind === "send" ? undefined : nameBoundTo(change.after, binding),
      value: after,
    });
  }

  private noteRead(
    deeds: Deeds,
    { layout, source }: AnyState,
    binding: Binding<Domains>,
    read: Recorder["reads"][number],
    isEnabled: boolean,
  ): void {
    const { slot, field } = (source as Recorder).families.placeOf(read);
    const value = read.domain.interner.valueOf(read.id);
    if (field === undefined && (isRecord(value) || value instanceof Channel)) return;
    const place = wordsOfSlot(layout, slot, binding);
    const names = namesAt(layout, slot, binding);
    if (names.includes(ANOTHER)) return;
    const words = placeOf(place, field);
    const seen = deeds.reads.get(words) ?? {
      ...{ place, variable: layout.slots[slot]!.variable, names, field },
      ...{ enabledAt: new Set(), disabledAt: new Set(), sorts: new Set() },
    };
    deeds.reads.set(words, seen);
    if (typeof value === "string" || typeof value === "boolean")
      (isEnabled ? seen.enabledAt : seen.disabledAt).add(value);
    if (value instanceof Floor && value.rank >= 0) seen.sorts.add("floor");
    if (value instanceof OrdinalValue) seen.sorts.add(value.ordinal);
    if (isCollection(value) && (value as { size?: number }).size !== 0) seen.sorts.add("some");
  }
}

function noteCarried(deeds: Deeds, message: AnyRecord): void {
  for (const field of fieldsOf(message)) {
    const value = message.get(field);
    if (typeof value === "boolean" || value instanceof OrdinalValue) deeds.carried.set(field, value);
  }
}
