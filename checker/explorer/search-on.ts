/**
 * Searching on from a state: the shortest way to where a condition holds, or a property is violated. The engine
 * searches breadth first, on the same model with that state as its only initial one.
 */

import type { Trace } from "../../traces/trace.js";
import { LimitReached, UsageError } from "../errors.js";
import { Instance, type Values } from "../model/instance.js";
import type { AnyModel } from "../model/model.js";
import { hasGoals, isLiveness, isUnlisted, makeInvariant } from "../model/property.js";
import type { AnyState } from "../model/state.js";
import { Check } from "../search/check.js";
import { type Condition, parseCondition } from "./condition.js";
import type { SearchView } from "./view.js";

/** The limits of a search from a state on. */
export interface SearchLimits {
  /** The limit for the memory of the process, in bytes. */
  readonly memory: number;
  readonly maxStates?: number | undefined;
}

/** What is searched for. */
export type Wanted = { readonly condition: string } | { readonly property: string };

const GOAL = "the condition does not hold";

export class Search {
  private readonly check: Check;
  private readonly condition: Condition | undefined;
  private readonly goal: string;
  /** Says why symmetry does not reduce the search; empty if it does. */
  private readonly note: string;
  /** What the condition threw; undefined if it did not. */
  private confusion: { readonly error: unknown } | undefined;
  private over: { view: SearchView; way: Trace | undefined } | undefined;

  /**
   * Begins a search.
   * @param values the state to search on from, as the reference semantics takes it
   * @throws UsageError for a condition that cannot be read, or a property that no single state or step violates
   */
  constructor(instance: Instance, values: Values, wanted: Wanted, limits: SearchLimits) {
    this.condition = "condition" in wanted ? parseCondition(wanted.condition, instance) : undefined;
    this.goal = "condition" in wanted ? wanted.condition : `a violation of ${wanted.property}`;
    if ("property" in wanted) refuseOpen(instance, wanted.property);
    const { condition } = this;
    const names = condition?.namesMembers ?? false;
    this.note = names ? " (members are told apart, as the condition names some)" : "";
    const holds = condition && ((state: AnyState) => this.asked(condition, state));
    const from = new Instance(startingAt(instance, values, holds), instance.parameters);
    this.check = new Check(from, {
      properties: ["property" in wanted ? wanted.property : GOAL],
      receptions: false,
      symmetry: !names,
      stopAtFirst: true,
      memory: limits.memory,
      ...(limits.maxStates === undefined ? {} : { maxStates: limits.maxStates }),
    });
  }

  private asked(condition: Condition, state: AnyState): boolean {
    try {
      return condition.holds(state);
    } catch (error) {
      if (!(error instanceof LimitReached)) this.confusion ??= { error };
      throw error;
    }
  }

  /** Works for about `milliseconds`, and returns whether the search is over. */
  work(milliseconds: number): boolean {
    if (this.over === undefined && this.check.work(milliseconds)) this.end();
    return this.over !== undefined;
  }

  /** Ends the search as incomplete, if it is not over. */
  cancel(): void {
    if (this.over !== undefined) return;
    this.check.stop("it was cancelled");
    this.end();
  }

  /** The way that was found: a trace from the state on; undefined if none was. */
  get way(): Trace | undefined {
    return this.over?.way;
  }

  view(): SearchView {
    if (this.over !== undefined) return this.over.view;
    const { distinct, depth } = this.check.sample();
    return { state: "running", goal: this.goal, distinct, depth, text: `searching${this.note}` };
  }

  /** @throws what the condition threw: it makes no sense of some value, which the model is not to be blamed for */
  private end(): void {
    const { check, goal, note } = this;
    try {
      if (this.confusion !== undefined) throw this.confusion.error;
      const { properties, distinct, depth, incomplete } = check.outcome();
      const [{ verdict, trace }] = properties as [(typeof properties)[number]];
      const found = { goal, distinct, depth };
      if (verdict === "violated" && trace !== undefined) {
        const steps = trace.states.length - 1;
        const far =
          steps === 0 ? "it is so here already" : `the shortest way takes ${steps} ${steps === 1 ? "step" : "steps"}`;
        this.over = { view: { state: "found", ...found, text: far + note }, way: trace };
      } else if (verdict === "holds") {
        const unseen = this.condition?.unseen() ?? [];
        const hint = unseen.length === 0 ? "" : `; ${unseen.join("; ")}`;
        const text = `no such state can be reached from here: all ${distinct} states that can were looked at${note}${hint}`;
        this.over = { view: { state: "none", ...found, text }, way: undefined };
      } else {
        const error = properties.find(({ kind, verdict }) => isUnlisted(kind) && verdict === "violated")?.explanation;
        const why = error === undefined ? incomplete : `${incomplete}; ${error}`;
        const text = `not found, which does not mean that it cannot be reached: ${why}${note}`;
        this.over = { view: { state: "incomplete", ...found, text }, way: undefined };
      }
    } finally {
      check.close();
    }
  }
}

/**
 * Returns the model with another initial state. With a condition, its only property is that the condition never holds.
 */
function startingAt(instance: Instance, values: Values, holds: Condition["holds"] | undefined): AnyModel {
  const model: AnyModel = { ...instance.model, initial: () => [instance.stateOf(values)] };
  if (holds === undefined) return model;
  const never = makeInvariant<AnyState, Record<never, never>>({
    ...{ name: GOAL, says: "", for: {} },
    holds: (state) => !holds(state),
    explain: () => "it holds here",
  });
  return { ...model, properties: () => [never] };
}

function refuseOpen({ properties, model }: Instance, name: string): void {
  const property = properties.find((each) => each.name === name);
  if (property === undefined)
    throw new UsageError(
      `${model.name} has no property called ${name}; it has ${properties.map((each) => each.name).join(", ")}`,
    );
  if (property.kind === "initial")
    throw new UsageError(`"${name}" is asked of initial states only: popcheck check decides it`);
  if (isLiveness(property) || hasGoals(property))
    throw new UsageError(
      `"${name}" is violated by no single state or step, but by runs as a whole: popcheck check decides it`,
    );
}
