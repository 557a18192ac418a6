/** What a thread's parts have found that is new to the thread: violations with their runs, and goals. */
import type { Values } from "../../model/instance.js";
import { hasGoals } from "../../model/property.js";
import type { Inspector } from "../engine/inspector.js";
import type { ObservedModel } from "../engine/observed-model.js";
import type { RenewableEngine } from "../engine/renewable-engine.js";
import { auditStates } from "../verdict/audit.js";
import { choicesAlong, isDoubtful, statesAlong } from "../verdict/counterexample.js";
import { shortened } from "../verdict/shorten.js";
import { type BatchFigures, type Finding, keyOfGoal, type ViolationFound } from "./batches.js";

export class Findings {
  readonly found: Finding[] = [];
  /** The places of the properties whose violation was found. */
  readonly violated = new Set<number>();
  private readonly met = new Set<string>();
  private violations: ViolationFound[] = [];
  /** The goals, and the ignored reception, that the part under way has met as the first. */
  private goals: string[] = [];
  private reception: string | undefined;
  private receptionReported = false;
  /** Whether the part under way has made the first assertion. */
  private asserts = false;
  private assertionReported = false;
  /** The model whose goals were looked at last, and how often its functions had been run then. */
  private seen: { readonly model: ObservedModel; readonly runs: number } | undefined;

  /**
   * Takes in a run to a state in which, or in a step from which, a property is violated.
   * @param path the canonical states of the run
   * @throws FunctionError if a function is found to be at fault
   * @throws Disagreement if the reference semantics does not confirm the violation
   * @throws LimitReached if one step of the run has more values than an engine can hold
   */
  violation(engine: RenewableEngine, property: number, path: readonly Values[]): void {
    if (this.violated.has(property)) return;
    this.violated.add(property);
    try {
      const choices = choicesAlong(statesAlong(engine, shortened(engine, path)), property);
      this.violations.push({ property, choices });
    } catch (error) {
      // Most likely a function is at fault: then the audit throws an error that names it.
      if (isDoubtful(error)) auditStates(engine, path);
      throw error;
    }
  }

  /**
   * Ends a part, and enters what it has found, if anything.
   * @param figures returns what the parts of the batch up to this one have done
   */
  endPart(inspector: Inspector, part: number, figures: () => BatchFigures): void {
    this.collect(inspector);
    const { violations, goals, reception, asserts } = this;
    if (violations.length === 0 && goals.length === 0 && reception === undefined && !asserts) return;
    this.violations = [];
    this.goals = [];
    this.reception = undefined;
    this.asserts = false;
    this.found.push({ part, violations, goals, ignoredReception: reception, asserts, figures: figures() });
  }

  /** Notes what the part under way has met so far. Goals are met only when functions run. */
  collect({ model, instance }: Inspector): void {
    const { runs } = model.trees;
    if (this.seen?.model === model && this.seen.runs === runs) return;
    this.seen = { model, runs };
    if (!this.receptionReported && model.ignoredReception !== undefined) {
      this.receptionReported = true;
      this.reception = model.ignoredReception;
    }
    if (!this.assertionReported && model.trees.asserts) {
      this.assertionReported = true;
      this.asserts = true;
    }
    for (const place of model.checked) {
      const property = instance.properties[place]!;
      if (!hasGoals(property)) continue;
      property.goals.forEach((goal, i) => {
        const key = keyOfGoal(place, i);
        if (this.met.has(key) || !model.isMet(goal)) return;
        this.met.add(key);
        this.goals.push(key);
      });
    }
  }
}
