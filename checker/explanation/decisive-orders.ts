/**
 * Which orders of a run's steps decide that it violates its property. Two steps are tried in the other order: the run
 * is taken again by the reference semantics, with the earlier step held back until the later one is taken, and every
 * step as soon as it can be, in the order of the run; then the protocol comes to rest, what has waited longest first.
 * If the later step is taken, and the property is violated nowhere on that run, their order decides; the earlier step
 * may then be taken, or its guard may stay closed. The later step may also be a message that is under way, and that the
 * run does not receive. The order of two steps of the environment is not the protocol's, and is not tried.
 *
 * To take a step out of a shortest run says nothing: every step is needed, since what is left would be a shorter run
 * to a violation. Which of two steps comes first tells what the race is about.
 */
import type { DecisiveOrder, DecisiveOrders } from "../../traces/cause.js";
import type { ConcreteRun } from "../../traces/replay/run.js";
import type { Instance, Values } from "../model/instance.js";
import { renumber, successorsOf } from "../model/reference.js";
import { areAlike, EnoughTries, type Reordered, type SameStep, SameSteps } from "./same-steps.js";
import type { ViolationOf } from "./violation.js";

/** How many steps are tried in all. */
const MOST_TRIES = 60_000;

/** Two steps of a run, by their numbers. */
export type Pair = readonly [first: number, second: number];

/**
 * Finds the orders that decide.
 * @param run a run that ends in a violation, as a trace shows it
 * @param nameOf names a step that could be taken after the state of a number
 * @param asked orders that are decided besides the nearest ones, because a sentence on the race rests on them
 */
export function decisiveOrdersOf(
  instance: Instance,
  run: ConcreteRun,
  violation: ViolationOf,
  nameOf: (state: number, choice: number) => string,
  asked: readonly Pair[],
): DecisiveOrders {
  const search = new OrderSearch(instance, run, violation, nameOf);
  return search.result(asked);
}

class OrderSearch {
  private readonly same: SameSteps;
  private readonly states: readonly Values[];
  private readonly steps: readonly SameStep[];
  private readonly orders: DecisiveOrder[] = [];
  private readonly decided = new Map<string, boolean>();
  /** By number of a step: the steps that are taken without it, and whether they violate the property. */
  private readonly without = new Map<number, { taken: ReadonlySet<SameStep>; violated: boolean }>();

  constructor(
    private readonly instance: Instance,
    run: ConcreteRun,
    violation: ViolationOf,
    private readonly nameOf: (state: number, choice: number) => string,
  ) {
    this.same = new SameSteps(instance, violation, MOST_TRIES);
    this.states = run.states.map((values) => renumber(values, "in order"));
    this.steps = run.steps.map((step) => this.same.stepOf(step));
  }

  result(asked: readonly Pair[]): DecisiveOrders {
    const superfluous: number[] = [];
    let farthest: number | undefined;
    let distance = 0;
    try {
      for (const [i] of this.steps.entries()) if (this.withoutStep(i + 1).violated) superfluous.push(i + 1);
      // An order that lies within none that decides comes first, so that the nearest ones are found.
      for (distance = 1; distance <= this.steps.length; distance++) this.tryAll(distance);
      for (const pair of asked) if (!this.has(pair) && this.decides(pair)) this.add(pair, false);
    } catch (error) {
      if (!(error instanceof EnoughTries)) throw error;
      farthest = Math.max(0, distance - 1);
    }
    return { orders: this.orders, superfluous, ...(farthest === undefined ? {} : { farthest }) };
  }

  /** Tries all steps that are `distance` apart, and those that the run ends without, so near to its end. */
  private tryAll(distance: number): void {
    const last = this.steps.length;
    for (let first = 1; first + distance <= last; first++) {
      const pair = [first, first + distance] as const;
      if (!this.liesAround(pair) && this.decides(pair)) this.add(pair, true);
    }
    const first = last + 1 - distance;
    if (!this.liesAround([first, last + 1])) this.tryPending(first);
  }

  private liesAround([first, second]: Pair): boolean {
    const end = this.steps.length + 1;
    return this.orders.some((order) => first <= order.first && (order.second ?? end) <= second);
  }

  private has([first, second]: Pair): boolean {
    return this.orders.some((order) => order.first === first && order.second === second);
  }

  private add([first, second]: Pair, nearest: boolean): void {
    this.orders.push({ first, second, nearest });
  }

  /** Tells whether the order of two steps of the run decides. */
  private decides([first, second]: Pair): boolean {
    const key = `${first} ${second}`;
    const known = this.decided.get(key);
    if (known !== undefined) return known;
    const [step, until] = [this.steps[first - 1]!, this.steps[second - 1]!];
    const isOfProtocol = [step, until].some(({ action }) => action.action.environment !== true);
    const isPossible = isOfProtocol && this.withoutStep(first).taken.has(until);
    let decides = false;
    if (isPossible) {
      decides = this.endsWell(this.from(first, { step, until }), until);
    }
    this.decided.set(key, decides);
    return decides;
  }

  /** Tells whether a run took a step and, once the protocol has come to rest, has not violated the property. */
  private endsWell({ violated, taken, ends }: Reordered, step: SameStep): boolean {
    return !violated && taken.has(step) && !ends.some((values) => this.same.violatesAtRest(values));
  }

  private withoutStep(number: number) {
    const known = this.without.get(number);
    if (known !== undefined) return known;
    const found = this.from(number, { step: this.steps[number - 1]!, until: undefined });
    this.without.set(number, found);
    return found;
  }

  private from(number: number, held: { step: SameStep; until: SameStep | undefined }) {
    return this.same.take(this.states[number - 1]!, this.steps.slice(number - 1), held);
  }

  /** Tries to receive before step `first` each message that is under way then, and that the run does not receive. */
  private tryPending(first: number): void {
    const before = this.states[first - 1]!;
    const rest = this.steps.slice(first - 1);
    const isLater = (of: SameStep) => rest.some((step) => areAlike(step, of));
    const seen = new Set<string>();
    let choice = -1;
    for (const successor of successorsOf(this.instance, before)) {
      choice++;
      if (successor.next === undefined || successor.instance.takes === undefined) continue;
      const pending = this.same.stepOf(successor);
      const key = `${pending.action.index} ${pending.message}`;
      if (isLater(pending) || seen.has(key)) continue;
      seen.add(key);
      const reordered = this.same.take(before, [pending, ...rest], { step: rest[0]!, until: pending });
      if (!this.endsWell(reordered, pending)) continue;
      this.orders.push({ first, pending: this.nameOf(first - 1, choice), nearest: true });
    }
  }
}
