/** Counts the states that have something, each once, and the steps that are made there. */
import type { CoveredSteps } from "./coverage.js";

export class Counter {
  private states = 0;
  private steps = 0;
  private depth: number | undefined;
  /** The number of the state that was counted last. */
  private last = -1;

  /**
   * Counts a state, unless it is the one that was counted last, and adds steps.
   * @param state the number of the state among those that are counted
   * @param depth its depth; undefined if that is not known
   */
  note(state: number, depth: number | undefined, steps = 0): void {
    this.steps += steps;
    if (this.last === state) return;
    this.last = state;
    this.states++;
    if (depth !== undefined && (this.depth === undefined || depth < this.depth)) this.depth = depth;
  }

  get covered(): CoveredSteps {
    const { states, steps, depth = null } = this;
    return { states, depth, steps };
  }
}
