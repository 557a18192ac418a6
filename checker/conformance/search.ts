/**
 * Whether a log is a run of a model, by searching for the run.
 *
 * A state of the search is a state of the model, how far each process's log is explained, and which numbers of the log
 * the ordinals are. A step of the model explains the next events of the processes that it has events at; it is taken
 * only if it explains all that it should have logged, or if what is missing may be missing. The run is found when all
 * of the log is explained. Each state is searched from once, depth first; the step whose event stands first in the file
 * (or has the least clock) is tried first, which finds the run at once if the file is in the order of time. That order
 * and the clocks decide nothing else.
 *
 * Where a log is refused, the search has been to every state that some run reaches which explains a part of the log.
 * What a process logged fixes what it does, so that these are hardly more than the ways in which the processes' logs
 * can be cut at one time; processes that wait for each other's answers leave few. No partial order reduces them: it
 * would have to know what the steps of the others will read and write before a process takes its next step, and of a
 * plain function only what it has read in the states that were visited is known. What it reads in a state that is left
 * out can depend on a value that no visited state has, and then a run would be refused.
 */
import type { ActionInstance, Values } from "../model/bound.js";
import type { Channel } from "../model/channel.js";
import type { Instance } from "../model/instance.js";
import { type Successor, successorsOf, successorsWith } from "../model/reference.js";
import { keyOf } from "../model/value.js";
import { RECEIVE, type StepEvent, type StepEvents } from "./events.js";
import { ForeseenActions } from "./foreseen.js";
import type { LoggedEvent, PageLog } from "./log.js";
import { eventMatches, type Match, matchesOf, type Pin } from "./matching.js";
import { Numbers } from "./numbers.js";

/** How far a search goes. */
export interface ConformanceLimits {
  /** How many events of a page may be missing besides those where the log says so. */
  readonly missing: number;
  /** Whether the steps are in the order of the lines: each explains the first event that is not explained yet. */
  readonly inOrder: boolean;
  /** How many states of the search are visited. */
  readonly maxStates: number;
  /** Whether each state keeps the step that led to it. */
  readonly keepSteps: boolean;
}

/** A state of the search. */
export interface Explained {
  readonly values: Values;
  /** By slot: a number that only equal values share. */
  readonly ids: readonly number[];
  readonly numbers: Numbers;
  /** By process: how many events of its log are explained. */
  readonly positions: readonly number[];
  /** How many events of the steps are not in the log, besides those lost where the log says so. */
  readonly missing: number;
  /** How many steps led here. */
  readonly steps: number;
  /** The number of the initial state that they began in. */
  readonly initial: number;
  /** The last of them; undefined in an initial state, and if steps are not kept. */
  readonly by: TakenFrom | undefined;
}

/** A step, and the state that it was taken from. */
export interface TakenFrom {
  readonly from: Explained;
  readonly successor: Successor;
}

/** What a search came to. */
export interface SearchResult {
  readonly verdict: "run" | "no run" | "undecided";
  /** The state in which most events are explained: all of them, if the log is a run. */
  readonly best: Explained;
  /** How many states were visited. */
  readonly states: number;
}

/** A step that is to be tried. The state that it leads to is made when it is its turn: most steps are never tried. */
interface Tried {
  readonly from: Explained;
  readonly action: ActionInstance;
  readonly message: unknown;
  /** Which of the successors that the action makes with the message. */
  readonly nth: number;
  readonly match: Explanation;
  /** Its place in the order of trying. */
  readonly place: number;
}

/** The search for a run that explains what was logged of one page. */
export class ConformanceSearch {
  private readonly visited = new Map<string, number>();
  private readonly shared = new SharedValues();
  private readonly indexOf: ReadonlyMap<string, number>;
  private readonly foreseen: ForeseenActions;

  constructor(
    private readonly instance: Instance,
    private readonly events: StepEvents,
    private readonly log: PageLog,
    private readonly unlogged: ReadonlySet<string>,
    private readonly limits: ConformanceLimits,
  ) {
    this.foreseen = new ForeseenActions(instance, events);
    this.indexOf = new Map(log.processes.map(({ process }, i) => [process, i]));
  }

  run(): SearchResult {
    const total = this.log.processes.reduce((sum, { events }) => sum + events.length, 0);
    const positions = this.log.processes.map(() => 0);
    const initial = this.instance.initial.map((values, initial): Explained => {
      const numbered = Numbers.initial(values);
      const shared = this.shared.all(numbered.values);
      return { ...numbered, ...shared, positions, missing: 0, steps: 0, initial, by: undefined };
    });
    const stack: Tried[] = [];
    let best = initial[0]!;
    let state: Explained | undefined = best;
    for (let i = 1; state !== undefined; ) {
      if (this.isNew(state)) {
        if (explainedIn(state) > explainedIn(best)) best = state;
        if (explainedIn(state) === total) return { verdict: "run", best: state, states: this.visited.size };
        if (this.visited.size >= this.limits.maxStates)
          return { verdict: "undecided", best, states: this.visited.size };
        const tried = this.stepsFrom(state);
        // The last one is taken from the stack first.
        tried.sort((a, b) => b.match.missing - a.match.missing || b.place - a.place);
        for (const step of tried) stack.push(step);
      }
      const step = stack.pop();
      state = step === undefined ? initial[i++] : this.take(step);
    }
    return { verdict: "no run", best, states: this.visited.size };
  }

  /** Returns the state that a step leads to. */
  private take({ from, action, message, nth, match }: Tried): Explained {
    const successor = [...successorsWith(this.instance, from.values, action, message)][nth]!;
    const { values, numbers } = from.numbers.after(from.values, successor.next!, successor.written, match.pins)!;
    return {
      ...this.shared.all(values),
      numbers,
      positions: match.positions,
      missing: from.missing + match.missing,
      steps: from.steps + 1,
      initial: from.initial,
      by: this.limits.keepSteps ? { from, successor } : undefined,
    };
  }

  /** Whether a state was not visited with as few missing events. */
  private isNew({ ids, numbers, positions, missing }: Explained): boolean {
    const key = `${ids.join()}|${positions.join()}|${numbers.key}`;
    const least = this.visited.get(key);
    if (least !== undefined && least <= missing) return false;
    this.visited.set(key, missing);
    return true;
  }

  private nextOf(process: number, { positions }: Explained): LoggedEvent | undefined {
    return this.log.processes[process]!.events[positions[process]!];
  }

  private stepsFrom(state: Explained): Tried[] {
    const tried: Tried[] = [];
    const first = this.limits.inOrder ? this.firstLine(state) : undefined;
    let last: Successor | undefined;
    let nth = 0;
    for (const successor of this.successorsOf(state)) {
      const { instance: action, message, next, written } = successor;
      nth = last?.instance === action && last.message === message ? nth + 1 : 0;
      last = successor;
      if (next === undefined) continue;
      for (const match of this.explainedBy(successor, state)) {
        if (first !== undefined && !this.mayBeNext(state, match.positions, first)) continue;
        if (state.numbers.after(state.values, next, written, match.pins) === undefined) continue;
        tried.push({ from: state, action, message, nth, match, place: this.placeOf(state, match.positions) });
      }
    }
    return tried;
  }

  /** Returns the line of the first event that is not explained. */
  private firstLine(state: Explained): number {
    return Math.min(...this.log.processes.map((_, i) => this.nextOf(i, state)?.line ?? Number.POSITIVE_INFINITY));
  }

  /** Whether a step explains the event in line `first`, or none. */
  private mayBeNext(state: Explained, positions: readonly number[], first: number): boolean {
    const isMoved = (position: number, process: number) => position !== state.positions[process];
    return (
      !positions.some(isMoved) ||
      positions.some((position, i) => isMoved(position, i) && this.nextOf(i, state)!.line === first)
    );
  }

  /** Returns the clock, or else the line, of the first event that a step explains: infinity if it explains none. */
  private placeOf(state: Explained, positions: readonly number[]): number {
    let place = Number.POSITIVE_INFINITY;
    positions.forEach((position, process) => {
      if (position === state.positions[process]) return;
      const { clock, line } = this.nextOf(process, state)!;
      place = Math.min(place, clock ?? line);
    });
    return place;
  }

  /** Yields the successors of a state, but for those that are certain to explain nothing of the log. */
  private *successorsOf(state: Explained): Generator<Successor> {
    const { instance, limits, log, unlogged } = this;
    const mayMiss =
      state.missing < limits.missing || log.processes.some(({ gaps }, i) => gaps.has(state.positions[i]!));
    if (mayMiss) {
      yield* successorsOf(instance, state.values);
      return;
    }
    const heads = new Set(log.processes.map((_, i) => this.nextOf(i, state)?.event));
    const isNext = (event: string) => heads.has(event) || unlogged.has(event);
    for (const action of instance.actions) {
      if (action.takes !== undefined) {
        for (const message of (state.values[action.takes] as Channel<unknown>).takeable())
          if (this.mayReceive(action, message, state)) yield* successorsWith(instance, state.values, action, message);
      } else if (isNext(action.action.name) || this.foreseen.actsOtherwise(action, state.values, state.ids)) {
        yield* successorsWith(instance, state.values, action, undefined);
      }
    }
  }

  /** Whether the next event of a message's receiver can be that it receives the message. */
  private mayReceive({ takes }: ActionInstance, message: unknown, state: Explained): boolean {
    if (this.unlogged.has(RECEIVE)) return true;
    const { from, to } = this.events.endsIn(takes!, message);
    const process = to === undefined ? undefined : this.indexOf.get(to);
    if (process === undefined) return true;
    const next = this.nextOf(process, state);
    const received = { process: to!, event: RECEIVE, ...(from !== undefined && { from }), message };
    return next !== undefined && eventMatches(received, next).length > 0;
  }

  /** Returns the ways in which a step explains the next events of the log. */
  private explainedBy(successor: Successor, state: Explained): Explanation[] {
    const { log, unlogged, limits } = this;
    const byProcess = new Map<number, StepEvent[]>();
    for (const event of this.events.of(state.values, successor)) {
      const process = this.indexOf.get(event.process);
      // Nobody logs what is no process's event.
      if (process === undefined || unlogged.has(event.event)) continue;
      byProcess.set(process, [...(byProcess.get(process) ?? []), event]);
    }
    let ways: Explanation[] = [{ positions: state.positions, pins: [], missing: 0 }];
    for (const [process, events] of byProcess) {
      ways = ways.flatMap(({ positions, pins, missing }) => {
        const left = limits.missing - state.missing - missing;
        return matchesOf(events, log.processes[process]!, positions[process]!, left).map(
          (match: Match): Explanation => ({
            positions: positions.map((position, i) => (i === process ? match.position : position)),
            pins: [...pins, ...match.pins],
            missing: missing + match.missing,
          }),
        );
      });
    }
    return ways;
  }
}

/** A way in which a step explains events of the log. */
interface Explanation {
  readonly positions: readonly number[];
  readonly pins: readonly Pin[];
  readonly missing: number;
}

/** Returns how many events are explained. */
export function explainedIn({ positions }: Explained): number {
  return positions.reduce((sum, position) => sum + position, 0);
}

/** A value that is shared by all states that hold an equal one. */
interface Shared {
  readonly id: number;
  readonly value: unknown;
}

/** The values that states hold: equal ones are one object, and have one number. */
class SharedValues {
  private readonly byKey = new Map<string, Shared>();
  private readonly byObject = new WeakMap<object, Shared>();

  /** Returns the values of a state as they are shared, and their numbers. */
  all(values: Values): Pick<Explained, "values" | "ids"> {
    const shared = values.map((value) => this.of(value));
    return { values: shared.map(({ value }) => value), ids: shared.map(({ id }) => id) };
  }

  private of(value: unknown): Shared {
    const object = typeof value === "object" && value !== null ? value : undefined;
    const known = object && this.byObject.get(object);
    if (known !== undefined) return known;
    const key = keyOf(value);
    let shared = this.byKey.get(key);
    if (shared === undefined) {
      shared = { id: this.byKey.size, value };
      this.byKey.set(key, shared);
    }
    if (object) this.byObject.set(object, shared);
    return shared;
  }
}
