/**
 * Steps out of invariants: the type-correct states that satisfy them are looked at one after the other, all of them, or
 * those of small weight and some that are drawn.
 */
import type { Instance, Values } from "../model/instance.js";
import type { Invariant } from "../model/property.js";
import type { AnyState } from "../model/state.js";
import { Dice } from "../search/random/dice.js";
import type { Domain } from "./domains.js";
import type { BoundInvariant } from "./invariants.js";
import type { LearnedSteps, Question, Slots } from "./learned-steps.js";
import { TypeCorrectStates } from "./type-correct-states.js";

/** A step that begins where the invariants hold and ends where one does not: the first one, with its first binding. */
export interface CounterexampleToInduction extends BoundInvariant {
  readonly before: Values;
  /** The number of the step among the successors of the state. */
  readonly choice: number;
  readonly after: Values;
}

/** Which states were looked at. */
export interface StatesLookedAt {
  /** The number of type-correct states, whatever they satisfy. */
  readonly size: bigint;
  /** How many states, and beginnings of states, were looked at. */
  readonly lookedAt: number;
  /** Up to which weight all states were; undefined if all were, whatever their weight. */
  readonly upToWeight: number | undefined;
  /** The states that were drawn besides; undefined if all states were looked at. */
  readonly drawn: { readonly count: number; readonly seed: number } | undefined;
  /** How many states that satisfy the invariants were found, and their steps. */
  readonly satisfying: number;
  readonly steps: number;
  /** How many times an invariant or an action threw, or a message met an impossible cell: such is no step. */
  readonly refused: { readonly invariants: number; readonly actions: number; readonly receptions: number };
}

/** How many states are looked at, and drawn. */
export interface LookingLimits {
  readonly maxStates: number;
  readonly sample: number;
  readonly seed: number;
}

/** A step out, and what it violates. */
interface StepOut {
  readonly before: Slots;
  readonly choice: number;
  readonly after: Slots;
  readonly question: Question;
}

export class StepsOut {
  /** Those that were found so far. */
  readonly found: CounterexampleToInduction[] = [];
  /** Why the search has ended before it was over; undefined if it has not. */
  ended: string | undefined;
  private readonly typeCorrect: TypeCorrectStates;
  private readonly asked: readonly Question[];
  private upToWeight: number | undefined;
  private drawn: number | undefined;
  private satisfying = 0;
  private steps = 0;
  private threw = 0;
  private receptions = 0;

  /**
   * @param before what is assumed in the state before a step @param asked what is asked for after it
   * @param ending tells why to end; undefined to go on
   */
  constructor(
    private readonly instance: Instance,
    private readonly learned: LearnedSteps,
    private readonly domains: readonly Domain[],
    before: readonly Invariant<AnyState>[],
    asked: readonly Invariant<AnyState>[],
    private readonly limits: LookingLimits,
    private readonly ending: () => string | undefined,
  ) {
    this.typeCorrect = new TypeCorrectStates(instance, learned, domains, before, limits.maxStates);
    this.asked = asked.flatMap((of) => learned.questionsOf(of));
  }

  /** Looks at the states. It pauses now and then. */
  *search(): Generator<void, void> {
    const { mostWeight } = this.typeCorrect;
    for (let weight = 0; weight <= mostWeight && this.upToWeight === undefined; weight++)
      if (!(yield* this.lookAtAll(weight))) this.upToWeight = weight - 1;
    if (this.upToWeight !== undefined) yield* this.draw();
  }

  get lookedAt(): number {
    return this.typeCorrect.lookedAt;
  }

  get states(): StatesLookedAt {
    const { typeCorrect, upToWeight, satisfying, steps, threw, receptions } = this;
    return {
      size: typeCorrect.size,
      lookedAt: typeCorrect.lookedAt,
      upToWeight,
      drawn: this.drawn === undefined ? undefined : { count: this.drawn, seed: this.limits.seed },
      ...{ satisfying, steps },
      refused: { invariants: typeCorrect.threw, actions: threw, receptions },
    };
  }

  /** Returns whether all states of a weight were looked at. */
  private *lookAtAll(weight: number): Generator<void, boolean> {
    const states = this.typeCorrect.ofWeight(weight);
    for (;;) {
      this.ended = this.ending();
      if (this.ended !== undefined) return false;
      const { done, value } = states.next();
      if (done) return value;
      if (value !== undefined) this.found.push(...this.stepsOutOf(value, true).map(asCounterexample));
      yield;
    }
  }

  private *draw(): Generator<void, void> {
    const { typeCorrect, limits } = this;
    const dice = new Dice(limits.seed, 0);
    this.drawn = 0;
    while (this.drawn < limits.sample && this.ended === undefined) {
      yield;
      this.ended = this.ending();
      if (this.ended !== undefined) return;
      this.drawn++;
      const slots = typeCorrect.drawn(dice);
      if (slots === undefined) continue;
      const [found] = this.stepsOutOf(slots, true);
      // Only those that are met while no smaller one is known are made smaller: that is what is shown.
      if (found !== undefined) this.found.push(asCounterexample(this.found.length === 0 ? this.smaller(found) : found));
    }
  }

  /** Returns the steps of a state to where an invariant does not hold. @param counts whether they are counted */
  private stepsOutOf(before: Slots, counts: boolean): StepOut[] {
    if (counts) this.satisfying++;
    const out: StepOut[] = [];
    for (const [choice, next] of this.learned.successors(before).entries()) {
      if (counts) this.count(next);
      if (typeof next === "string") continue;
      const after = this.instance.ordinals.length === 0 ? next : this.learned.renumbered(next);
      const question = this.asked.find(({ holds }) => !holds.in(after));
      if (question !== undefined) out.push({ before, choice, after, question });
    }
    return out;
  }

  private count(next: ReturnType<LearnedSteps["successors"]>[number]): void {
    if (next === "threw") this.threw++;
    else if (next === "unspecified") this.receptions++;
    else if (next !== "cut") this.steps++;
  }

  /** Returns a step out with places set back to values of less weight, as far as that goes. */
  private smaller(found: StepOut): StepOut {
    let best = found;
    // What is smaller in one place may allow another one to be. Renumbered ordinals could go round, hence the bound.
    for (let round = 0; round < this.domains.length; round++) {
      const before = best;
      for (let slot = 0; slot < this.domains.length; slot++) best = this.smallerAt(best, slot);
      if (best === before) break;
    }
    return best;
  }

  private smallerAt(of: StepOut, slot: number): StepOut {
    const { typeCorrect } = this;
    for (let weight = 0; weight < this.domains[slot]!.most; weight++) {
      const values = typeCorrect.valuesAt(slot, weight);
      if (values.includes(of.before[slot]!)) return of;
      for (const value of values) {
        const before = typeCorrect.plain(of.before.with(slot, value));
        const [found] = typeCorrect.satisfies(before) ? this.stepsOutOf(before, false) : [];
        if (found !== undefined) return found;
      }
    }
    return of;
  }
}

function asCounterexample({ before, choice, after, question }: StepOut): CounterexampleToInduction {
  const plain = (slots: Slots): Values => slots.map(({ value }) => value);
  return { before: plain(before), choice, after: plain(after), of: question.of, binding: question.binding };
}
