/**
 * The time stamps of the writes under way on a page. A model leaves open how a new stamp compares with those of others;
 * in a run the clocks of the processes say it.
 */
import type { Dice } from "../search/random/dice.js";
import { type Clock, readingOf } from "./clocks.js";
import type { PageGraph, PageStep } from "./page-graph.js";

export class StampedWrites {
  /** By process: what its clock showed when the write under way got its stamp. */
  private readonly readings: number[];

  constructor(
    private readonly graph: PageGraph,
    private readonly clocks: readonly Clock[],
  ) {
    this.readings = clocks.map(() => Number.NaN);
  }

  /** Notes the stamps that a step gives. */
  note({ before, after }: PageStep, now: number): void {
    if (this.graph.driven.accesses.stamp === undefined) return;
    this.clocks.forEach((clock, at) => {
      const isNew = this.graph.stampOf(before, at) === null && this.graph.stampOf(after, at) !== null;
      if (isNew) this.readings[at] = readingOf(clock, now);
    });
  }

  /** Chooses among steps: those whose stamps agree best with the clocks, and one of these by chance. */
  chosen(steps: readonly PageStep[], now: number, dice: Dice): PageStep {
    if (steps.length === 1) return steps[0]!;
    const wrong = steps.map((step) => this.disagreements(step, now));
    const least = Math.min(...wrong);
    const best = steps.filter((_, i) => wrong[i] === least);
    return best[dice.below(best.length)]!;
  }

  /** For how many pairs of processes the stamps that a step gives are not in the order of the clocks. */
  private disagreements({ before, after }: PageStep, now: number): number {
    const { graph, clocks } = this;
    if (graph.driven.accesses.stamp === undefined) return 0;
    const stamps = clocks.map((_, at) => graph.stampOf(after, at));
    const isNew = stamps.map((stamp, at) => stamp !== null && graph.stampOf(before, at) === null);
    const readings = clocks.map((clock, at) => (isNew[at] ? readingOf(clock, now) : this.readings[at]!));
    let wrong = 0;
    stamps.forEach((stamp, at) => {
      if (!isNew[at]) return;
      stamps.forEach((other, index) => {
        if (other === null || index === at) return;
        const byClocks = readings[at]! - readings[index]!;
        // Equal readings give one stamp where a model knows ties; else the lower index goes first.
        if (byClocks === 0 && stamp === other) return;
        const isAfter = byClocks === 0 ? at > index : byClocks > 0;
        if (isAfter ? !stamp!.isAfter(other) : !stamp!.isBefore(other)) wrong++;
      });
    });
    return wrong;
  }
}
