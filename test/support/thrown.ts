/** What tests ask of models whose functions throw. */
import { AuthorError } from "../../checker/errors.js";
import type { Outcome, PropertyOutcome } from "../../checker/search/outcome.js";

/** Returns the outcome of the property that no function throws; undefined if none did. */
export function errorOf({ properties }: Outcome): PropertyOutcome | undefined {
  return properties.find(({ kind }) => kind === "no error");
}

/**
 * Returns what is wrong with a function of the model: what it throws in the counterexample, or the error that ends the
 * search, because it is impure or not symmetric.
 * @throws Error if nothing is wrong
 */
export async function complaintOf(search: () => Outcome | Promise<Outcome>): Promise<string> {
  let outcome: Outcome;
  try {
    outcome = await search();
  } catch (error) {
    if (error instanceof AuthorError) return error.message;
    throw error;
  }
  return told(outcome);
}

/** Does what `complaintOf` does of a search that is over when it returns. */
export function complaintOfSync(search: () => Outcome): string {
  try {
    return told(search());
  } catch (error) {
    if (error instanceof AuthorError) return error.message;
    throw error;
  }
}

function told(outcome: Outcome): string {
  const error = errorOf(outcome);
  if (error === undefined) throw new Error("nobody complained");
  if (error.verdict !== "violated" || error.trace === undefined) throw new Error("the error has no counterexample");
  if (outcome.incomplete === undefined) throw new Error("the search counts as complete");
  return error.explanation!;
}
