/**
 * The errors that callers tell apart, by their classes. They lie on the ground floor, so that every room can throw them, and catch what
 * another room throws.
 */

/** A mistake in what the user or the author gave, told in one message. The command line exits with 2. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}

/** An author's code does what it must not do; the message names the function, or the file, and says what to do. */
export abstract class AuthorError extends Error {}

/** A model that cannot be loaded, or set up. The command line exits with 2. */
export class LoadError extends AuthorError {
  override readonly name = "LoadError";
}

/** A function of a model broke its contract: it is impure, it is not symmetric, or it threw. */
export class FunctionError extends AuthorError {
  override readonly name = "FunctionError";
}

/** What a function of a model threw. */
export class Thrown extends FunctionError {}

/** The engine and the reference semantics disagree: a defect of popcheck, or an impure function. */
export class Disagreement extends Error {
  override readonly name = "Disagreement";
}

/** The search has come to a limit, and ends as incomplete. */
export abstract class LimitReached extends Error {
  /** What the reason for the end begins with, before the message. */
  readonly heading: string = "";
}

/** Stored states, or the tables of the engine, would take more than they may. */
export class MemoryExceeded extends LimitReached {
  override readonly name = "MemoryExceeded";
  override readonly heading = "the memory limit was reached: ";
}

/** A table has taken its whole region of the engine's memory. */
export class RegionFull extends MemoryExceeded {}

/** A variable has more distinct values than a row can name. */
export class TooManyValues extends LimitReached {
  override readonly name: string = "TooManyValues";
}

/** The disk does not take what is to be written. */
export class DiskFull extends LimitReached {
  override readonly name = "DiskFull";
  override readonly heading = "the search could not go on on disk: ";
}

/** A thread ended by mistake: what it had taken is lost, and the search with it. */
export class ThreadLost extends LimitReached {
  override readonly name = "ThreadLost";
}

/** An error as plain data, which can cross threads. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: ErrorData | undefined;
}

/** @param error what was thrown, an error or not */
export function errorData(error: unknown): ErrorData {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: undefined, cause: undefined };
  const { name, message, stack, cause } = error;
  return { name, message, stack, cause: cause === undefined ? undefined : errorData(cause) };
}

/** The classes by the names that cross threads. A table that is full comes over as memory that is. */
const CLASSES: Readonly<Record<string, new (message: string, options?: ErrorOptions) => Error>> = {
  UsageError,
  LoadError,
  FunctionError,
  Disagreement,
  MemoryExceeded,
  TooManyValues,
  DiskFull,
  ThreadLost,
};

/** The error that the data stands for, of the same class if it is one of ours. */
export function errorOf({ name, message, stack, cause }: ErrorData): Error {
  const Class = Object.hasOwn(CLASSES, name) ? CLASSES[name]! : Error;
  const error = new Class(message, cause === undefined ? {} : { cause: errorOf(cause) });
  return Object.defineProperties(error, { name: { value: name }, stack: { value: stack } });
}
