/** A model that cannot be loaded, by its author's mistake. The command line exits with 2. */
import { placeInStack } from "../../model/where.js";

export class LoadError extends Error {
  override readonly name = "LoadError";
}

/** Does something with an author's code before the search; what it throws is told as the author's mistake. */
export function loading<T>(what: string, load: () => T): T {
  try {
    return load();
  } catch (error) {
    throw loadErrorOf(what, error);
  }
}

export function loadErrorOf(what: string, error: unknown): Error {
  // By name: the class of the second belongs to the engine, which is not needed to list or describe a model.
  if (error instanceof Error && ["UsageError", "FunctionError", "LoadError"].includes(error.name)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const place = placeInStack(error instanceof Error ? error.stack : undefined);
  return new LoadError(`${what}: ${message}${place === undefined ? "" : `\n  at ${place}`}`, { cause: error });
}
