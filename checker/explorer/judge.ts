/**
 * The properties of a model in the state that a walk is in and in the step that led there, by the reference semantics.
 */
import { evidenceOf, explanationOf } from "../../traces/replay/evidence.js";
import type { ConcreteRun } from "../../traces/replay/run.js";
import { Thrown } from "../errors.js";
import { type Instance, namesIn } from "../model/instance.js";
import {
  type Goal,
  hasGoals,
  isLiveness,
  type Liveness,
  type Property,
  type Reachable,
  UNLISTED,
} from "../model/property.js";
import type { AnyState } from "../model/state.js";
import { attempt, told } from "../model/thrown.js";
import type { Judgement } from "./view.js";

/**
 * Judges every property at the end of a run. If a function throws there, or an assertion in it fails, its property is
 * open, and the one that none does is violated.
 */
export function judge(instance: Instance, run: ConcreteRun): Judgement[] {
  const judged = instance.properties.map((property): Judgement => {
    const { name, kind, says } = property;
    const judgement = attempt(
      () => `property "${name}"`,
      () => judgeOne(instance, property, run),
    );
    return {
      name,
      kind,
      says,
      ...(judgement instanceof Thrown ? { verdict: "open", text: told(judgement) } : judgement),
    };
  });
  const unlisted = UNLISTED.flatMap((property): Judgement[] => {
    const text = evidenceOf(instance, property, run);
    return text === undefined ? [] : [{ ...property, verdict: "violated", text }];
  });
  return [...judged, ...unlisted];
}

function judgeOne(
  instance: Instance,
  property: Property<AnyState>,
  run: ConcreteRun,
): Pick<Judgement, "verdict" | "text"> {
  if (isLiveness(property)) return { verdict: "open", text: waiting(instance, property, lastOf(instance, run)) };
  if (hasGoals(property)) return { verdict: "open", text: reached(instance, property, run) };
  const evidence = evidenceOf(instance, property, run);
  return evidence === undefined ? { verdict: "holds", text: "" } : { verdict: "violated", text: evidence };
}

function lastOf(instance: Instance, { states }: ConcreteRun): AnyState {
  return instance.stateOf(states[states.length - 1]!);
}

/** Says of a liveness property for which bindings it is due in a state. */
function waiting(instance: Instance, property: Liveness<AnyState>, state: AnyState): string {
  const due = instance
    .bindings(property.domains)
    .filter((binding) => !property.holds(state, binding) && (property.from?.(state, binding) ?? true))
    .map((binding) => {
      const names = Object.values(namesIn(binding)).join(", ");
      return property.from === undefined
        ? names || "not here"
        : explanationOf(property.name, () => property.explain(state, binding));
    });
  if (property.from !== undefined) return due.length === 0 ? "nobody waits here" : `due here: ${due.join("; ")}`;
  return due.length === 0 ? "it is so here" : `it is not so here: ${due.join("; ")}`;
}

/** Says which goals a run has met. */
function reached(instance: Instance, { goals }: Reachable<AnyState>, run: ConcreteRun): string {
  const states = run.states.map((values) => instance.stateOf(values));
  const nameIn = (table: string | undefined, cell: string | undefined) => `${table}: ${cell}`;
  const cells = new Set(run.steps.map(({ instance: { action }, cell }) => nameIn(action.reception?.table.name, cell)));
  const isMet = (goal: Goal<AnyState>) =>
    "anyCellOf" in goal
      ? goal.anyCellOf.some((cell) => cells.has(nameIn(goal.table, cell)))
      : states.some((state) => instance.bindings(goal.domains).some((binding) => goal.holds(state, binding)));
  const met = goals.filter(isMet).map(({ label }) => label);
  return met.length === 0 ? "no goal on this run" : `on this run: ${met.join(", ")}`;
}
