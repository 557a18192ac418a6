/** What a running model does wrong: errors of its author's, with the place in the file. */
import { assert } from "../model/assertion.js";
import type { SourceText } from "./source-text.js";

/**
 * Returns the error that a model makes at a place while it runs.
 * @param what names it, as what an action throws: "a read of x, which is undefined"
 */
export function fault(source: SourceText, at: number, what: string): Error {
  return source.placed(new Error(what), at);
}

/** Fails an assertion of the model. @throws AssertionFailed */
export function failAssertion(source: SourceText, at: number, words: string): never {
  try {
    assert(false, words);
  } catch (error) {
    throw source.placed(error as Error, at);
  }
}
