/**
 * Errors that callers tell apart by their classes. They are defined here, below all other folders, so that every folder
 * can throw them and catch what another one throws.
 */

/** A mistake in what the user or the author gave; the message explains it. The command line exits with status 2. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}

/** A fault in an author's code. The message names the function or the file, and says what to do. */
export abstract class AuthorError extends Error {}

/** A model that cannot be loaded or set up. The command line exits with status 2. */
export class LoadError extends AuthorError {
  override readonly name = "LoadError";
}

/** A function of a model broke its contract: it is impure, it is not symmetric, or it threw. */
export class FunctionError extends AuthorError {
  override readonly name = "FunctionError";
}

/** A function of a model threw an error, or returned what means nothing. A search makes a counterexample of it. */
export class Thrown extends FunctionError {}

/** The engine and the reference semantics disagree: a defect of popcheck, or an impure function. */
export class Disagreement extends Error {
  override readonly name = "Disagreement";
}

/** The search has reached a limit, and ends as incomplete. */
export abstract class LimitReached extends Error {
  /** The words before the message in the reason why the search is incomplete. */
  readonly heading: string = "";
}

/** Stored states or the engine's tables would exceed the memory limit. */
export class MemoryExceeded extends LimitReached {
  override readonly name = "MemoryExceeded";
  override readonly heading = "the memory limit was reached: ";
}

/** A table has used up its region of the engine's memory. */
export class RegionFull extends MemoryExceeded {}

/** A variable has more distinct values than a row can name. */
export class TooManyValues extends LimitReached {
  override readonly name: string = "TooManyValues";
}

/** A variable whose collections are held by element is given something else: the search must begin anew without. */
export class NotByElement extends LimitReached {
  override readonly name = "NotByElement";

  /** @param variable the variable's name */
  constructor(
    readonly variable: string,
    message: string,
  ) {
    super(message);
  }
}

/** A condition that a user typed takes more steps in one state than anybody waits for. */
export class TooManyComparisons extends LimitReached {
  override readonly name = "TooManyComparisons";
}

/** The disk cannot take what is to be written. */
export class DiskFull extends LimitReached {
  override readonly name = "DiskFull";
  override readonly heading = "the search could not go on on disk: ";
}

/** A thread ended unexpectedly: the work that it had taken is lost, and so the search cannot be completed. */
export class ThreadLost extends LimitReached {
  override readonly name = "ThreadLost";
}

/** A search on a cluster cannot go on, and its message says why: a file of it is damaged, or a worker has failed. */
export class RunFailed extends Error {
  override readonly name: string = "RunFailed";
}

/** An error as plain data, which can be sent between threads. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: ErrorData | undefined;
}

/** Returns an error as plain data. @param error what was thrown, which need not be an Error */
export function errorData(error: unknown): ErrorData {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: undefined, cause: undefined };
  const { name, message, stack, cause } = error;
  return { name, message, stack, cause: cause === undefined ? undefined : errorData(cause) };
}

/**
 * The classes by the names that are sent between threads. RegionFull and Thrown bear the names of the classes that they
 * extend, and arrive as these.
 */
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

/** Returns the error that the data stands for, of the same class if it is one of popcheck's. */
export function errorOf({ name, message, stack, cause }: ErrorData): Error {
  const Class = Object.hasOwn(CLASSES, name) ? CLASSES[name]! : Error;
  const error = new Class(message, cause === undefined ? {} : { cause: errorOf(cause) });
  return Object.defineProperties(error, { name: { value: name }, stack: { value: stack } });
}
