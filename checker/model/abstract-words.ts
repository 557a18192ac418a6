/** Why a model does not refine another, in words: the abstract states, and what the abstract model could do. */
import { type Abstraction, type AbstractStep, nameOfAbstractStep } from "./abstraction.js";
import type { Values } from "./bound.js";
import type { ActionRequirement } from "./fairness.js";
import { renumber } from "./reference.js";
import { format, keyOf } from "./value.js";

/** How many of the steps that are possible are named. The number of the others is told. */
const MOST_NAMED = 8;

/** Says which abstract state an initial state stands for, and in what the nearest of the initial ones differs. */
export function initialInWords(abstraction: Abstraction, values: Values): string {
  const { instance, modelName } = abstraction;
  const [nearest] = nearestFirst(values, instance.initial, (initial) => initial);
  return (
    `it stands for ${inFull(abstraction, values)}, and so ${modelName} does not begin; ` +
    `where it begins, ${differences(abstraction, nearest!, values)}`
  );
}

/**
 * Says which abstract states a step leads from and to, and which steps the abstract model has there: first that which
 * comes nearest, with the variables in which it differs.
 */
export function stepInAbstractWords(abstraction: Abstraction, before: Values, after: Values): string {
  const steps = nearestFirst(after, abstraction.stepsFrom(before), ({ next }) => next);
  const [from, to, ...next] = numberedTogether([before, after, ...steps.map((step) => step.next)]);
  const { modelName } = abstraction;
  const begins = `no step of ${modelName}: it was ${inFull(abstraction, from!)}; now ${differences(abstraction, to!, from!)}`;
  const [nearest] = steps;
  if (nearest === undefined) return `${begins}; ${modelName} can take no step there`;
  const others = namesOf(steps.slice(1)).filter((name) => name !== nameOfAbstractStep(nearest));
  const more = others.length > MOST_NAMED ? `, and ${others.length - MOST_NAMED} more` : "";
  const rest = others.length === 0 ? "" : `; possible too: ${others.slice(0, MOST_NAMED).join(", ")}${more}`;
  return `${begins}; nearest comes ${nameOfAbstractStep(nearest)}, after which ${differences(abstraction, next[0]!, to!)}${rest}`;
}

/** Says what a run leaves undone that the abstract model requires. @param values an abstract state of the cycle */
export function requirementInWords(abstraction: Abstraction, requirement: ActionRequirement, values: Values): string {
  const { action, message: kind, strength } = requirement;
  const how = strength === "weak" ? "stays enabled" : "is enabled again and again";
  const where = inFull(abstraction, values);
  return `${nameOfAbstractStep({ action, kind })} of ${abstraction.modelName} ${how}, and is never taken from some time on; there it is ${where}`;
}

function namesOf(steps: readonly AbstractStep[]): string[] {
  return [...new Set(steps.map(nameOfAbstractStep))];
}

/** Writes an abstract state: each variable with its value. */
function inFull({ instance }: Abstraction, values: Values): string {
  return instance.layout.slots.map(({ name }, slot) => `${name} = ${format(values[slot])}`).join(", ");
}

/** Says in what a state differs from another: `memory = 2, not 1`. */
function differences({ instance }: Abstraction, values: Values, from: Values): string {
  const said = placesOfDifference(values, from).map(
    (slot) => `${instance.layout.slots[slot]!.name} = ${format(values[slot])}, not ${format(from[slot])}`,
  );
  return said.join("; ") || "nothing differs";
}

function placesOfDifference(a: Values, b: Values): number[] {
  return a.flatMap((value, slot) => (keyOf(value) === keyOf(b[slot]) ? [] : [slot]));
}

/** Returns `all` in the order in which their states differ from `values` in few variables. */
function nearestFirst<T>(values: Values, all: readonly T[], stateOf: (of: T) => Values): T[] {
  const distance = new Map(all.map((of) => [of, placesOfDifference(stateOf(of), values).length]));
  return [...all].sort((a, b) => distance.get(a)! - distance.get(b)!);
}

/** Returns states with their ordinals numbered together, so that a number means the same in each. */
function numberedTogether(states: readonly Values[]): Values[] {
  const all = renumber(states.flat(), "in order");
  const { length } = states[0]!;
  return states.map((_, i) => all.slice(i * length, (i + 1) * length));
}
