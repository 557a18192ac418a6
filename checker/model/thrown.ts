/**
 * What authors' functions throw, told as sentences: which function it was, what it threw, and where in the author's
 * files. A result that means nothing, such as no state or no boolean, counts as thrown too.
 */
import { FunctionError, LimitReached, Thrown } from "../errors.js";
import { AssertionFailed } from "./assertion.js";
import { running } from "./running.js";
import { described } from "./value.js";
import { placeInStack } from "./where.js";

/**
 * Runs an author's function. Returns what it returns, or the error that tells what it threw.
 * @param who names the function
 * @throws LimitReached if the engine, which records what the function reads, has come to a limit
 */
export function attempt<T>(who: () => string, run: () => T): T | Thrown {
  try {
    return running(who, run);
  } catch (error) {
    return thrownBy(who, error);
  }
}

/** Runs an author's function and returns what it returns. @throws Thrown if it throws; the error names it by `who` */
export function named<T>(who: () => string, run: () => T): T {
  const result = attempt(who, run);
  if (result instanceof Thrown) throw result;
  return result;
}

/** Returns the error that tells what the function `who` threw. @throws LimitReached if `error` is one */
export function thrownBy(who: () => string, error: unknown): Thrown {
  if (error instanceof LimitReached) throw error;
  if (error instanceof Thrown) return error;
  // Popcheck itself has found what the function does wrong, and says it with the function's name.
  if (error instanceof FunctionError) return new Thrown(error.message, { cause: error.cause });
  if (error instanceof AssertionFailed)
    return new Thrown(`${who()} fails the assertion "${error.message}"`, { cause: error });
  return new Thrown(`${who()} threw ${whatWasThrown(error)}`, { cause: error });
}

/** Returns the message of what an author's function threw, which need not be an Error. */
export function whatWasThrown(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === "string" ? error : described(error);
}

/** Tells on one line what was thrown, and the place in the author's files that threw it. */
export function told({ message, cause }: Thrown): string {
  const place = cause instanceof Error ? placeInStack(cause.stack) : undefined;
  const [first, ...rest] = message.split(/\n\s*/);
  const at = place === undefined ? "" : ` (${place})`;
  return [`${first}${at}`, ...rest].join(rest.length === 0 || /[.!?]$/.test(first!) ? " " : ". ");
}

/**
 * Returns the place that a sentence of `told` names: where the function threw or, if that is not known, where the
 * function is declared. Undefined if it names none.
 */
export function placeTold(sentence: string): { readonly file: string; readonly line: number } | undefined {
  const [, file, line] =
    / \(([^()]*\.[cm]?[jt]sx?):(\d+)\)/.exec(sentence) ??
    /, declared at (.*?\.[cm]?[jt]sx?):(\d+),/.exec(sentence) ??
    [];
  return file === undefined ? undefined : { file, line: Number(line) };
}
