/** Whether a log is a run of a model, page by page, and where it stops being one. */
import type { Trace } from "../../traces/trace.js";
import { UsageError } from "../errors.js";
import { Instance } from "../model/instance.js";
import type { AnyModel } from "../model/model.js";
import { withoutConstraints } from "../model/model.js";
import type { ParameterValues } from "../model/parameters.js";
import { RECEIVE, SEND, StepEvents } from "./events.js";
import { traceOfRun } from "./found-run.js";
import { LOST, readLog } from "./log.js";
import { type Refusal, refusalOf } from "./refusal.js";
import { ConformanceSearch, explainedIn } from "./search.js";

export interface ValidationOptions {
  /** How many events may be missing in the log of a page, besides those that it says are lost; 0 by default. */
  readonly missing?: number;
  /** Whether the steps are asked to be in the order of the log's lines. */
  readonly inOrder?: boolean;
  /** How many states the search for a page's run visits at most; a million by default. */
  readonly maxStates?: number;
  /** Whether the runs that are found are wanted as traces. */
  readonly traces?: boolean;
}

/** What the log of a page comes to. */
export interface PageValidation {
  /** The page; undefined if the log names none. */
  readonly page: string | number | undefined;
  /** Undecided, if the search ended at its limit. */
  readonly verdict: "run" | "no run" | "undecided";
  /** How many events were logged. */
  readonly events: number;
  /** How many of them the longest run that was found explains. */
  readonly explained: number;
  /** How many steps that run has. */
  readonly steps: number;
  /** How many of its events are not in the log, besides those that are lost. */
  readonly missing: number;
  /** How many states the search visited. */
  readonly states: number;
  /** Where that run ends, if it does not explain all of the log. */
  readonly refusal: Refusal | undefined;
  /** That run, if traces are wanted. */
  readonly trace?: Trace;
}

/** What a log comes to. */
export interface Validation {
  readonly model: string;
  readonly parameters: ParameterValues;
  /** "no run" if that is the verdict on some page; else "undecided" if that is; else "run". */
  readonly verdict: PageValidation["verdict"];
  /** The names of events that the log says are never logged. */
  readonly unlogged: readonly string[];
  readonly pages: readonly PageValidation[];
}

/**
 * Validates a log.
 * @param text the log (docs/reference/event-log.md)
 * @param file how the log is called in errors
 * @throws BadLog if the log cannot be read
 * @throws UsageError for parameters that the model does not take
 * @throws LoadError if the model cannot be set up
 */
export function validate(
  model: AnyModel,
  parameters: Readonly<Record<string, unknown>>,
  text: string,
  file: string,
  { missing = 0, inOrder = false, maxStates = 1_000_000, traces = false }: ValidationOptions = {},
): Validation {
  // No property is asked about: a log of a protocol that violates one is a run all the same. Nor do constraints count,
  // which bound searches for verdicts.
  const instance = new Instance({ ...withoutConstraints(model), properties: () => [] }, parameters);
  const taken = instance.actions.find(({ action }) => [RECEIVE, SEND, LOST].includes(action.name));
  if (taken !== undefined)
    throw new UsageError(
      `an action of ${model.name} is called ${taken.action.name}, as an event of every log is: rename it`,
    );
  const events = new StepEvents(instance);
  const { pages, unlogged } = readLog(text, file, events.processes);
  const validated = pages.map((log): PageValidation => {
    const limits = { missing, inOrder, maxStates, keepSteps: traces };
    const search = new ConformanceSearch(instance, events, log, unlogged, limits);
    const { verdict, best, states } = search.run();
    return {
      page: log.page,
      verdict,
      events: log.processes.reduce((sum, process) => sum + process.events.length, 0),
      explained: explainedIn(best),
      steps: best.steps,
      missing: best.missing,
      states,
      refusal: verdict === "run" ? undefined : refusalOf(instance, events, log, unlogged, best),
      ...(traces ? { trace: traceOfRun(instance, best) } : {}),
    };
  });
  const verdicts = validated.map(({ verdict }) => verdict);
  return {
    model: model.name,
    parameters: instance.parameters,
    verdict: (["no run", "undecided"] as const).find((verdict) => verdicts.includes(verdict)) ?? "run",
    unlogged: [...unlogged],
    pages: validated,
  };
}
