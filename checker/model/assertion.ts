/** Assertions: conditions that authors state in the middle of a function, where they are to be true. */
import { FunctionError, type Thrown } from "../errors.js";
import { described } from "./value.js";

/** What `assert` throws where its condition is false. */
export class AssertionFailed extends Error {
  override readonly name = "AssertionFailed";
}

let made = 0;

/**
 * States that `condition` is true here: in an action, a rule, or a function of a property. Where it is false in a
 * reachable state, the run that leads there is a counterexample of the property *no failed assertion*, with `words` and
 * the line of the call. (Holzmann 2004: Promela's `assert`; Murphi's statement of that name.)
 * @param words the condition in the protocol's words: "one owner at the most"
 * @throws AssertionFailed if the condition is false
 * @throws FunctionError if the condition is no boolean
 */
export function assert(condition: boolean, words: string): asserts condition {
  made++;
  if (condition === true) return;
  if ((condition as unknown) === false) throw new AssertionFailed(words);
  throw new FunctionError(
    `the assertion "${words}" was given ${described(condition)}, which is no boolean\n  Give true or false.`,
  );
}

/** Returns how often `assert` was called: by two numbers a caller can tell whether a function has made an assertion. */
export function assertionsMade(): number {
  return made;
}

/** Tells whether a function threw because an assertion in it failed. */
export function isFailedAssertion({ cause }: Thrown): boolean {
  return cause instanceof AssertionFailed;
}
