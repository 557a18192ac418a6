/**
 * A random search consists of numbered parts: walks, or members of a swarm. What a part does depends on the seed and
 * its number alone, so that any thread may run it. Threads take batches, which are ranges of parts, and report what
 * they came to as plain data. The reports are put together in the order of the parts, up to the first part after which
 * nothing is left to look for. So the outcome is the same however many threads there are.
 */

import type { Choices } from "../../../traces/replay/run.js";
import { type ErrorData, errorOf } from "../../errors.js";
import type { Instance } from "../../model/instance.js";
import { hasGoals } from "../../model/property.js";
import type { SymmetryInForce } from "../../symmetry/canonicalize.js";
import { whyNoFurther } from "../exhaustive/limits.js";

/** What parts have done, added up. */
export interface BatchFigures {
  /** The number of parts that were begun. */
  readonly parts: number;
  /** The number of steps on all walks; of a swarm, of transitions. */
  readonly steps: number;
  /** The number of steps on the longest walk, or on the longest way that a member has taken. */
  readonly longest: number;
  /** Swarm: the number of states; a state counts once for each member that met it. */
  readonly states: number;
  /** How many states were audited. */
  readonly audited: number;
  /** Swarm: how many members came to a limit of the engine before their own. */
  readonly limited: number;
  /** Swarm: how many members began in some of the initial states only, because an engine cannot hold all. */
  readonly drawn: number;
  /** By the action's index: how many steps were taken. */
  readonly fired: readonly number[];
}

export function noFigures(actions: number): BatchFigures {
  return {
    parts: 0,
    steps: 0,
    longest: 0,
    states: 0,
    audited: 0,
    limited: 0,
    drawn: 0,
    fired: Array<number>(actions).fill(0),
  };
}

export function sumOf(a: BatchFigures, b: BatchFigures): BatchFigures {
  return {
    parts: a.parts + b.parts,
    steps: a.steps + b.steps,
    longest: Math.max(a.longest, b.longest),
    states: a.states + b.states,
    audited: a.audited + b.audited,
    limited: a.limited + b.limited,
    drawn: a.drawn + b.drawn,
    fired: a.fired.map((times, action) => times + b.fired[action]!),
  };
}

/** A violated property, by its place among the instance's, and the run that shows it. */
export interface ViolationFound {
  readonly property: number;
  readonly choices: Choices;
}

/** What a part has found that the parts before it on the same thread had not. */
export interface Finding {
  readonly part: number;
  readonly violations: readonly ViolationFound[];
  /** The goals that were met, as `keyOfGoal` names them. */
  readonly goals: readonly string[];
  /** Why a reception that was met is impossible, if no property asks about such receptions; else undefined. */
  readonly ignoredReception: string | undefined;
  /** Whether some function has made an assertion. */
  readonly asserts: boolean;
  /** What the parts of the report up to this one, included, have done. */
  readonly figures: BatchFigures;
}

/** The report on a batch. */
export interface BatchReport {
  /** The batch has the parts from `from` up to, but not including, `to`. */
  readonly from: number;
  readonly to: number;
  readonly figures: BatchFigures;
  readonly found: readonly Finding[];
  /** The error with which a part failed, after those of `found`; undefined if none did. */
  readonly failure: ErrorData | undefined;
  /** The limit of the engine that was met, and that ends the search; undefined if none was. */
  readonly limit: string | undefined;
  readonly symmetry: SymmetryInForce;
  /** How often authors' functions were run. */
  readonly functionRuns: number;
}

/** Runs the parts of batches, one at a time. */
export interface BatchRunner {
  /** Begins a batch: the parts from `from` up to, but not including, `to`. */
  begin(from: number, to: number): void;
  /** Works until about the time `until`, by the clock of `performance.now`, and returns whether the batch is done. */
  work(until: number): boolean;
  /** Ends the part under way as it is, so that what it has found is reported. */
  abandon(): void;
  /** Returns what was done since `begin`. */
  report(): BatchReport;
  /** What was done since the runner was made. */
  readonly done: { readonly parts: number; readonly steps: number; readonly states: number };
}

export function keyOfGoal(property: number, goal: number): string {
  return `${property}.${goal}`;
}

/** Returns the names of the goals of the properties in `checked`. */
export function goalsOf(instance: Instance, checked: readonly number[]): string[] {
  return checked.flatMap((place) => {
    const property = instance.properties[place]!;
    return hasGoals(property) ? property.goals.map((_, goal) => keyOfGoal(place, goal)) : [];
  });
}

/** Puts reports together in the order of their parts. */
export class BatchMerger {
  figures: BatchFigures;
  /** By the place of a violated property: the run that shows the violation, and the part that found it. */
  readonly violated = new Map<number, { readonly part: number; readonly choices: Choices }>();
  readonly met = new Set<string>();
  symmetry: SymmetryInForce | undefined;
  ignoredReception: string | undefined;
  /** Whether some function has made an assertion. */
  asserts = false;
  /** Why nothing more is to be done; undefined if there is more. */
  ended: string | undefined;
  private next = 0;
  private readonly waiting = new Map<number, BatchReport>();
  private readonly goals: readonly string[];

  /** @param of when to end: at the first violation, if `stopAtFirst`, and after `parts` parts, which `noun` names */
  constructor(
    private readonly instance: Instance,
    private readonly checked: readonly number[],
    private readonly of: { readonly stopAtFirst: boolean; readonly parts: number; readonly noun: string },
  ) {
    this.figures = noFigures(instance.actions.length);
    this.goals = goalsOf(instance, checked);
    this.endIfDone();
  }

  /**
   * Takes `report` in once the reports on all parts before it are in.
   * @throws Error if a part has failed, once its turn comes
   */
  add(report: BatchReport): void {
    this.symmetry ??= report.symmetry;
    this.waiting.set(report.from, report);
    for (let turn = this.waiting.get(this.next); turn && !this.ended; turn = this.waiting.get(this.next)) {
      this.waiting.delete(this.next);
      this.next = turn.to;
      this.take(turn);
    }
  }

  /** Ends the search before its time, for `reason`. Reports whose turn has not come count, too. */
  end(reason: string): void {
    for (const report of [...this.waiting.values()].sort((a, b) => a.from - b.from)) if (!this.ended) this.take(report);
    this.ended ??= reason;
  }

  private take({ found, figures, failure, limit }: BatchReport): void {
    for (const each of found) {
      for (const { property, choices } of each.violations)
        if (!this.violated.has(property)) this.violated.set(property, { part: each.part, choices });
      for (const goal of each.goals) this.met.add(goal);
      this.ignoredReception ??= each.ignoredReception;
      this.asserts ||= each.asserts;
      if (this.isDecided) {
        this.figures = sumOf(this.figures, each.figures);
        this.endIfDone();
        return;
      }
    }
    this.figures = sumOf(this.figures, figures);
    if (failure) throw errorOf(failure);
    if (limit !== undefined) this.ended = limit;
    else this.endIfDone();
  }

  /** Whether nothing is left to look for. */
  private get isDecided(): boolean {
    if ((this.of.stopAtFirst && this.violated.size > 0) || this.whyNoFurther !== undefined) return true;
    // Formulas on the initial state are decided apart.
    const asked = this.checked.filter((place) => this.instance.properties[place]!.kind !== "initial");
    const open = asked.some((place) => !hasGoals(this.instance.properties[place]!) && !this.violated.has(place));
    return asked.length > 0 && !open && this.goals.every((goal) => this.met.has(goal));
  }

  private get whyNoFurther(): string | undefined {
    return whyNoFurther(this.instance, (place) => this.violated.has(place));
  }

  private endIfDone(): void {
    const { parts, noun, stopAtFirst } = this.of;
    const { whyNoFurther: why } = this;
    if (why !== undefined) this.ended = why;
    else if (stopAtFirst && this.violated.size > 0) this.ended = "stopped at the first violation";
    else if (this.isDecided) this.ended = "nothing is left to look for";
    else if (this.figures.parts >= parts) this.ended = `ended after ${parts.toLocaleString("en")} ${noun}`;
  }
}
