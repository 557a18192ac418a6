/** What a model must reach, so that no verdict is vacuous. */
import { type Goal, type Reachable, type StateBase, vocabulary } from "popcheck/model";
import { type Kernel, kernels } from "./page.js";

/** Declares that each of `standings` is that of some kernel in some state. */
export function everyStanding<S extends StateBase<object>>(
  standings: readonly string[],
  standingOf: (state: S, at: Kernel) => string,
): Reachable<S> {
  const { goal, reachable } = vocabulary<S>();
  return reachable({
    name: "every state of a copy is reached",
    says: "no verdict is vacuous",
    goals: standings.map((each) => goal(each, { at: kernels }, (state, { at }) => standingOf(state, at) === each)),
  });
}

/** Declares that each cell by which a message can be taken is used. With few kernels some are not. */
export function everyCellUsed<S>(...goals: readonly (readonly Goal<S>[])[]): Reachable<S> {
  return vocabulary<S>().coverage({
    name: "every cell is used",
    says: "every message that can be taken is taken in every state in which it can be",
    goals: goals.flat(),
  });
}
