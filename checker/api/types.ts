/** The types of a model's file, which are checked beside the search, and are part of its outcome. */
import { UsageError } from "../errors.js";
import type { NamedModel } from "../models/models.js";
import { placesOf } from "../search/asked.js";
import type { Outcome } from "../search/outcome.js";
import { explained, TypeChecking } from "../types/checking.js";
import { firstError, type TypeCheck, unchecked } from "../types/type-check.js";
import { type CheckOptions, type CheckRequest, requestOf } from "./request.js";

/**
 * Makes a request of a caller's options, as `requestOf` does; but if the model cannot be set up and its types are
 * wrong, the error says so.
 */
export async function typedRequestOf(named: NamedModel, options: CheckOptions = {}): Promise<CheckRequest> {
  return settingUpTyped(named, options.types, () => requestOf(named, options));
}

/** Returns what `setUp` makes of a model. @param asked whether its types are to be checked if that fails */
export async function settingUpTyped<T>(named: NamedModel, asked: boolean | undefined, setUp: () => T): Promise<T> {
  try {
    return setUp();
  } catch (error) {
    throw named.script !== undefined && asked !== false ? await explained(error, named.reference) : error;
  }
}

/**
 * Checks the types that a request asks for, beside a search. If they are wrong, the outcome decides nothing, whatever
 * the search has found by then, so that it does not depend on which of both was faster.
 * @param signal ends the wait for the types, when the search is over
 * @param search searches; what it is given tells it that its outcome will not be used, and it may end without one
 */
export async function besideTypes(
  request: CheckRequest,
  signal: AbortSignal | undefined,
  search: (areWrong: () => boolean) => Promise<Outcome | undefined>,
): Promise<Outcome> {
  const { types } = request;
  if (types === undefined) return (await search(() => false))!;
  if (types === false) return { ...(await search(() => false))!, types: unchecked("not checked: --no-types") };
  const checking = new TypeChecking(types);
  try {
    const outcome = await search(() => checking.current?.verdict === "failed");
    const check = await settled(checking, signal);
    if (check?.verdict === "failed") return undecided(request, check);
    return check === undefined ? interrupted(outcome!, signal!) : { ...outcome!, types: check };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // What a wrong type leads to is no news beside it.
    const check = await settled(checking, signal);
    if (check?.verdict === "failed") return undecided(request, check);
    throw error;
  } finally {
    checking.stop();
  }
}

/** Returns the result of a type check as soon as it is there; undefined if `signal` aborts before. */
async function settled(checking: TypeChecking, signal: AbortSignal | undefined): Promise<TypeCheck | undefined> {
  if (checking.current !== undefined || signal === undefined) return checking.result;
  if (signal.aborted) return undefined;
  let abort = () => {};
  const aborted = new Promise<undefined>((resolve) => {
    abort = () => resolve(undefined);
    signal.addEventListener("abort", abort);
  });
  try {
    return await Promise.race([checking.result, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Returns the outcome of a check that was ended before its types were checked: nothing holds. */
function interrupted(outcome: Outcome, signal: AbortSignal): Outcome {
  const { properties, incomplete } = outcome;
  return {
    ...outcome,
    properties: properties.map((property) =>
      property.verdict === "violated" ? property : { ...property, verdict: "incomplete" },
    ),
    incomplete: incomplete ?? `${reasonOf(signal)} before the types were checked`,
    types: unchecked(`not checked: ${reasonOf(signal)}`),
  };
}

/** Returns why a check was ended. */
export function reasonOf({ reason }: AbortSignal): string {
  return typeof reason === "string" ? reason : "aborted";
}

/** Returns the outcome of a check whose types are wrong. */
function undecided({ instance, options, threads = 1 }: CheckRequest, types: TypeCheck): Outcome {
  return {
    model: instance.model.name,
    parameters: instance.parameters,
    search: options.search ?? "bfs",
    store: ("store" in options && options.store) || "exact",
    threads: ("threads" in options && options.threads) || threads,
    symmetry: { sets: [], note: undefined },
    assumptions: instance.assumptions,
    fairness: [],
    properties: placesOf(instance, options).map((place) => {
      const { name, kind, says } = instance.properties[place]!;
      return { name, kind, says, verdict: "incomplete", explanation: undefined, trace: undefined, goals: undefined };
    }),
    distinct: 0,
    generated: 0,
    depth: 0,
    incomplete: `the types are wrong: ${firstError(types)}`,
    seconds: 0,
    statesPerSecond: 0,
    functionRuns: 0,
    memory: process.memoryUsage.rss(),
    fired: {},
    audited: 0,
    types,
  };
}
