/**
 * The outcome of a check as JSON, for `--json`. docs/reference/json.md documents its fields, which stay as they are: a
 * field may be added, but none is renamed, removed or given another meaning without a new number in `format`.
 */
import { stepsThatMatter } from "../../traces/analysis/explanation.js";
import type { Cause, DecisiveOrders, NeverTaken, ShownExpression } from "../../traces/cause.js";
import { cycleLengthOf, lengthOf, type Trace } from "../../traces/trace.js";
import type { ParameterValues } from "../model/parameters.js";
import type { Coverage } from "../search/covered/coverage.js";
import type { StoreKind } from "../search/options.js";
import {
  type ConstraintFigures,
  type Outcome,
  type PropertyKind,
  type SearchKind,
  type Verdict,
  type Waiting,
  whyNothing,
} from "../search/outcome.js";
import type { GrowingVariable } from "../search/statistics.js";
import type { TypeCheck, TypeVerdict } from "../types/type-check.js";
import { type Remark, statusOf } from "./exit-status.js";

export const JSON_FORMAT = "popcheck check 1";

/** The outcome of one property as JSON. */
export interface JsonProperty {
  readonly name: string;
  readonly kind: PropertyKind;
  readonly says: string;
  readonly outcome: Verdict;
  /** The number of steps of the counterexample. */
  readonly traceLength: number | null;
  /** The file that the counterexample was written to. */
  readonly traceFile: string | null;
  readonly explanation: string | null;
  /** The number of steps in the cycle of a run that goes on for ever; 0 if the run stands still. */
  readonly cycleLength: number | null;
  /** Of a violated liveness property: what happens to others meanwhile. */
  readonly waiting: Waiting | null;
  /** Of a property that holds only within constraints: their names. */
  readonly within: readonly string[] | null;
  /** Of a property that holds vacuously: why. */
  readonly vacuous: string | null;
  /** The goals of a `reachable` or a `coverage`. */
  readonly goals: { readonly met: readonly string[]; readonly unmet: readonly string[] } | null;
  /** The number of the walk, or of the member of the swarm, that found the violation. */
  readonly foundBy: number | null;
  /** Of a violation in one state or step: what the verdict hung on. */
  readonly cause: Cause | null;
  /** Of a counterexample that ends: which orders of its steps decide. */
  readonly race: DecisiveOrders | null;
  /** The steps of the counterexample that matter: those whose order decides. */
  readonly matters: readonly number[] | null;
  /** Of a counterexample that goes on for ever: the steps of who waits that its cycle does not take. */
  readonly neverTaken: readonly NeverTaken[] | null;
  /** The expressions that were to be shown along the counterexample, with their values. */
  readonly shown: readonly ShownExpression[] | null;
  /** Further counterexamples, if some were asked for, the shortest first. */
  readonly further: {
    /** Says what they differ in, and whether there are others. */
    readonly note: string;
    readonly traces: readonly (Pick<JsonProperty, "traceFile" | Reasons> & {
      readonly traceLength: number;
      readonly explanation: string;
    })[];
  } | null;
}

type Reasons = "cause" | "race" | "matters" | "neverTaken" | "shown";

/** A type check as JSON. */
export interface JsonTypeCheck {
  readonly verdict: TypeVerdict;
  /** TypeScript 7.0.2 */
  readonly compiler: string | null;
  readonly errors: readonly {
    readonly file: string | null;
    readonly line: number | null;
    readonly column: number | null;
    readonly code: string | null;
    readonly message: string;
  }[];
  readonly notes: readonly string[];
}

/** What constraints have cut off, as JSON. */
export interface JsonConstraints {
  readonly all: readonly {
    readonly name: string;
    readonly kind: "state constraint" | "action constraint";
    readonly says: string;
    readonly cuts: boolean | null;
  }[];
  readonly statesCut: number;
  readonly stepsCut: number;
}

/** The outcome of a check as JSON; docs/reference/json.md describes each field. */
export interface JsonReport {
  readonly format: typeof JSON_FORMAT;
  readonly model: string;
  readonly parameters: ParameterValues;
  readonly search: SearchKind;
  readonly store: StoreKind;
  readonly threads: number;
  readonly symmetry: { readonly sets: readonly string[]; readonly note: string | null };
  readonly assumptions: readonly string[];
  /** What liveness assumes of runs. */
  readonly fairness: readonly string[];
  /** What the constraints of the model have cut off. */
  readonly constraints: JsonConstraints | null;
  readonly complete: boolean;
  /** Why the search did not see every state. */
  readonly incomplete: string | null;
  /** The variable that kept meeting new values until the search ended. */
  readonly growing: GrowingVariable | null;
  /** The exit status of the command. */
  readonly status: number;
  /** Why nothing was verified, although nothing is violated or open. */
  readonly nothing: string | null;
  /** How many properties hold vacuously. */
  readonly vacuous: number;
  readonly properties: readonly JsonProperty[];
  /** What TypeScript says of the types of the model's file; null for a model that was compiled. */
  readonly types: JsonTypeCheck | null;
  readonly distinct: number;
  readonly generated: number;
  readonly depth: number;
  readonly seconds: number;
  readonly livenessSeconds: number | null;
  readonly statesPerSecond: number;
  readonly functionRuns: number;
  readonly memory: number;
  readonly fired: Readonly<Record<string, number>>;
  /** The channels out of which no step takes a message; null of a random search. */
  readonly neverReceived: readonly string[] | null;
  readonly audited: number;
  /** What was covered, if that was asked for. */
  readonly coverage: Coverage | null;
  readonly levels: readonly number[] | null;
  readonly outDegrees: readonly number[] | null;
  readonly peakMemory: number | null;
  readonly storeBytes: number | null;
  /** The seed of a random search. */
  readonly seed: number | null;
  readonly walks: number | null;
  readonly steps: number | null;
  readonly maxDepth: number | null;
  readonly maxStates: number | null;
}

/**
 * Returns the outcome as JSON.
 * @param traceFiles the files of the counterexamples that were written, by the counterexample, or by property
 * @param failOn the remarks that fail the run
 */
export function jsonOf(
  outcome: Outcome,
  traceFiles: ReadonlyMap<string | Trace, string> = new Map(),
  failOn: readonly Remark[] = [],
): JsonReport {
  const { symmetry, incomplete, statistics, sampled } = outcome;
  const fileOf = (name: string, trace: Trace | undefined) => traceFiles.get(name) ?? (trace && traceFiles.get(trace));
  return {
    format: JSON_FORMAT,
    model: outcome.model,
    parameters: outcome.parameters,
    search: outcome.search,
    store: outcome.store,
    threads: outcome.threads,
    symmetry: { sets: symmetry.sets, note: symmetry.note ?? null },
    assumptions: outcome.assumptions,
    fairness: outcome.fairness,
    constraints: outcome.constraints === undefined ? null : constraintsOf(outcome.constraints),
    complete: incomplete === undefined,
    incomplete: incomplete ?? null,
    growing: outcome.growing ?? null,
    status: statusOf(outcome, failOn),
    nothing: whyNothing(outcome) ?? null,
    vacuous: outcome.properties.filter(({ vacuous }) => vacuous !== undefined).length,
    properties: outcome.properties.map(
      ({ name, kind, says, verdict, trace, explanation, goals, foundBy, waiting, vacuous, within, further }) => ({
        name,
        kind,
        says,
        outcome: verdict,
        traceLength: trace ? lengthOf(trace) : null,
        traceFile: fileOf(name, trace) ?? null,
        explanation: explanation ?? null,
        cycleLength: trace === undefined ? null : (cycleLengthOf(trace) ?? null),
        waiting: waiting ?? null,
        within: within ?? null,
        vacuous: vacuous ?? null,
        goals: goals ?? null,
        foundBy: foundBy ?? null,
        ...reasonsOf(trace),
        further:
          further === undefined
            ? null
            : {
                note: further.note,
                traces: further.traces.map((of) => ({
                  ...{ traceLength: lengthOf(of), traceFile: traceFiles.get(of) ?? null },
                  ...{ explanation: of["#meta"].explanation, ...reasonsOf(of) },
                })),
              },
      }),
    ),
    types: outcome.types === undefined ? null : typesOf(outcome.types),
    distinct: outcome.distinct,
    generated: outcome.generated,
    depth: outcome.depth,
    seconds: outcome.seconds,
    livenessSeconds: outcome.livenessSeconds ?? null,
    statesPerSecond: outcome.statesPerSecond,
    functionRuns: outcome.functionRuns,
    memory: outcome.memory,
    fired: outcome.fired,
    neverReceived: outcome.neverReceived ?? null,
    audited: outcome.audited,
    coverage: outcome.coverage ?? null,
    levels: statistics?.levels ?? null,
    outDegrees: statistics && statistics.outDegrees.length > 0 ? statistics.outDegrees : null,
    peakMemory: statistics?.peakMemory ?? null,
    storeBytes: statistics?.storeBytes ?? null,
    seed: sampled?.seed ?? null,
    walks: sampled?.parts ?? null,
    steps: sampled?.steps ?? null,
    maxDepth: sampled?.maxDepth ?? null,
    maxStates: sampled?.maxStates ?? null,
  };
}

function constraintsOf({ all, states, steps }: ConstraintFigures): JsonConstraints {
  return { all: all.map((each) => ({ ...each, cuts: each.cuts ?? null })), statesCut: states, stepsCut: steps };
}

function reasonsOf(trace: Trace | undefined): Pick<JsonProperty, Reasons> {
  const { cause, race, neverTaken, shown } = trace?.["#meta"] ?? {};
  const matters = trace && stepsThatMatter(trace);
  return {
    cause: cause ?? null,
    race: race ?? null,
    matters: matters === undefined ? null : [...matters].sort((a, b) => a - b),
    neverTaken: neverTaken ?? null,
    shown: shown ?? null,
  };
}

function typesOf({ verdict, compiler, errors, notes }: TypeCheck): JsonTypeCheck {
  return {
    verdict,
    compiler: compiler ?? null,
    errors: errors.map(({ file, line, column, code, message }) => ({
      ...{ file: file ?? null, line: line ?? null, column: column ?? null, code: code ?? null },
      message,
    })),
    notes,
  };
}
