/** What a thread's parts have found that is new to the thread: violations with their runs, and goals. */
import { hasGoals } from "../../model/property.js";
import type { Inspector } from "../engine/inspector.js";
import { auditRows } from "../verdict/audit.js";
import { choicesAlong, isDoubtful } from "../verdict/counterexample.js";
import { shortened } from "../verdict/shorten.js";
import { type BatchFigures, type Finding, keyOfGoal, type ViolationFound } from "./batches.js";

export class Findings {
  readonly found: Finding[] = [];
  /** The places of the properties whose violation was found. */
  private readonly violated = new Set<number>();
  private readonly met = new Set<string>();
  private violations: ViolationFound[] = [];
  private runs = 0;
  private receptionReported = false;

  isViolated(property: number): boolean {
    return this.violated.has(property);
  }

  /**
   * Takes in a run to a state in which, or in a step from which, a property is violated.
   * @param path the canonical rows of the run
   * @throws FunctionError if a function is found to be at fault
   * @throws Disagreement if the reference semantics does not confirm the violation
   */
  violation(inspector: Inspector, property: number, path: readonly Uint16Array[]): void {
    if (this.violated.has(property)) return;
    this.violated.add(property);
    try {
      const choices = choicesAlong(inspector, property, shortened(inspector, path));
      this.violations.push({ property, choices });
    } catch (error) {
      // Most likely a function is at fault: then the audit throws an error that names it.
      if (isDoubtful(error)) auditRows(inspector, path);
      throw error;
    }
  }

  /**
   * Ends a part, and enters what it has found, if anything.
   * @param figures returns what the parts of the batch up to this one have done
   */
  endPart(inspector: Inspector, part: number, figures: () => BatchFigures): void {
    const { violations } = this;
    const goals = this.newGoals(inspector);
    const reception = this.receptionReported ? undefined : inspector.model.ignoredReception;
    if (violations.length === 0 && goals.length === 0 && reception === undefined) return;
    this.receptionReported ||= reception !== undefined;
    this.violations = [];
    this.found.push({ part, violations, goals, ignoredReception: reception, figures: figures() });
  }

  /** Returns the goals that were met for the first time. Goals are met only when functions run. */
  private newGoals({ model, instance }: Inspector): string[] {
    if (model.trees.runs === this.runs) return [];
    this.runs = model.trees.runs;
    const goals = model.checked.flatMap((place) => {
      const property = instance.properties[place]!;
      if (!hasGoals(property)) return [];
      return property.goals.flatMap((goal, i) => (model.isMet(goal) ? [keyOfGoal(place, i)] : []));
    });
    const fresh = goals.filter((goal) => !this.met.has(goal));
    for (const goal of fresh) this.met.add(goal);
    return fresh;
  }
}
