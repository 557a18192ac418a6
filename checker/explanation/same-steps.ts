/**
 * The steps of a run, taken again in another order. A step is the same in another state if it is of the same action
 * with the same binding, and receives the same message up to the numbers of ordinals. Where an action is
 * nondeterministic there and no result changes the same places to the same values, every result is followed.
 */
import type { Channel } from "../model/channel.js";
import type { ActionInstance, Instance, Values } from "../model/instance.js";
import { renumber, type Successor, successorsBy, successorsWith } from "../model/reference.js";
import { keyOf, mapValue } from "../model/value.js";
import type { ViolationOf } from "./violation.js";

/** A step of a run, or one that the run could have taken. */
export interface SameStep {
  readonly action: ActionInstance;
  /** The message that it receives, as a key without the numbers of ordinals; undefined if it receives none. */
  readonly message: string | undefined;
  /** The places that it wrote, each with what it wrote, without the numbers of ordinals. */
  readonly wrote: string;
}

/** How a run went in which steps were taken in another order. */
export interface Reordered {
  /** Whether some way of it violates the property. */
  readonly violated: boolean;
  /** The steps that were taken, whatever way the run went. */
  readonly taken: ReadonlySet<SameStep>;
  /** The states that the ways end in; not all, if one of them violates the property. */
  readonly ends: readonly Values[];
}

/** The most steps that are taken to let the protocol come to rest. */
const MOST_TO_REST = 200;

/** Tells whether two steps of a run are of the same action, and receive messages that look alike. */
export function areAlike(one: SameStep, other: SameStep): boolean {
  return one.action === other.action && one.message === other.message;
}

/** The search for decisive orders has run as many functions as it may. */
export class EnoughTries extends Error {}

/** Takes steps of a run again. */
export class SameSteps {
  /** How many steps were tried so far. */
  tries = 0;

  /** @param most how many steps may be tried in all */
  constructor(
    private readonly instance: Instance,
    private readonly violation: ViolationOf,
    private readonly most: number,
  ) {}

  /** Returns a step as it is recognized in other states. */
  stepOf({ instance: action, message, written, next }: Successor): SameStep {
    return {
      action,
      message: action.takes === undefined ? undefined : withoutNumbers(message),
      wrote: wroteOf(written, next),
    };
  }

  /**
   * Takes `steps` from a state on: again and again the first one that can be taken and is not held back, until there
   * is none.
   * @param held a step that is not taken, nor another one that looks like it, until another one was
   * @throws EnoughTries if that takes too many tries
   */
  take(values: Values, steps: readonly SameStep[], held?: { step: SameStep; until: SameStep | undefined }): Reordered {
    const taken = new Set<SameStep>();
    const ends: Values[] = [];
    const ways: { values: Values; steps: readonly SameStep[]; isHeld: boolean }[] = [
      { values, steps, isHeld: held !== undefined },
    ];
    while (ways.length > 0) {
      const way = ways.pop()!;
      const found = this.firstTakeable(
        way.values,
        way.isHeld ? way.steps.filter((step) => !areAlike(step, held!.step)) : way.steps,
      );
      const endsHere = found === undefined || found.step.action.action.environment === true;
      if (endsHere && this.violation.isDeadlock(way.values)) return { violated: true, taken, ends };
      if (found === undefined) {
        ends.push(way.values);
        continue;
      }
      const { step, successors } = found;
      taken.add(step);
      for (const successor of successors) {
        if (this.violation.byStep(successor)) return { violated: true, taken, ends };
        if (successor.next === undefined) continue;
        const next = renumber(successor.next, "in order");
        if (this.violation.inState(next)) return { violated: true, taken, ends };
        const isHeld = way.isHeld && step !== held!.until;
        ways.push({ values: next, steps: way.steps.filter((other) => other !== step), isHeld });
      }
    }
    return { violated: false, taken, ends };
  }

  /**
   * Lets the protocol come to rest: takes steps that are none of the environment, again and again the one that can be
   * taken for the longest time. Returns whether that violates the property.
   * @throws EnoughTries if that takes too many tries
   */
  violatesAtRest(from: Values): boolean {
    let values = from;
    let waiting: readonly string[] = [];
    for (let steps = 0; steps < MOST_TO_REST; steps++) {
      const enabled = new Map<string, Successor>();
      for (const action of this.instance.actions) {
        if (action.action.environment) continue;
        if (++this.tries > this.most) throw new EnoughTries();
        for (const successor of successorsBy(this.instance, values, action)) {
          const { next, message } = successor;
          const key = `${action.index} ${action.takes === undefined ? "" : withoutNumbers(message)}`;
          if ((next !== undefined || this.violation.byStep(successor)) && !enabled.has(key))
            enabled.set(key, successor);
        }
      }
      waiting = [
        ...waiting.filter((key) => enabled.has(key)),
        ...[...enabled.keys()].filter((key) => !waiting.includes(key)),
      ];
      const [first] = waiting;
      if (first === undefined) return this.violation.isDeadlock(values);
      const successor = enabled.get(first)!;
      waiting = waiting.slice(1);
      if (this.violation.byStep(successor)) return true;
      values = renumber(successor.next!, "in order");
      if (this.violation.inState(values)) return true;
    }
    return false;
  }

  private firstTakeable(values: Values, steps: readonly SameStep[]) {
    for (const step of steps) {
      const successors = this.successorsBy(values, step);
      if (successors.length > 0) return { step, successors };
    }
    return undefined;
  }

  /** Returns what a step comes to in a state: nothing if it cannot be taken there, and is no violation either. */
  successorsBy(values: Values, { action, message, wrote }: SameStep): Successor[] {
    if (++this.tries > this.most) throw new EnoughTries();
    const messages = action.takes === undefined ? [undefined] : (values[action.takes] as Channel<unknown>).takeable();
    const same = messages.find((of) => message === undefined || withoutNumbers(of) === message);
    if (action.takes !== undefined && same === undefined) return [];
    const successors = [...successorsWith(this.instance, values, action, same)].filter(
      (successor) => successor.next !== undefined || this.violation.byStep(successor),
    );
    const alike = successors.filter(({ written, next }) => wroteOf(written, next) === wrote);
    return alike.length > 0 ? alike : successors;
  }
}

function wroteOf(written: ReadonlySet<number>, next: Values | undefined): string {
  if (next === undefined) return "";
  return [...written]
    .sort((a, b) => a - b)
    .map((slot) => `${slot} ${withoutNumbers(next[slot])}`)
    .join(";");
}

/** Returns a key of a value in which all values of an ordinal are the same. */
function withoutNumbers(value: unknown): string {
  const same = mapValue(value, {
    ordinal: ({ ordinal }) => ordinal.at(1),
    floor: ({ ordinal }) => ordinal.floorAt(1),
  });
  return keyOf(same);
}
