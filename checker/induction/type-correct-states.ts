/**
 * The type-correct states of a model that satisfy some invariants: every combination of values that places may hold, in
 * the order of their weight, so that those with the fewest differences from the initial state come first. An invariant
 * is asked as soon as all that it reads is set; a beginning that violates one is not gone on from.
 */
import type { InternedValue } from "../learned/interned-values.js";
import type { Instance } from "../model/instance.js";
import type { Invariant } from "../model/property.js";
import type { AnyState } from "../model/state.js";
import type { Dice } from "../search/random/dice.js";
import type { Domain } from "./domains.js";
import type { LearnedSteps, Question, Slots } from "./learned-steps.js";

/** How many states, and beginnings of states, are looked at between two pauses. */
const BETWEEN_PAUSES = 256;

/** Thrown to leave a function that reads a slot which is not set yet. */
const POSTPONED = { slot: -1 };

export class TypeCorrectStates {
  /** How many states, and beginnings of states, were looked at. */
  lookedAt = 0;
  /** How many states, or beginnings of states, an invariant threw in; they do not satisfy it. */
  threw = 0;
  private readonly questions: readonly Question[];
  private readonly values: InternedValue[];
  private assigned = 0;
  /** The slot that a function has asked for before it was set; -1 if none was. */
  private missing = -1;
  private readonly state: AnyState;
  /** By slot: the questions that wait for its value. */
  private readonly waiting: Question[][];
  /** By slot: the greatest weight that the slots from it on can have together. */
  private readonly mostFrom: readonly number[];
  /** The states that were met, if several combinations may mean the same state. */
  private readonly met: Set<string> | undefined;
  /** By slot: by weight, the values of its domain. */
  private readonly internedOf: readonly (readonly InternedValue[] | undefined)[][];

  /**
   * @param invariants what the states satisfy
   * @param most how many states, or beginnings of states, are looked at
   */
  constructor(
    instance: Instance,
    private readonly learned: LearnedSteps,
    private readonly domains: readonly Domain[],
    invariants: readonly Invariant<AnyState>[],
    private readonly most: number,
  ) {
    this.questions = invariants.flatMap((of) => learned.questionsOf(of));
    this.values = [];
    this.internedOf = domains.map(() => []);
    this.waiting = domains.map(() => []);
    const mostFrom = [0];
    for (const { most } of domains.toReversed()) mostFrom.unshift(mostFrom[0]! + most);
    this.mostFrom = mostFrom;
    this.met = instance.ordinals.length === 0 ? undefined : new Set();
    this.state = instance.stateOver({
      read: (slot) => {
        if (slot < this.assigned) return this.values[slot]!.value;
        this.missing = slot;
        throw POSTPONED;
      },
    });
  }

  /** The greatest weight of a state. */
  get mostWeight(): number {
    return this.mostFrom[0]!;
  }

  /** The number of type-correct states, whatever they satisfy; those that differ in ordinals alone are several. */
  get size(): bigint {
    let size = 1n;
    for (const domain of this.domains) {
      let values = 0n;
      for (let weight = 0; weight <= domain.most; weight++) values += BigInt(domain.countAt(weight));
      size *= values;
    }
    return size;
  }

  /**
   * Yields each state of a weight that satisfies the invariants, and undefined where it pauses. Returns whether it has
   * come to the end; if not, as many states were looked at as may be.
   */
  *ofWeight(weight: number): Generator<Slots | undefined, boolean> {
    this.assigned = 0;
    for (const waiting of this.waiting) waiting.length = 0;
    const entered: number[] = [];
    if (!this.askAll(this.questions, entered)) return true;
    return yield* this.assign(0, weight);
  }

  private *assign(slot: number, left: number): Generator<Slots | undefined, boolean> {
    const { domains, values, waiting } = this;
    if (slot === domains.length) {
      const state = this.metFirst(values.slice());
      if (state !== undefined) yield state;
      return true;
    }
    const least = Math.max(0, left - this.mostFrom[slot + 1]!);
    for (let weight = least; weight <= Math.min(left, domains[slot]!.most); weight++) {
      for (const value of this.valuesAt(slot, weight)) {
        if (this.lookedAt >= this.most) return false;
        this.lookedAt++;
        if (this.lookedAt % BETWEEN_PAUSES === 0) yield undefined;
        values[slot] = value;
        this.assigned = slot + 1;
        const entered: number[] = [];
        const isOpen = this.askAll(waiting[slot]!, entered);
        const goesOn = !isOpen || (yield* this.assign(slot + 1, left - weight));
        for (const at of entered) waiting[at]!.pop();
        if (!goesOn) return false;
      }
    }
    return true;
  }

  /** Returns the values of a weight that a slot may hold. */
  valuesAt(slot: number, weight: number): readonly InternedValue[] {
    const known = this.internedOf[slot]!;
    known[weight] ??= this.learned.slotsOf(this.domains[slot]!.at(weight));
    return known[weight];
  }

  /** Asks questions. @param entered gets the slots that some of them wait for now @returns whether none is false */
  private askAll(questions: readonly Question[], entered: number[]): boolean {
    for (const question of questions) {
      const answer = this.ask(question);
      if (answer === false) return false;
      if (answer === true) continue;
      this.waiting[answer]!.push(question);
      entered.push(answer);
    }
    return true;
  }

  /** Returns whether the invariant holds, or the slot that it has to be asked again with. */
  private ask({ of, binding }: Question): boolean | number {
    this.missing = -1;
    let holds = false;
    try {
      holds = of.holds(this.state, binding);
    } catch {
      if (this.missing < 0) this.threw++;
    }
    return this.missing < 0 ? holds : this.missing;
  }

  /** Returns a state that was drawn, each as likely as the others; undefined if it does not satisfy the invariants. */
  drawn(dice: Dice): Slots | undefined {
    const slots = this.plain(this.learned.slotsOf(this.domains.map((domain) => domain.draw(dice))));
    return this.satisfies(slots) ? slots : undefined;
  }

  /** Tells whether a state satisfies the invariants; one that throws does not hold. */
  satisfies(slots: Slots): boolean {
    return this.questions.every(({ holds }) => holds.in(slots));
  }

  /** Returns the state as the reference semantics takes it. */
  plain(slots: Slots): Slots {
    return this.met === undefined ? slots : this.learned.renumbered(slots);
  }

  /** Returns the state as the reference semantics takes it, if it was not met before and satisfies the invariants. */
  private metFirst(slots: Slots): Slots | undefined {
    if (this.met === undefined) return slots;
    const plain = this.plain(slots);
    const key = String.fromCharCode(...plain.flatMap(({ id }) => [id & 0xffff, id >>> 16]));
    if (this.met.has(key)) return undefined;
    this.met.add(key);
    // Numbers of ordinals mean nothing to an invariant, unless it is wrong about what an ordinal keeps.
    return this.satisfies(plain) ? plain : undefined;
  }
}
