/**
 * The steps of states, and whether invariants hold in them, as the reference semantics has them. Type-correct states
 * are many, and differ in few slots each, so that each function of the author is run once for each distinct input that
 * it looks at.
 */
import { Thrown } from "../errors.js";
import { type InternedValue, InternedValues, renumberingOf } from "../learned/interned-values.js";
import { LearnedFunction } from "../learned/learned-function.js";
import { isUnspecified } from "../model/action.js";
import type { ActionInstance } from "../model/bound.js";
import type { Channel } from "../model/channel.js";
import type { Instance, Values } from "../model/instance.js";
import type { Invariant } from "../model/property.js";
import { cutIn, cutOff, nextStates, stepInWords } from "../model/reference.js";
import type { AnyState, SlotSource } from "../model/state.js";
import { attempt } from "../model/thrown.js";
import { type BoundInvariant, holdsIn } from "./invariants.js";

/** A state, by slot. */
export type Slots = readonly InternedValue[];

/** Why a successor of a state is no step. */
type NoStep = "threw" | "unspecified" | "cut";

/** An invariant with a binding, whose answers are kept. */
export interface Question extends BoundInvariant {
  readonly holds: LearnedFunction<boolean>;
}

/** By successor: what an action writes, or why it is no step. */
type ActionOutcome = readonly (ReadonlyMap<number, InternedValue> | NoStep)[];

/** How many results are kept of a function. One with more inputs looks at most slots, and rarely meets one again. */
const MOST_RESULTS = 20_000;

export class LearnedSteps {
  readonly values = new InternedValues();
  private readonly cut: LearnedFunction<boolean>;
  /** By action: by the message that it takes; -1 if it takes none. */
  private readonly outcomes: readonly Map<number, LearnedFunction<ActionOutcome>>[];
  /** By channel: the messages that can be taken, in the order of the reference semantics. */
  private readonly takeable = new Map<number, readonly InternedValue[]>();
  private readonly questions = new Map<Invariant<AnyState>, readonly Question[]>();

  constructor(private readonly instance: Instance) {
    this.outcomes = instance.actions.map(() => new Map());
    this.cut = this.learned(
      () => "a constraint",
      (state) => cutIn(instance, state) !== undefined,
    );
  }

  slotsOf(values: Values): Slots {
    return values.map((value) => this.values.intern(value));
  }

  /** Returns the state with its ordinals renumbered. */
  renumbered(slots: Slots): Slots {
    const by = renumberingOf(slots);
    return by === undefined ? slots : slots.map((value) => this.values.renumber(value, by).value);
  }

  /** Returns an invariant with each of its bindings, in their order. */
  questionsOf(of: Invariant<AnyState>): readonly Question[] {
    let questions = this.questions.get(of);
    if (questions === undefined) {
      const who = () => `property "${of.name}"`;
      questions = this.instance
        .bindings(of.domains)
        .map((binding) => ({ of, binding, holds: this.learned(who, (state) => holdsIn(of, state, binding)) }));
      this.questions.set(of, questions);
    }
    return questions;
  }

  /**
   * Returns the successors of a state in the order of `successorsOf`: the next states, with their ordinals as the
   * functions left them, or why there is none.
   */
  successors(slots: Slots): (Slots | NoStep)[] {
    const { instance } = this;
    const all: (Slots | NoStep)[] = [];
    if (instance.stateConstraints.length > 0 && this.cut.in(slots)) return all;
    for (const action of instance.actions) {
      const messages = action.takes === undefined ? [undefined] : this.takeableOf(slots[action.takes]!);
      for (const message of messages)
        for (const next of this.outcomeOf(action, message).in(slots))
          all.push(typeof next === "string" ? next : withWritten(slots, next));
    }
    return all;
  }

  private takeableOf(channel: InternedValue): readonly InternedValue[] {
    let messages = this.takeable.get(channel.id);
    if (messages === undefined) {
      messages = (channel.value as Channel<unknown>).takeable().map((message) => this.values.intern(message));
      this.takeable.set(channel.id, messages);
    }
    return messages;
  }

  private outcomeOf(action: ActionInstance, message: InternedValue | undefined): LearnedFunction<ActionOutcome> {
    const byMessage = this.outcomes[action.index]!;
    const key = message?.id ?? -1;
    let outcome = byMessage.get(key);
    if (outcome === undefined) {
      outcome = this.learned(
        () => stepInWords(action),
        (before) => this.run(action, before, message?.value),
      );
      byMessage.set(key, outcome);
    }
    return outcome;
  }

  /** Runs an action as `successorsWith` does. */
  private run(action: ActionInstance, before: AnyState, message: unknown): ActionOutcome {
    const { instance } = this;
    const { takes } = action;
    const state =
      takes === undefined ? before : before.write(takes, (before.read(takes) as Channel<unknown>).take(message));
    const run = attempt(
      () => stepInWords(action),
      () => action.action.run(state, action.binding, message),
    );
    if (run instanceof Thrown) return ["threw"];
    if (isUnspecified(run.result)) return ["unspecified"];
    const steps = attempt(
      () => stepInWords(action, run.cell),
      () =>
        nextStates(instance, action, run).map((after) =>
          cutOff(instance, before, after, action, run) === undefined
            ? new Map([...after.written].map(([slot, value]) => [slot, this.values.intern(value)]))
            : "cut",
        ),
    );
    return steps instanceof Thrown ? ["threw"] : steps;
  }

  private learned<T>(who: () => string, f: (state: AnyState) => T): LearnedFunction<T> {
    const run = (source: SlotSource) => f(this.instance.stateOver(source));
    return new LearnedFunction(run, who, undefined, MOST_RESULTS);
  }
}

function withWritten(slots: Slots, written: ReadonlyMap<number, InternedValue>): Slots {
  const next = slots.slice();
  for (const [slot, value] of written) next[slot] = value;
  return next;
}
