/**
 * What programs import: `import { check, loadModel, replay } from "popcheck"`. Models are written with
 * `popcheck/model`. Nothing but what stands here can be imported; the command line is the first to use it.
 */
import { parseTrace } from "../../traces/formats/parse.js";
import { type Replay, replay as replayOn } from "../../traces/replay/replay.js";
import type { Trace } from "../../traces/trace.js";
import { type Validation, type ValidationOptions, validate } from "../conformance/validate.js";
import { descriptionOf, stateDiagram } from "../diagram/state-diagram.js";
import { Explainer } from "../explanation/explained.js";
import { type StateGraphData, stateGraphOf } from "../graph/state-graph-data.js";
import type { AnyModel } from "../model/model.js";
import type { NamedModel } from "../models/models.js";
import type { Outcome } from "../search/outcome.js";
import { refuseStaleBuild } from "../sources.js";
import { countedFrom } from "./covered-sources.js";
import { type CheckOptions, instantiate, requestOf } from "./request.js";
import { type RunObserver, run } from "./run.js";
import { typedRequestOf } from "./types.js";

// Whatever a program asks for, it is to come from the sources as they are.
refuseStaleBuild();

/**
 * Checks a model: searches its states and decides its properties. The author's functions run in this process.
 * @param of a model, or what `loadModel` returns; threads of a random search and checkpoints need the latter
 * @param options how to check; `signal` ends the check as incomplete, and `onProgress` is told where it is
 * @throws UsageError for options that make no sense, alone or together
 * @throws LoadError if the model cannot be set up
 * @throws FunctionError for a function that is impure, is not symmetric, or throws
 * @throws Disagreement if the reference semantics does not confirm a violation, which is a defect of popcheck
 */
export async function check(of: AnyModel | NamedModel, options: CheckOptions & RunObserver = {}): Promise<Outcome> {
  const { signal, onStart, onProgress, ...how } = options;
  const named = await countedFrom(of, how.coverage ?? false);
  return run("reference" in named ? await typedRequestOf(named, how) : requestOf(named, how), {
    ...(signal && { signal }),
    ...(onStart && { onStart }),
    ...(onProgress && { onProgress }),
  });
}

/**
 * Follows a recorded run through a model's plain functions again. The trace says why it violates its property.
 * @param of the model, which is instantiated with the trace's parameters
 * @throws BadTrace if the trace is not of this model
 */
export function replay(of: AnyModel | NamedModel, trace: Trace): Replay {
  const model = "reference" in of ? of.model : of;
  const instance = instantiate(model, trace["#meta"].parameters);
  const replayed = replayOn(instance, trace);
  return { ...replayed, trace: new Explainer(instance).trace(replayed.trace) };
}

/** How a state graph is made. */
export interface GraphOptions {
  /** Values for the model's parameters; the others have their defaults. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Whether states that differ by renamings of interchangeable members count as one. Default: true. */
  readonly symmetry?: boolean;
  /** The greatest number of states. Default: 100,000. */
  readonly maxStates?: number;
}

/**
 * Returns the state graph of a model, by its plain functions.
 * @throws UsageError if it has more than `maxStates` states
 * @throws LoadError if the model cannot be set up
 */
export function stateGraph(of: AnyModel | NamedModel, { parameters = {}, ...how }: GraphOptions = {}): StateGraphData {
  return stateGraphOf(instantiate("reference" in of ? of.model : of, parameters), how);
}

/** How a log is validated. */
export interface LogOptions extends ValidationOptions {
  /** Values for the model's parameters; the others have their defaults. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** How the log is called in errors. */
  readonly file?: string;
}

/**
 * Decides whether the log of an implementation is a run of a model.
 * @param log the text of the log (docs/reference/event-log.md)
 * @throws UsageError for a log that cannot be read
 * @throws LoadError if the model cannot be set up
 */
export function validateLog(
  of: AnyModel | NamedModel,
  log: string,
  { parameters = {}, file = "the log", ...options }: LogOptions = {},
): Validation {
  return validate("reference" in of ? of.model : of, parameters, log, file, options);
}

export type {
  CausalChange,
  CausalRead,
  Cause,
  DecisiveOrder,
  DecisiveOrders,
  NeverTaken,
  ShownExpression,
} from "../../traces/cause.js";
export { FORMATS as traceFormats } from "../../traces/formats/formats.js";
export type { Json } from "../../traces/formats/json.js";
export { BadTrace } from "../../traces/formats/parse.js";
export type { Waiting } from "../../traces/replay/lasso.js";
export type { ReplayDifference } from "../../traces/replay/replay.js";
export { type TextOptions, textOfTrace } from "../../traces/text/text.js";
export type { TraceMeta, TraceState, TraceStep } from "../../traces/trace.js";
export type { ComparisonOutcome } from "../comparison/comparison.js";
export { ObservedMachine } from "../diagram/observed-machine.js";
export type { DiagramOptions } from "../diagram/state-diagram.js";
export type { StateMachine, Transition, TriggerKind } from "../diagram/state-machine.js";
export { AuthorError, Disagreement, FunctionError, LoadError, UsageError } from "../errors.js";
export type { SearchLimits } from "../explorer/search-on.js";
export { Session } from "../explorer/session.js";
export type { DisabledStep, EnabledStep, Judgement, SearchView, WalkRequest, WalkView } from "../explorer/view.js";
export type { Walk } from "../explorer/walk.js";
export { GRAPH_FORMATS as graphFormats } from "../graph/graph-formats.js";
export type { GraphTransition, RefusedStep, StateGraphData } from "../graph/state-graph-data.js";
export type { InductionOutcome, InductionProgress } from "../induction/induction.js";
export type { Suggestion, SuggestOutcome } from "../induction/suggest.js";
export type { Instance } from "../model/instance.js";
export type { AnyModel } from "../model/model.js";
export type { ParameterValues } from "../model/parameters.js";
export { type At, type Given, type StateUnderTest, stateOf } from "../model/state-under-test.js";
export type { Place } from "../model/where.js";
export { builtInNames, loadModel } from "../models/models.js";
export type { MutantVerdict } from "../mutation/judge.js";
export type { MutantKind } from "../mutation/mutant.js";
export type { JudgedMutant, MutationOutcome } from "../mutation/mutation.js";
export { version } from "../package.js";
export { beginningNames as projectNames, type WrittenProject, writeProject } from "../project/project.js";
export { comparisonJsonOf, type JsonComparison } from "../reports/comparison-json.js";
export { type ComparisonReportOptions, comparisonReportOf } from "../reports/comparison-report.js";
export { EXIT as exitStatus, statusOf } from "../reports/exit-status.js";
export { htmlReport } from "../reports/html-report.js";
export { inductionJsonOf, type JsonInduction, type JsonSuggestions, suggestJsonOf } from "../reports/induction-json.js";
export { type InductionReportOptions, inductionReportOf, suggestReportOf } from "../reports/induction-report.js";
export { type JsonProperty, type JsonReport, jsonOf } from "../reports/json.js";
export { junitOf } from "../reports/junit.js";
export { type JsonMutation, mutationJsonOf } from "../reports/mutation-json.js";
export { type MutationReportOptions, mutationReportOf } from "../reports/mutation-report.js";
export { type ReportOptions, reportOf } from "../reports/report.js";
export { type SarifSource, sarifOf } from "../reports/sarif.js";
export type { Coverage } from "../search/covered/coverage.js";
export type { SearchOptions } from "../search/options.js";
export type { PropertyOutcome, RandomSearchFigures, SearchKind, Verdict } from "../search/outcome.js";
export type { RandomSearchOptions } from "../search/random/random-search.js";
export type { ClusterSample, DecidingSample, Sample, Statistics, WorkerSample } from "../search/statistics.js";
export type { SymmetryInForce } from "../symmetry/canonicalize.js";
export type { TypeCheck, TypeDiagnostic, TypeVerdict } from "../types/type-check.js";
export { type CompareOptions, compare, type ModelToCompare } from "./compare.js";
export { type InductiveOptions, inductive, type SuggestOptions, suggest } from "./induction.js";
export { type MutateOptions, mutate } from "./mutate.js";
export { type ResumeOptions, resume } from "./resume.js";
export type { CheckOptions, NamedModel, Outcome, Replay, RunObserver, Trace, Validation };
export { descriptionOf as descriptionOfStateMachine, instantiate, parseTrace, stateDiagram };
