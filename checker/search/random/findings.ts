/** What a thread's parts have found that is new to the thread: violations, with their runs; goals. */
import { hasGoals } from "../../model/property.js";
import type { Explorer } from "../exhaustive/exhaustive-search.js";
import { auditRows } from "../verdict/audit.js";
import { choicesAlong, isDoubtful } from "../verdict/counterexample.js";
import { shortened } from "../verdict/shorten.js";
import { type Figures, type Found, keyOfGoal, type Violation } from "./batches.js";

export class News {
  readonly found: Found[] = [];
  /** The properties that were seen to be violated, by place. */
  private readonly violated = new Set<number>();
  private readonly met = new Set<string>();
  private violations: Violation[] = [];
  private runs = 0;
  private toldReception = false;

  isViolated(property: number): boolean {
    return this.violated.has(property);
  }

  /**
   * Takes in a run to a state in which, or after which, a property is violated.
   * @throws FunctionError, Disagreement if the reference semantics does not confirm it
   */
  violation(explorer: Explorer, property: number, path: readonly Uint16Array[]): void {
    if (this.violated.has(property)) return;
    this.violated.add(property);
    try {
      const choices = choicesAlong(explorer, property, shortened(explorer, path));
      this.violations.push({ property, choices });
    } catch (error) {
      // Most likely a function is at fault, and the audit names it.
      if (isDoubtful(error)) auditRows(explorer, path);
      throw error;
    }
  }

  /** A part is over. */
  endPart(explorer: Explorer, part: number, figures: () => Figures): void {
    const { violations } = this;
    const goals = this.newGoals(explorer);
    const reception = this.toldReception ? undefined : explorer.model.ignoredReception;
    if (violations.length === 0 && goals.length === 0 && reception === undefined) return;
    this.toldReception ||= reception !== undefined;
    this.violations = [];
    this.found.push({ part, violations, goals, ignoredReception: reception, figures: figures() });
  }

  /** Goals are met when functions run. */
  private newGoals({ model, instance }: Explorer): string[] {
    if (model.trees.runs === this.runs) return [];
    this.runs = model.trees.runs;
    const goals = model.asked.flatMap((place) => {
      const property = instance.properties[place]!;
      if (!hasGoals(property)) return [];
      return property.goals.flatMap((goal, i) => (model.isMet(goal) ? [keyOfGoal(place, i)] : []));
    });
    const fresh = goals.filter((goal) => !this.met.has(goal));
    for (const goal of fresh) this.met.add(goal);
    return fresh;
  }
}
