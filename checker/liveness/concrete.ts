/**
 * From a lasso in the names of canonical states to choices of the reference semantics. Every step is tried there before
 * anyone sees it.
 */
import type { Values } from "../model/instance.js";
import { areAlike, rename, renumber, successorsOf } from "../model/reference.js";
import { keyOfLabel, type StateGraph } from "./graph.js";
import type { Lasso, LassoStep } from "./lasso.js";

/**
 * Returns the choices along `lasso` from `start`, a concrete state that its first state stands for; undefined if the
 * reference semantics does not have such a run.
 */
export function concreteChoices(graph: StateGraph, lasso: Lasso, start: Values): number[] | undefined {
  const { renamings } = graph;
  const { instance } = graph.explored;
  const { nominal } = graph.explored.canonicalizer;
  const named = (reference: number, renaming: number) => {
    const values = graph.valuesOf(reference);
    return nominal ? rename(values, nominal.set, renamings.destinations(renaming), instance) : values;
  };
  const names = renamings.everyOne.find((renaming) => areAlike(named(lasso.first, renaming), start));
  if (names === undefined) return undefined;
  const actions = graph.actions.by(names);
  let values = start;
  const choices: number[] = [];
  const take = ({ to, renaming, action, message }: LassoStep): boolean => {
    const expected = named(to, renamings.product(renaming, names));
    const label = keyOfLabel(actions[action.index]!, message);
    let choice = 0;
    for (const { instance: taken, message, next } of successorsOf(instance, values)) {
      const kind = message === undefined ? undefined : taken.action.kinds?.of(message);
      if (next && keyOfLabel(taken.index, kind) === label && areAlike(next, expected)) {
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
