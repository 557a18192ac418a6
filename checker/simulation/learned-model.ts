/** The functions of a model's author, each run once for each distinct input (learned-function.ts). */
import { FunctionError } from "../errors.js";
import { type InternedValue, InternedValues } from "../learned/interned-values.js";
import { LearnedFunction } from "../learned/learned-function.js";
import { type Binding, type Domains, isUnspecified } from "../model/action.js";
import type { ActionInstance } from "../model/bound.js";
import type { OrdinalValue } from "../model/ordinal.js";
import type { Invariant } from "../model/property.js";
import { nextStates, stepInWords } from "../model/reference.js";
import type { AnyState, SlotSource } from "../model/state.js";
import { named } from "../model/thrown.js";
import { wrongIn } from "../model/value.js";
import { ACCESS_KINDS, type AccessKind, type DrivenModel } from "./driven-model.js";

/** What an action comes to in a state. */
export interface ActionOutcome {
  /** By next state: the values of the slots that were written. */
  readonly results: readonly ReadonlyMap<number, InternedValue>[];
  /** Why the message meets an impossible cell; undefined if it does not. */
  readonly unspecified: string | undefined;
}

/** A property that a state or a step violates. */
export interface Violation {
  readonly property: string;
  readonly explanation: string;
}

type Slots = readonly InternedValue[];

/**
 * By slot: the numbers of the functions that have read it in some state. What a function comes to in a state, it comes
 * to in any other that differs only in slots that the function has never read.
 */
class Readers {
  private readonly bySlot = new Map<number, Set<number>>();

  add(slot: number, reader: number): void {
    const readers = this.bySlot.get(slot);
    if (readers === undefined) this.bySlot.set(slot, new Set([reader]));
    else readers.add(reader);
  }

  /** Returns the functions that have read some of the slots, in order. */
  of(slots: readonly number[]): readonly number[] {
    const all = new Set<number>();
    for (const slot of slots) for (const reader of this.bySlot.get(slot) ?? []) all.add(reader);
    return [...all].sort((a, b) => a - b);
  }

  /** Tells whether a function has read some of the slots. */
  includes(slots: readonly number[], reader: number): boolean {
    return slots.some((slot) => this.bySlot.get(slot)?.has(reader));
  }
}

export class LearnedModel {
  readonly values = new InternedValues();
  /** How many inputs of functions are kept. */
  inputs = 0;
  private readonly outcomes: readonly LearnedFunction<ActionOutcome>[];
  /** By action: by the message that it takes. */
  private readonly receptions: readonly Map<number, LearnedFunction<ActionOutcome>>[];
  /** Each invariant with each binding. */
  private readonly invariants: readonly {
    readonly of: Invariant<AnyState>;
    readonly binding: Binding<Domains>;
    readonly holds: LearnedFunction<boolean>;
  }[];
  private readonly readersOfInvariants = new Readers();
  /** Who reads of the actions, and of the accesses: each of them all that its actions read. */
  private readonly readersOfActions = new Readers();
  private readonly readersOfAccesses = new Readers();
  private readonly local: Readonly<Record<AccessKind, readonly LearnedFunction<boolean>[] | undefined>>;
  private readonly latest: readonly LearnedFunction<boolean>[];
  private readonly stamps: readonly LearnedFunction<OrdinalValue | null>[] | undefined;

  constructor(private readonly driven: DrivenModel) {
    const { instance, accesses } = driven;
    const { actions, properties } = instance;
    const accessesOf = this.accessesByAction();
    this.outcomes = actions.map((action) =>
      this.outcomeOf(action, undefined, (slot) => {
        this.readersOfActions.add(slot, action.index);
        for (const access of accessesOf.get(action.index) ?? []) this.readersOfAccesses.add(slot, access);
      }),
    );
    this.receptions = actions.map(() => new Map());
    let invariants = 0;
    this.invariants = properties.flatMap((of) => {
      if (of.kind !== "invariant") return [];
      return instance.bindings(of.domains).map((binding) => {
        const place = invariants++;
        const noteRead = (slot: number) => this.readersOfInvariants.add(slot, place);
        const who = () => `property "${of.name}"`;
        return { of, binding, holds: this.learned(who, (state) => of.holds(state, binding), noteRead) };
      });
    });
    const ofEach = <T>(name: string, f: ((state: AnyState, at: symbol & never) => T) | undefined) =>
      f &&
      driven.threads.map((at) =>
        this.learned<T>(
          () => name,
          (state) => f(state, at as never),
        ),
      );
    this.local = {
      read: ofEach("accesses.read.isLocal", accesses.read.isLocal),
      write: ofEach("accesses.write.isLocal", accesses.write.isLocal),
    };
    this.latest = ofEach("accesses.isLatest", accesses.isLatest)!;
    this.stamps = ofEach("accesses.stamp", accesses.stamp);
  }

  /** By action: the places of the accesses that it does, or goes on with. */
  private accessesByAction(): ReadonlyMap<number, readonly number[]> {
    const accesses = new Map<number, number[]>();
    for (const kind of ACCESS_KINDS)
      this.driven.threads.forEach((_, at) => {
        for (const { index } of this.driven.actionsOf(kind, at).flat())
          accesses.set(index, [...(accesses.get(index) ?? []), placeOfAccess(kind, at)]);
      });
    return accesses;
  }

  private learned<T>(
    who: () => string,
    f: (state: AnyState) => T,
    noteRead?: (slot: number) => void,
  ): LearnedFunction<T> {
    const run = (source: SlotSource) => {
      this.inputs++;
      return named(who, () => f(this.driven.instance.stateOver(source)));
    };
    return new LearnedFunction(run, who, noteRead);
  }

  /**
   * Returns what an action comes to.
   * @param slots the values of the slots, without the message that it takes
   */
  outcome(slots: Slots, action: ActionInstance, message: InternedValue | undefined): ActionOutcome {
    if (message === undefined) return this.outcomes[action.index]!.in(slots);
    const byMessage = this.receptions[action.index]!;
    let reception = byMessage.get(message.id);
    if (reception === undefined) {
      reception = this.outcomeOf(action, message);
      byMessage.set(message.id, reception);
    }
    return reception.in(slots);
  }

  private outcomeOf(
    of: ActionInstance,
    message: InternedValue | undefined,
    noteRead?: (slot: number) => void,
  ): LearnedFunction<ActionOutcome> {
    const { instance } = this.driven;
    const written = (after: AnyState) =>
      new Map([...after.written].map(([slot, value]) => [slot, this.written(of, slot, value)]));
    return this.learned(
      () => stepInWords(of),
      (state) => {
        const run = of.action.run(state, of.binding, message?.value);
        const next = nextStates(instance, of, run);
        for (const after of next) instance.receiverRows.checkMessages(after, () => stepInWords(of, run.cell));
        const unspecified = isUnspecified(run.result) ? `${run.cell?.name ?? ""}: ${run.result.reason}` : undefined;
        return { results: next.map(written), unspecified };
      },
      noteRead,
    );
  }

  private written(of: ActionInstance, slot: number, value: unknown): InternedValue {
    const wrong = wrongIn(value);
    if (wrong === undefined) return this.values.intern(value);
    const { name } = this.driven.instance.layout.slots[slot]!;
    throw new FunctionError(`${stepInWords(of)} wrote into ${name} ${wrong}, which is no value`);
  }

  /** Returns the first action that happens by itself; undefined if none does. */
  internalAction(slots: Slots): ActionInstance | undefined {
    return this.driven.internal.find((action) => this.isEnabled(slots, action));
  }

  /**
   * Returns the first action that happens by itself, in a state that differs in some slots from one in which none does;
   * undefined if none does now.
   */
  internalActionAfter(slots: Slots, changed: readonly number[]): ActionInstance | undefined {
    const { actions } = this.driven.instance;
    const readers = this.readersOfActions.of(changed).map((index) => actions[index]!);
    return readers.find((action) => this.driven.isInternal(action) && this.isEnabled(slots, action));
  }

  private isEnabled(slots: Slots, action: ActionInstance): boolean {
    return this.outcome(slots, action, undefined).results.length > 0;
  }

  /** Tells whether an access none of whose actions was enabled can go on in a state that differs in some slots. */
  mayGoOn(kind: AccessKind, at: number, changed: readonly number[]): boolean {
    return this.readersOfAccesses.includes(changed, placeOfAccess(kind, at));
  }

  /** Returns the invariants that a state violates, each with its first such binding. */
  violations(slots: Slots): readonly Violation[] {
    const violations = new Map<string, Violation>();
    for (const { of, binding, holds } of this.invariants) {
      if (violations.has(of.name) || holds.in(slots)) continue;
      const explanation = of.explain(this.driven.instance.stateOver(sourceOf(slots)), binding);
      violations.set(of.name, { property: of.name, explanation });
    }
    return [...violations.values()];
  }

  /** Tells whether no invariant is violated in a state that differs in some slots from one in which none is. */
  holdAfter(slots: Slots, changed: readonly number[]): boolean {
    return this.readersOfInvariants.of(changed).every((place) => this.invariants[place]!.holds.in(slots));
  }

  /** Tells whether an access is local; undefined if the model does not say. */
  isLocal(slots: Slots, kind: AccessKind, at: number): boolean | undefined {
    return this.local[kind]?.[at]?.in(slots);
  }

  /** Tells whether the copy of a process holds the data that was written last. */
  isLatest(slots: Slots, at: number): boolean {
    return this.latest[at]!.in(slots);
  }

  /** Returns the time stamp of the write under way at a process; null if it has none. */
  stamp(slots: Slots, at: number): OrdinalValue | null {
    return this.stamps === undefined ? null : this.stamps[at]!.in(slots);
  }

  /** Tells whether the step from one state to another serves the access of a process. */
  isServed(before: Slots, after: Slots, kind: AccessKind, at: number): boolean {
    const { instance, threads } = this.driven;
    const [from, to] = [before, after].map((slots) => instance.stateOver(sourceOf(slots)));
    return named(
      () => `accesses.${kind}.isServedBy`,
      () => this.driven.access(kind).isServedBy(from!, to!, threads[at]!),
    );
  }
}

/** Returns a source for authors' functions over the values of slots. */
export function sourceOf(slots: Slots): SlotSource {
  return { read: (slot) => slots[slot]!.value };
}

/** The place of an access, of a kind by a process, in a list of all. */
export function placeOfAccess(kind: AccessKind, at: number): number {
  return at * ACCESS_KINDS.length + ACCESS_KINDS.indexOf(kind);
}
