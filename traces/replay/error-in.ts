/** Which function throws that is asked about a state, by the reference semantics alone; actions are no part of it. */
import { Thrown } from "../../checker/errors.js";
import { isFailedAssertion } from "../../checker/model/assertion.js";
import { isCounted } from "../../checker/model/fairness.js";
import type { Instance, Values } from "../../checker/model/instance.js";
import { hasGoals, isLiveness, type Property } from "../../checker/model/property.js";
import { canProgress, type Successor, stateAfter, stepOf, successorsOf } from "../../checker/model/reference.js";
import type { AnyState } from "../../checker/model/state.js";
import { attempt, told } from "../../checker/model/thrown.js";

/** Something that is asked about a state. */
interface Question {
  /** Names the function that is asked. */
  readonly who: string;
  readonly ask: () => unknown;
}

/**
 * Returns what the first function throws that is asked about a state: about the rows of receivers, the properties, and
 * the assumptions of fairness. Undefined if none throws.
 * @param step the step that led to the state
 * @param isAssertion whether assertions that fail are looked for, or else what is thrown besides them
 */
export function errorIn(
  instance: Instance,
  values: Values,
  step: Successor | undefined,
  isAssertion: boolean,
): string | undefined {
  const state = instance.stateOf(values);
  const by = step && { written: step.written, who: step.inWords() };
  const questions = [
    ...instance.receiverRows.receivers.map((receiver) => ({
      who: `the row of ${receiver.action.name}, declared at ${receiver.action.where},`,
      ask: () => instance.receiverRows.checkRow(receiver, state, by),
    })),
    ...instance.stateConstraints.flatMap((of) =>
      instance.bindings(of.domains).map((binding) => ({
        who: `constraint "${of.name}"`,
        ask: () => of.holds(state, binding),
      })),
    ),
    ...instance.properties.flatMap((property) =>
      // A formula on the initial state is asked of no other.
      property.kind === "initial" && step !== undefined ? [] : questionsOf(instance, property, values, state),
    ),
    ...fairnessOf(instance, values, state),
  ];
  for (const { who, ask } of questions) {
    const answer = attempt(() => who, ask);
    if (answer instanceof Thrown && isFailedAssertion(answer) === isAssertion) return told(answer);
  }
  return undefined;
}

function questionsOf(instance: Instance, property: Property<AnyState>, values: Values, state: AnyState): Question[] {
  const who = `property "${property.name}"`;
  if (property.kind === "no unspecified reception" || property.kind === "step invariant") return [];
  if (property.kind === "no deadlock")
    return [{ who, ask: () => !canProgress(instance, values) && property.stuck(state) }];
  if (hasGoals(property))
    return property.goals.flatMap((goal) =>
      "anyCellOf" in goal
        ? []
        : instance.bindings(goal.domains).map((binding) => ({
            who: `goal "${goal.label}" of ${who}`,
            ask: () => goal.holds(state, binding),
          })),
    );
  const { from, orTaken } = isLiveness(property) ? property : { from: undefined, orTaken: undefined };
  const askTaken = (binding: Parameters<NonNullable<typeof orTaken>>[2]) => {
    for (const { after } of stepsFrom(instance, values, state)) orTaken!(state, after, binding);
  };
  return instance
    .bindings(property.domains)
    .flatMap((binding) => [
      { who, ask: () => property.holds(state, binding) },
      ...(from === undefined ? [] : [{ who, ask: () => from(state, binding) }]),
      ...(orTaken === undefined ? [] : [{ who, ask: () => askTaken(binding) }]),
    ]);
}

/** Yields the steps of a state: the action of each, and the state after it, with what it wrote. */
function* stepsFrom(instance: Instance, values: Values, state: AnyState) {
  for (const successor of successorsOf(instance, values)) {
    const { instance: action, next, written } = successor;
    if (next === undefined) continue;
    yield { action, after: stateAfter(instance, state, written, next), successor };
  }
}

function fairnessOf(instance: Instance, values: Values, state: AnyState): Question[] {
  return instance.fairness.flatMap((of) => {
    const who = `assumption "${of.name}"`;
    return instance.bindings(of.domains).flatMap((binding) => [
      ...(of.kind === "compassion" ? [{ who, ask: () => of.answered(state, binding) }] : []),
      {
        who,
        ask: () => {
          for (const { action, after, successor } of stepsFrom(instance, values, state)) {
            if (!of.actions.includes(action.action.name)) continue;
            if (of.kind === "compassion") of.whenever(state, after, binding, stepOf(instance, after, action));
            else isCounted(instance, { of, binding }, action, state, after, successor);
          }
        },
      },
    ]);
  });
}
