/** What a thread's parts have found that is new to the thread: violations, with their runs; goals. */
import { hasGoals } from "../../model/property.js";
import type { Inspector } from "../engine/inspector.js";
import { auditRows } from "../verdict/audit.js";
import { choicesAlong, isDoubtful } from "../verdict/counterexample.js";
import { shortened } from "../verdict/shorten.js";
import { type BatchFigures, type Finding, keyOfGoal, type ViolationFound } from "./batches.js";

export class Findings {
  readonly found: Finding[] = [];
  /** The properties that were seen to be violated, by place. */
  private readonly violated = new Set<number>();
  private readonly met = new Set<string>();
  private violations: ViolationFound[] = [];
  private runs = 0;
  private toldReception = false;

  isViolated(property: number): boolean {
    return this.violated.has(property);
  }

  /**
   * Takes in a run to a state in which, or after which, a property is violated.
   * @throws FunctionError, Disagreement if the reference semantics does not confirm it
   */
  violation(inspector: Inspector, property: number, path: readonly Uint16Array[]): void {
    if (this.violated.has(property)) return;
    this.violated.add(property);
    try {
      const choices = choicesAlong(inspector, property, shortened(inspector, path));
      this.violations.push({ property, choices });
    } catch (error) {
      // Most likely a function is at fault, and the audit names it.
      if (isDoubtful(error)) auditRows(inspector, path);
      throw error;
    }
  }

  /** A part is over. */
  endPart(inspector: Inspector, part: number, figures: () => BatchFigures): void {
    const { violations } = this;
    const goals = this.newGoals(inspector);
    const reception = this.toldReception ? undefined : inspector.model.ignoredReception;
    if (violations.length === 0 && goals.length === 0 && reception === undefined) return;
    this.toldReception ||= reception !== undefined;
    this.violations = [];
    this.found.push({ part, violations, goals, ignoredReception: reception, figures: figures() });
  }

  /** Goals are met when functions run. */
  private newGoals({ model, instance }: Inspector): string[] {
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
