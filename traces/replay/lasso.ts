/**
 * What is wrong with a run that goes on for ever, by the reference semantics alone: its cycle closes, it is fair, and
 * it violates its property. Nothing of the search is used.
 */
import type { Binding, Domains } from "../../checker/model/action.js";
import { isCounted, type Requirement, requirementsOf } from "../../checker/model/fairness.js";
import { type Instance, namesIn, type Values } from "../../checker/model/instance.js";
import type { Liveness } from "../../checker/model/property.js";
import { areAlike, renumber, type Successor, stateAfter, stepOf, successorsOf } from "../../checker/model/reference.js";
import type { AnyState } from "../../checker/model/state.js";
import { counted } from "../text/columns.js";
import { explanationOf } from "./evidence.js";
import { type Choices, NoSuchStep } from "./run.js";

/** What happens to others while somebody waits for ever. */
export type Waiting =
  /** Others get what they wait for, again and again. */
  | "starvation"
  /** Steps are taken again and again, and nobody gets what they wait for. */
  | "livelock"
  /** No step has to be taken any more. */
  | "standstill";

/** How a run violates a liveness property. */
export interface LassoEvidence {
  readonly explanation: string;
  readonly waiting: Waiting;
}

interface LassoRun {
  readonly states: readonly Values[];
  readonly successors: readonly (readonly Successor[])[];
  /** The step after each state but the last. */
  readonly steps: readonly Successor[];
  /**
   * The number of the first state of the cycle. The last state of the run equals it; if it is the last state, the run
   * stands still.
   */
  readonly loop: number;
}

/**
 * Follows a run whose last state is the state number `loop` again, and returns what is wrong with it. Undefined if its
 * cycle does not close, if it is not fair, or if it does not violate the property.
 * @throws NoSuchStep if the model has no such run
 */
export function lassoEvidence(
  instance: Instance,
  property: Liveness<AnyState>,
  choices: Choices,
  loop: number,
): LassoEvidence | undefined {
  const run = runAlong(instance, choices, loop);
  if (!closes(run) || !requirementsOf(instance).every((requirement) => isMet(instance, requirement, run)))
    return undefined;
  const bindings = instance.bindings(property.domains);
  const binding = bindings.find((binding) => violates(instance, property, binding, run));
  if (binding === undefined) return undefined;
  const others = bindings.filter((other) => other !== binding && completes(instance, property, other, run));
  const waiting = run.steps.length === loop ? "standstill" : others.length > 0 ? "starvation" : "livelock";
  const state = instance.stateOf(run.states[loop]!);
  const evidence = explanationOf(property.name, () => property.explain(state, binding));
  return { waiting, explanation: `${evidence}; ${inWords(waiting, run, others)}` };
}

/**
 * Returns the binding for which a run whose last state is the state number `loop` again violates a property: who waits
 * for ever. Undefined if it violates it for none.
 * @throws NoSuchStep if the model has no such run
 */
export function whoWaits(
  instance: Instance,
  property: Liveness<AnyState>,
  choices: Choices,
  loop: number,
): Binding<Domains> | undefined {
  const run = runAlong(instance, choices, loop);
  return instance.bindings(property.domains).find((binding) => violates(instance, property, binding, run));
}

/**
 * Tells whether the last state of a run is the state number `loop` again, up to the numbers of ordinals.
 * @throws NoSuchStep if the model has no such run
 */
export function closesAt(instance: Instance, choices: Choices, loop: number): boolean {
  return closes(runAlong(instance, choices, loop));
}

function inWords(waiting: Waiting, { steps, loop }: LassoRun, others: readonly Binding<Domains>[]): string {
  if (waiting === "standstill") return "nothing that could change it has to happen any more";
  const length = steps.length - loop;
  const round = length === 1 ? "the last step can repeat for ever" : `the last ${length} steps can repeat for ever`;
  if (waiting === "livelock") return `${round}, and nobody gets what he waits for`;
  const names = others.map((binding) => Object.values(namesIn(binding)).join(", "));
  return `${round}, in which others get what they wait for (${names.join("; ")})`;
}

function runAlong(instance: Instance, { initial, steps: chosen }: Choices, loop: number): LassoRun {
  if (instance.initial[initial] === undefined) throw new NoSuchStep(`the model has no initial state number ${initial}`);
  const states = [renumber(instance.initial[initial], "in order")];
  const successors = [[...successorsOf(instance, states[0]!)]];
  const steps = chosen.map((choice, i) => {
    const step = successors[i]![choice];
    if (step?.next === undefined)
      throw new NoSuchStep(`after ${counted(i, "step")} there is no successor number ${choice}`);
    const values = renumber(step.next, "in order");
    states.push(values);
    successors.push([...successorsOf(instance, values)]);
    return step;
  });
  return { states, successors, steps, loop };
}

/** Tells whether the last state is the first of the cycle again, up to the numbers of ordinals. */
function closes({ states, loop }: LassoRun): boolean {
  const first = states[loop];
  return first !== undefined && areAlike(first, states[states.length - 1]!);
}

/** Returns the numbers of the states of the cycle, each once. */
function cycleOf({ states, loop }: LassoRun): number[] {
  const last = states.length - 1;
  return loop === last ? [last] : Array.from({ length: last - loop }, (_, i) => loop + i);
}

/** Returns the states before and after a step that is taken, or could be, in the state number `i`. */
function aroundOf(instance: Instance, { states }: LassoRun, i: number, step: Successor): [AnyState, AnyState] {
  const before = instance.stateOf(states[i]!);
  return [before, stateAfter(instance, before, step.written, step.next!)];
}

function isMet(instance: Instance, requirement: Requirement, run: LassoRun): boolean {
  const cycle = cycleOf(run);
  const stepsOf = run.steps.slice(run.loop);
  if (requirement.strength === "compassion") {
    const { of, binding } = requirement;
    const called = stepsOf.some((step, i) => {
      if (!of.actions.includes(step.instance.action.name)) return false;
      const [before, after] = aroundOf(instance, run, run.loop + i, step);
      return of.whenever(before, after, binding, stepOf(instance, after, step.instance));
    });
    return !called || cycle.some((i) => of.answered(instance.stateOf(run.states[i]!), binding));
  }
  const { strength } = requirement;
  const takes = (step: Successor, i: number) => {
    if (step.next === undefined) return false;
    if (!("action" in requirement)) {
      const [before, after] = aroundOf(instance, run, i, step);
      return isCounted(instance, requirement, step.instance, before, after, step);
    }
    const { action, message } = requirement;
    return step.instance === action && (message === undefined || action.action.kinds!.of(step.message) === message);
  };
  if (stepsOf.some((step, i) => takes(step, run.loop + i))) return true;
  const enabled = (i: number) => run.successors[i]!.some((step) => takes(step, i));
  return strength === "weak" ? !cycle.every(enabled) : !cycle.some(enabled);
}

function violates(instance: Instance, property: Liveness<AnyState>, binding: Binding<Domains>, run: LassoRun): boolean {
  const states = run.states.map((values) => instance.stateOf(values));
  const misses = (i: number) => !property.holds(states[i]!, binding);
  const cycle = cycleOf(run);
  const { orTaken } = property;
  if (
    orTaken &&
    run.steps.slice(run.loop).some((step, i) => orTaken(...aroundOf(instance, run, run.loop + i, step), binding))
  )
    return false;
  switch (property.kind) {
    case "eventually":
      return states.every((_, i) => misses(i));
    case "always eventually":
      return cycle.every(misses);
    case "eventually always":
      return cycle.some(misses);
    case "leads to": {
      let last = states.length - 1;
      while (last >= 0 && misses(last)) last--;
      return cycle.every(misses) && states.some((state, i) => i > last && property.from!(state, binding));
    }
  }
}

/** Tells whether the property of a binding comes to hold in the cycle. */
function completes(
  instance: Instance,
  property: Liveness<AnyState>,
  binding: Binding<Domains>,
  { states, loop }: LassoRun,
): boolean {
  const holds = states.slice(loop).map((values) => property.holds(instance.stateOf(values), binding));
  return holds.some((now, i) => now && i > 0 && !holds[i - 1]);
}
