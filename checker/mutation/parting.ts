/**
 * Where a mutant and its original part: the shortest run to a state in which the two have different steps, step by step
 * and name by name. Up to there they have the same runs. If no state that can be reached is such a state, the two have
 * the same states and the same steps, and no run can tell one from the other: that is decided, by a search of the
 * original whose actions are compared with the mutant's on every input that they meet.
 */
import { type Choices, Following, follow, traceOf } from "../../traces/replay/run.js";
import type { Trace } from "../../traces/trace.js";
import { type Action, type Binding, type Domains, disabled, isUnspecified, type Run } from "../model/action.js";
import { nameOfInstance } from "../model/bound.js";
import { Instance, type Values } from "../model/instance.js";
import type { AnyModel } from "../model/model.js";
import { noError } from "../model/property.js";
import { renumber, type Successor, successorsOf } from "../model/reference.js";
import { AnyState } from "../model/state.js";
import { keyOf } from "../model/value.js";
import type { Outcome } from "../search/outcome.js";
import { changesOf, keyOfChange, plain } from "./changes.js";
import { type Mutant, mutatedModel } from "./mutant.js";
import { withActions } from "./with-actions.js";

/** Thrown by a function of the model that is compared, in a state where mutant and original part. */
export class Parted extends Error {
  override readonly name = "Parted";
}

/** Where a mutant and its original part. */
export interface Parting {
  /** The run: of the mutant if its last step is one that the original does not have, else of the original. */
  readonly trace: Trace;
  /** Whether the run is one of the mutant. */
  readonly isOfMutant: boolean;
  /**
   * The runs of the other that end with the same action, binding and message instead; none if it does not take the
   * step there at all.
   */
  readonly others: readonly Trace[];
}

/**
 * Returns the original, whose actions throw `Parted` where the mutant's come to something else. It has no properties.
 */
export function comparedModel(model: AnyModel, mutant: Mutant): AnyModel {
  const compared = withActions(model, (action) => {
    const other = mutant.applied(action);
    return other === action ? action : comparing(action, other);
  });
  return { ...compared, properties: () => [], fairness: () => [], ignoresUnspecifiedReceptions: "only steps count" };
}

function comparing(action: Action<AnyState>, other: Action<AnyState>): Action<AnyState> {
  return {
    ...action,
    run: (state, binding, message) => {
      const run = action.run(state, binding, message);
      if (!isSameRun(state, run, otherRun(other, state, binding, message)))
        throw new Parted("mutant and original part");
      return run;
    },
  };
}

/** Returns what the mutant's action comes to; undefined if it throws, which the original's does not. */
function otherRun(
  other: Action<AnyState>,
  state: AnyState,
  binding: Binding<Domains>,
  message: unknown,
): Run<AnyState> | undefined {
  try {
    return other.run(state, binding, message);
  } catch {
    return undefined;
  }
}

/**
 * Whether two runs on a state come to the same next states. They are compared as far as they change the state; only
 * where they differ in that, as whole states whose ordinals are renumbered, which is what a search tells apart.
 */
function isSameRun(state: AnyState, one: Run<AnyState>, other: Run<AnyState> | undefined): boolean {
  if (other === undefined) return false;
  if (isUnspecified(one.result) || isUnspecified(other.result))
    return isUnspecified(one.result) && isUnspecified(other.result);
  const [a, b] = [nextOf(one), nextOf(other)];
  if (![...a, ...b].every((next) => next instanceof AnyState)) return false;
  const changed = (next: AnyState) =>
    changesOf(state, next)
      .map((change) => keyOfChange(state, change))
      .sort()
      .join("\n");
  if (isSameSet(a.map(changed), b.map(changed))) return true;
  const whole = (next: AnyState) => keyOfState(AnyState.valuesOf(next).map((value) => plain(state, value)));
  return isSameSet(a.map(whole), b.map(whole));
}

function nextOf({ result }: Run<AnyState>): AnyState[] {
  return result === disabled ? [] : ([result].flat() as AnyState[]);
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const [one, other] = [new Set(a), new Set(b)];
  return one.size === other.size && [...one].every((key) => other.has(key));
}

function keyOfState(values: Values): string {
  return renumber(values)
    .map((value) => keyOf(value))
    .join(";");
}

/**
 * Returns where the two part.
 * @param outcome the outcome of a search of `comparedModel`
 * @returns undefined if the search has not found such a state: they do not part if it is complete
 */
export function partingOf(original: Instance, mutant: Mutant, { properties }: Outcome): Parting | undefined {
  const parted = properties.find(({ kind }) => kind === noError.kind);
  if (parted?.trace === undefined) return undefined;
  const { states } = parted.trace;
  // The last step of the trace is the one that threw.
  const steps = states.slice(1, -1).map((state) => state["#meta"].choice);
  const choices = { initial: states[0]!["#meta"].choice, steps };
  const mutated = new Instance(mutatedModel(original.model, mutant), original.parameters);
  const same = choicesOf(mutated, original, choices);
  const [ours, theirs] = [stepsAfter(mutated, same), stepsAfter(original, choices)];
  const own = ours.find(({ key }) => !theirs.some((step) => step.key === key));
  const lost = theirs.find(({ key }) => !ours.some((step) => step.key === key));
  const mutantRun = { instance: mutated, choices: same, steps: ours };
  const originalRun = { instance: original, choices, steps: theirs };
  const [run, other] = own === undefined ? [originalRun, mutantRun] : [mutantRun, originalRun];
  const step = own ?? lost!;
  const trace = (of: RunSoFar, { choice }: StepAfter) => {
    const whole = { ...of.choices, steps: [...of.choices.steps, choice] };
    const property = { name: "the same runs", kind: "mutation", says: `${mutant.where}: ${mutant.says}` };
    const explanation = `the ${of === mutantRun ? "original" : "mutant"} has no such step`;
    return traceOf(of.instance, whole, follow(of.instance, whole), { property, explanation });
  };
  const others = other.steps.filter(({ label }) => label === step.label).map((each) => trace(other, each));
  return { trace: trace(run, step), isOfMutant: own !== undefined, others };
}

/** A run to the state in which the two part, and the steps of one of them from there. */
interface RunSoFar {
  readonly instance: Instance;
  readonly choices: Choices;
  readonly steps: readonly StepAfter[];
}

/** A step after a run, by what tells it from others. */
interface StepAfter {
  readonly choice: number;
  /** The action with its binding and message. */
  readonly label: string;
  /** The label, and the state that the step leads to. */
  readonly key: string;
  readonly successor: Successor;
}

function stepsAfter(instance: Instance, choices: Choices): StepAfter[] {
  return stepsFrom(instance, followed(instance, choices).values);
}

function stepsFrom(instance: Instance, values: Values): StepAfter[] {
  return [...successorsOf(instance, values)].map((successor, choice) => {
    const { next, threw, message } = successor;
    const label = nameOfInstance(successor.instance) + (message === undefined ? "" : ` ${keyOf(message)}`);
    const to = next === undefined ? (threw === undefined ? "unspecified" : "threw") : keyOfState(next);
    return { choice, label, key: `${label} ${to}`, successor };
  });
}

function followed(instance: Instance, { initial, steps }: Choices): Following {
  const following = new Following(instance, initial);
  for (const step of steps) following.take([...successorsOf(instance, following.values)][step]!);
  return following;
}

/** Returns the choices of `instance` for a run of `other`; both have the steps of the run. */
function choicesOf(instance: Instance, other: Instance, { initial, steps }: Choices): Choices {
  const following = new Following(instance, initial);
  const own = steps.map((choice) => {
    const { key } = stepsFrom(other, following.values)[choice]!;
    const step = stepsFrom(instance, following.values).find((step) => step.key === key)!;
    following.take(step.successor);
    return step.choice;
  });
  return { initial, steps: own };
}
