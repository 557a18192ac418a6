/**
 * From a lasso in the names of canonical states to choices of the reference semantics. Every step is tried there before
 * anyone sees it.
 */
import type { Values } from "../model/instance.js";
import { areAlike, rename, renumber, type Successor, stateAfter, successorsOf } from "../model/reference.js";
import { keyOfLabel, type StateGraph } from "./graph.js";
import type { Lasso, LassoStep } from "./lasso.js";
import type { Requirements } from "./requirements.js";

/**
 * Returns the choices along `lasso` from `start`, a concrete state that its first state stands for; undefined if the
 * reference semantics does not have such a run.
 */
export function concreteChoices(
  graph: StateGraph,
  requirements: Requirements,
  lasso: Lasso,
  start: Values,
): number[] | undefined {
  const { renamings } = graph;
  const { instance } = graph.explored;
  const named = (reference: number, renaming: number) =>
    rename(graph.valuesOf(reference), renamings.member(renaming), instance);
  const names = renamings.everyOne.find((renaming) => areAlike(named(lasso.first, renaming), start));
  if (names === undefined) return undefined;
  const actions = graph.actions.by(names);
  const ofRequirements = requirements.renamed.by(names);
  let values = start;
  const choices: number[] = [];
  // Of two steps that look alike, fairness may ask for one.
  const isNoted = (step: Successor, noted: readonly number[]): boolean => {
    const before = instance.stateOf(values);
    const after = stateAfter(instance, before, step.written, step.next!);
    const found = requirements.askedOf(step.instance, before, after, step);
    return found.length === noted.length && noted.every((number) => found.includes(ofRequirements[number]!));
  };
  const take = ({ to, renaming, action, message, noted }: LassoStep): boolean => {
    const expected = named(to, renamings.product(renaming, names));
    const label = keyOfLabel(actions[action.index]!, message);
    let choice = 0;
    for (const step of successorsOf(instance, values)) {
      const { instance: taken, message, next } = step;
      const kind = message === undefined ? undefined : taken.action.kinds?.of(message);
      if (next && keyOfLabel(taken.index, kind) === label && areAlike(next, expected) && isNoted(step, noted)) {
        choices.push(choice);
        values = renumber(next, "in order");
        return true;
      }
      choice++;
    }
    return false;
  };
  return [...lasso.stem, ...lasso.cycle].every(take) ? choices : undefined;
}
