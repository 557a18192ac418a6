/**
 * The states of a page that simulated runs come to, and the steps between them. A state is kept once, with its ordinals
 * renumbered as in a search, and remembers its steps, so that a run that goes where runs have been before looks them
 * up.
 */
import { is, isRecord } from "immutable";
import { type InternedValue, matched, renumberingOf } from "../learned/interned-values.js";
import { type ActionInstance, nameOfInstance, type Values } from "../model/bound.js";
import type { OrdinalValue } from "../model/ordinal.js";
import { stepOf, violatedSteps } from "../model/reference.js";
import { type AnyRecord, fieldsOf, format } from "../model/value.js";
import type { AccessKind, DrivenModel } from "./driven-model.js";
import { LearnedModel, placeOfAccess, sourceOf, type Violation } from "./learned-model.js";

/** A state of a page. */
export interface PageState {
  readonly slots: readonly InternedValue[];
  /** By action and by the message that it takes: the steps that are known, if there are any. */
  readonly steps: Map<number, readonly PageStep[]>;
  /** The first step that happens by itself: null if there is none, undefined if nobody has asked. */
  internal: readonly PageStep[] | null | undefined;
  /** The invariants that the state violates; undefined if nobody has asked. */
  violations: readonly Violation[] | undefined;
}

/** A step between two states of a page. */
export interface PageStep {
  readonly action: ActionInstance;
  readonly message: InternedValue | undefined;
  readonly before: PageState;
  /** The slots after the step, with the ordinals that the step made, so that they compare with those before it. */
  readonly made: readonly InternedValue[];
  readonly after: PageState;
  /**
   * The channels whose messages change otherwise than that one is taken: for each message afterwards, its place before
   * the step, not counting the one that is taken; -1 if it is new.
   */
  readonly moves: readonly { readonly slot: number; readonly places: readonly number[] }[];
  /** The number of messages that it sends. */
  readonly sends: number;
  /** The slots that the action wrote. */
  readonly written: readonly number[];
  /** The slots whose values the step changes, also by renumbering. */
  readonly changed: readonly number[];
  /** The step invariants that it violates. */
  readonly violations: readonly Violation[];
  /** By access: whether it is served, as far as anybody has asked. */
  readonly served: (boolean | undefined)[];
}

/** How much is kept before it is forgotten. */
export interface GraphLimits {
  readonly slotsOfStates: number;
  /** Distinct values, a number each that is a character of a state's key: fewer than 65,000. */
  readonly values: number;
  /** Inputs of functions. */
  readonly inputs: number;
}
const LIMITS: GraphLimits = { slotsOfStates: 1_000_000, values: 60_000, inputs: 200_000 };
/** More messages than a channel ever holds: a message's place is a digit of a number. */
const PLACES = 65_536;
const none: readonly PageStep[] = [];
const noViolations: readonly Violation[] = [];

export class PageGraph {
  private learned: LearnedModel;
  private states = new Map<string, PageState>();

  /** The numbers of a state's values, which its key is made of. */
  private readonly codes: Uint16Array;

  constructor(
    readonly driven: DrivenModel,
    private readonly limits: GraphLimits = LIMITS,
  ) {
    this.codes = new Uint16Array(driven.instance.layout.slots.length);
    this.learned = new LearnedModel(driven);
  }

  /** Whether so much is kept that it should be forgotten. */
  get isFull(): boolean {
    const slots = this.states.size * this.driven.instance.layout.slots.length;
    return slots > this.limits.slotsOfStates || this.hasLearnedEnough;
  }

  private get hasLearnedEnough(): boolean {
    return this.learned.values.size > this.limits.values || this.learned.inputs > this.limits.inputs;
  }

  /** Forgets what is kept. Returns what the states that are in use are from now on. */
  forget(inUse: readonly PageState[]): readonly PageState[] {
    if (this.hasLearnedEnough) this.learned = new LearnedModel(this.driven);
    this.states = new Map();
    return inUse.map((state) => this.stateOf(state.slots.map(({ value }) => value)));
  }

  /** Returns the state of these values. */
  stateOf(values: Values): PageState {
    return this.canonical(values.map((value) => this.learned.values.intern(value))).state;
  }

  /** Returns the state with ordinals renumbered and, by slot of a channel, the places that its messages had before. */
  private canonical(slots: readonly InternedValue[]) {
    const renumbering = renumberingOf(slots);
    let renumbered = slots as InternedValue[];
    const order = new Map<number, readonly number[]>();
    if (renumbering !== undefined) {
      renumbered = [...slots];
      for (let slot = 0; slot < slots.length; slot++) {
        const of = slots[slot]!;
        if (of.ordinals.length === 0 && of.floors.length === 0) continue;
        const { value, places } = this.learned.values.renumber(of, renumbering);
        renumbered[slot] = value;
        if (places !== undefined) order.set(slot, places);
      }
    }
    for (let slot = 0; slot < slots.length; slot++) this.codes[slot] = renumbered[slot]!.id;
    const key = String.fromCharCode.apply(null, this.codes as unknown as number[]);
    let state = this.states.get(key);
    if (state === undefined) {
      state = { slots: renumbered, steps: new Map(), internal: undefined, violations: undefined };
      this.states.set(key, state);
    }
    return { state, order };
  }

  /** Returns the steps of an action that takes no message. */
  stepsBy(state: PageState, action: ActionInstance): readonly PageStep[] {
    return this.steps(state, action, undefined, 0);
  }

  /** Returns the steps of an action that takes the message at a place of its channel. */
  receptionsBy(state: PageState, action: ActionInstance, place: number): readonly PageStep[] {
    const { messages } = state.slots[action.takes!]!;
    const message = messages![place]!;
    return this.steps(state, action, message, messages!.indexOf(message) + 1);
  }

  /** Says why the message at a place meets an impossible cell; undefined if it does not. */
  whyUnspecified(state: PageState, action: ActionInstance, place: number): string | undefined {
    const message = state.slots[action.takes!]!.messages![place]!;
    return this.learned.outcome(this.without(state, action, message), action, message).unspecified;
  }

  /**
   * Returns the steps of the first action that happens by itself; undefined if there is none.
   * @param by the step that led to the state, if there is one
   */
  internalSteps(state: PageState, by: PageStep | undefined): readonly PageStep[] | undefined {
    if (state.internal === undefined) {
      const action =
        by?.before.internal === null
          ? this.learned.internalActionAfter(state.slots, by.changed)
          : this.learned.internalAction(state.slots);
      state.internal = action === undefined ? null : this.stepsBy(state, action);
    }
    return state.internal ?? undefined;
  }

  /** Tells whether an access none of whose actions was enabled before a step may go on after it. */
  mayGoOn(kind: AccessKind, at: number, by: PageStep): boolean {
    return this.learned.mayGoOn(kind, at, by.changed);
  }

  private steps(
    state: PageState,
    action: ActionInstance,
    message: InternedValue | undefined,
    place: number,
  ): readonly PageStep[] {
    const key = action.index * PLACES + place;
    const known = state.steps.get(key);
    if (known !== undefined) return known;
    const left = message === undefined ? state.slots : this.without(state, action, message);
    const { results } = this.learned.outcome(left, action, message);
    if (results.length === 0) return none;
    const steps = results.map((written) => this.makeStep(state, left, action, message, written));
    state.steps.set(key, steps);
    return steps;
  }

  private without(state: PageState, { takes }: ActionInstance, message: InternedValue): readonly InternedValue[] {
    const left = [...state.slots];
    left[takes!] = this.learned.values.without(left[takes!]!, message);
    return left;
  }

  private makeStep(
    before: PageState,
    left: readonly InternedValue[],
    action: ActionInstance,
    message: InternedValue | undefined,
    written: ReadonlyMap<number, InternedValue>,
  ): PageStep {
    const made = [...left];
    for (const [slot, value] of written) made[slot] = value;
    const { state: after, order } = this.canonical(made);
    const moves: { slot: number; places: readonly number[] }[] = [];
    let sends = 0;
    for (const slot of this.driven.channels.keys()) {
      const reordered = order.get(slot);
      if (made[slot] === left[slot] && reordered === undefined) continue;
      const places = matched(made[slot]!.messages!, left[slot]!.messages!);
      for (const place of places) if (place < 0) sends++;
      moves.push({ slot, places: reordered === undefined ? places : reordered.map((place) => places[place]!) });
    }
    const violations = this.violatedBy(before, left, action, message, written);
    const changed: number[] = [];
    for (let slot = 0; slot < made.length; slot++) if (after.slots[slot] !== before.slots[slot]) changed.push(slot);
    const slots = [...written.keys()];
    return { action, message, before, made, after, moves, sends, written: slots, changed, violations, served: [] };
  }

  private violatedBy(
    before: PageState,
    left: readonly InternedValue[],
    action: ActionInstance,
    message: InternedValue | undefined,
    written: ReadonlyMap<number, InternedValue>,
  ): readonly Violation[] {
    const { instance } = this.driven;
    if (instance.stepInvariants.length === 0) return [];
    const from = instance.stateOver(sourceOf(before.slots));
    let to = message === undefined ? from : from.write(action.takes!, left[action.takes!]!.value);
    for (const [slot, { value }] of written) to = to.write(slot, value);
    return violatedSteps(instance, from, to, action).map(({ of, binding }) => ({
      property: of.name,
      explanation: of.explain(from, to, binding, stepOf(instance, to, action)),
    }));
  }

  /** Returns the invariants that a state violates. @param by the step that led to it, if there is one */
  violationsIn(state: PageState, by: PageStep | undefined): readonly Violation[] {
    if (state.violations === undefined) {
      const hold = by?.before.violations?.length === 0 && this.learned.holdAfter(state.slots, by.changed);
      state.violations = hold ? noViolations : this.learned.violations(state.slots);
    }
    return state.violations;
  }

  /** Tells whether an access is local; undefined if the model does not say. */
  isLocal(state: PageState, kind: AccessKind, at: number): boolean | undefined {
    return this.learned.isLocal(state.slots, kind, at);
  }

  /** Tells whether the copy of a process holds the data that was written last. */
  isLatest(state: PageState, at: number): boolean {
    return this.learned.isLatest(state.slots, at);
  }

  /** Returns the time stamp of the write under way at a process; null if it has none. */
  stampOf(state: PageState, at: number): OrdinalValue | null {
    return this.learned.stamp(state.slots, at);
  }

  /** Tells whether a step serves the access of a process. */
  isServedBy(step: PageStep, kind: AccessKind, at: number): boolean {
    const place = placeOfAccess(kind, at);
    step.served[place] ??= this.learned.isServed(step.before.slots, step.made, kind, at);
    return step.served[place];
  }

  /** Returns what the variables of a process hold, in words: of records what differs from the initial state. */
  inWords(state: PageState, at: number): string {
    const { layout, initial, model } = this.driven.instance;
    const { by } = this.driven.accesses;
    return layout.slots
      .flatMap(({ indices, name, variable }, slot) => {
        const [set] = layout.declarations[variable]!.sets;
        if (set !== by || indices.length !== 1 || indices[0] !== at) return [];
        const { value } = state.slots[slot]!;
        const told = isRecord(value) ? changesOf(value as AnyRecord, initial[0]![slot] as AnyRecord, model.headline?.[variable]) : format(value); // biome-ignore format: one choice
        return [`${name} = ${told}`];
      })
      .join("; ");
  }
}

/** Writes a record for people: its headline, and the fields that differ from those of another. */
function changesOf(record: AnyRecord, from: AnyRecord, headline: string | undefined): string {
  const fields = fieldsOf(record).filter((field) => field !== headline && !is(record.get(field), from.get(field)));
  const told = fields.map((field) => `${field} ${format(record.get(field))}`);
  const first = headline === undefined ? [] : [format(record.get(headline))];
  return [...first, ...told].join(", ") || "as at first";
}

/** Names a step as reports do: `Receive(K1, K2) Invalid(…)`. */
export function nameOfPageStep({ action, message }: Pick<PageStep, "action" | "message">): string {
  return message === undefined ? nameOfInstance(action) : `${nameOfInstance(action)} ${format(message.value)}`;
}
