/**
 * Constants: values that belong to a model with its parameters, and not to a state: which sets of acceptors are a
 * quorum, which nodes are neighbours. Functions read them of the state.
 */
import { LoadError } from "../errors.js";
import type { ParameterValues } from "./parameters.js";
import type { IndexSet, Member } from "./scalarset.js";
import { described, format, leavesOf, notAValue, wrongIn } from "./value.js";

/** A value that is the same in all states of a model: `state.constant(quorums)`. */
export interface Constant<T = unknown> {
  readonly kind: "constant";
  readonly name: string;
  readonly value: (members: MembersOf, parameters: never) => T;
}

/** Returns all members of an index set. */
export type MembersOf = <M extends Member>(set: IndexSet<M>) => readonly M[];

/**
 * Declares a constant, which the model lists in `constants`.
 * @param value returns the value, from the members of index sets and the values of the model's parameters
 * @example const quorums = constant("quorums", (members) => majoritiesOf(members(acceptors)))
 */
export function constant<T, P = ParameterValues>(
  name: string,
  value: (members: MembersOf, parameters: P) => T,
): Constant<T> {
  return { kind: "constant", name, value: value as Constant<T>["value"] };
}

/**
 * Returns the values of a model's constants.
 * @param model the name of the model, for errors
 * @throws LoadError for what is no constant, a name given twice, and what no constant may be
 */
export function valuesOfConstants(
  model: string,
  constants: readonly Constant[],
  members: MembersOf,
  parameters: ParameterValues,
): ReadonlyMap<Constant, unknown> {
  const values = new Map<Constant, unknown>();
  for (const of of constants) {
    if (of?.kind !== "constant" || typeof of.value !== "function")
      throw new LoadError(`one of the constants of ${model} is ${described(of)}\n  Make each with constant.`);
    if ([...values.keys()].some(({ name }) => name === of.name))
      throw new LoadError(`${model} has two constants called "${of.name}"\n  Rename one.`);
    const value: unknown = of.value(members, parameters as never);
    const wrong = wrongIn(value);
    if (wrong !== undefined) throw new LoadError(notAValue(`the constant "${of.name}" of ${model} is`, wrong).message);
    const { ordinals, floors } = leavesOf(value);
    if (ordinals.size + floors.size > 0)
      throw new LoadError(
        `the constant "${of.name}" of ${model} is ${format(value)}\n  Ordinals are renumbered in every state, and so none of them is the same in all.`,
      );
    values.set(of, value);
  }
  return values;
}
