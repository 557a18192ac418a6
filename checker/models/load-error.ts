/** A model that cannot be loaded, because of a mistake of its author. The command line exits with 2. */
import { AuthorError, LoadError, UsageError } from "../errors.js";
import { placeInStack } from "../model/where.js";

/**
 * Runs code of an author's before the search; what it throws becomes an error that names the author's mistake.
 * @param what the sentence that the error begins with
 */
export function loading<T>(what: string, load: () => T): T {
  try {
    return load();
  } catch (error) {
    throw loadErrorOf(what, error);
  }
}

export function loadErrorOf(what: string, error: unknown): Error {
  if (error instanceof UsageError || error instanceof AuthorError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const place = placeInStack(error instanceof Error ? error.stack : undefined);
  return new LoadError(`${what}: ${message}${place === undefined ? "" : `\n  at ${place}`}`, { cause: error });
}
