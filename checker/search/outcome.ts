/** The outcome of a check, as data. Reporters are pure functions of it. */
import type { Waiting } from "../../traces/replay/lasso.js";
import type { Trace } from "../../traces/trace.js";
import type { Constraint } from "../model/constraint.js";
import type { ParameterValues } from "../model/parameters.js";
import type { Property, Unlisted } from "../model/property.js";
import type { Place } from "../model/where.js";
import type { SymmetryInForce } from "../symmetry/canonicalize.js";
import type { TypeCheck } from "../types/type-check.js";
import type { Coverage } from "./covered/coverage.js";
import type { StoreKind } from "./options.js";
import type { GrowingVariable, Statistics } from "./statistics.js";

/** `incomplete` is never a pass. `uncovered` is said of a coverage with unmet goals, after a complete search. */
export type Verdict = "holds" | "violated" | "incomplete" | "uncovered";

export type { Waiting };
export type PropertyKind = Property<unknown>["kind"] | Unlisted["kind"];

export interface PropertyOutcome {
  readonly name: string;
  readonly kind: PropertyKind;
  readonly says: string;
  readonly verdict: Verdict;
  /** What is wrong, in the protocol's words, or which goals were not met; undefined if there is nothing to explain. */
  readonly explanation: string | undefined;
  /**
   * A run that violates the property. A violated `reachable` has none, nor has one whose states fingerprints have not
   * kept.
   */
  readonly trace: Trace | undefined;
  /**
   * For each state of the trace, where the step that led to it is declared: the rule of the receive table's cell that
   * decided, else the action. Undefined if there is no trace.
   */
  readonly places?: readonly (Place | undefined)[];
  /** Further counterexamples, if the caller has asked for some, the shortest first. */
  readonly further?: { readonly traces: readonly Trace[]; readonly note: string };
  /** For a violation of liveness: whether others get on meanwhile. */
  readonly waiting?: Waiting;
  /**
   * For a property that holds: the names of the constraints within which it does. Undefined if none has cut anything
   * off.
   */
  readonly within?: readonly string[];
  /** For a property that holds: why that says little. */
  readonly vacuous?: string;
  /** For a `reachable` or a `coverage`: the labels of the goals that were met, and of those that were not. */
  readonly goals: { readonly met: readonly string[]; readonly unmet: readonly string[] } | undefined;
  /** Random search: the number, from 1 on, of the walk or member that found the violation. */
  readonly foundBy?: number;
}

/** What the constraints of a model have done to a search. */
export interface ConstraintFigures {
  readonly all: readonly {
    readonly name: string;
    readonly kind: Constraint<unknown>["kind"];
    readonly says: string;
    /** Whether it has cut something off; undefined if nobody counted, as in a random search. */
    readonly cuts: boolean | undefined;
  }[];
  /** How many states were visited and checked, but not expanded. */
  readonly states: number;
  /** How many steps were not taken, counted for each distinct state that they start from. */
  readonly steps: number;
}

/** What a random search has done. It sees only some of the states. */
export interface RandomSearchFigures {
  /** The same seed, model and options give the same walks. */
  readonly seed: number;
  /** The number of walks, or of members of the swarm, that were begun. */
  readonly parts: number;
  /** The number of steps on all walks; of a swarm, of transitions. */
  readonly steps: number;
  /** The most steps that a walk, or the way of a member, may have. */
  readonly maxDepth: number;
  /** Swarm: how many states a member may store. */
  readonly maxStates: number | undefined;
}

export const SEARCH_KINDS = ["bfs", "dfs", "random", "swarm"] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

export interface Outcome {
  readonly model: string;
  readonly parameters: ParameterValues;
  readonly search: SearchKind;
  readonly store: StoreKind;
  /** The number of threads that searched. */
  readonly threads: number;
  readonly symmetry: SymmetryInForce;
  /** What the verdicts rest on besides the model, in sentences that are printed with them. */
  readonly assumptions: readonly string[];
  /** What constraints have cut off; undefined if the model has none. */
  readonly constraints?: ConstraintFigures;
  /** What liveness assumes of runs, in sentences; empty if no liveness property was checked. */
  readonly fairness: readonly string[];
  /**
   * The properties that were asked about; if a function of the model threw, that none does; and if functions of the
   * model make assertions, that none of them fails.
   */
  readonly properties: readonly PropertyOutcome[];
  /**
   * The number of distinct states. In a swarm, a state counts once for each member that met it. 0 for random walks,
   * which do not tell states apart.
   */
  readonly distinct: number;
  /**
   * The number of transitions: every next state of every distinct state, new or not. For random walks, the number of
   * steps.
   */
  readonly generated: number;
  /** Breadth first, the greatest depth of a state; else the number of steps on the longest way that was taken. */
  readonly depth: number;
  /** Why the search did not see every state; undefined if it did. */
  readonly incomplete: string | undefined;
  readonly seconds: number;
  /** How many of the `seconds` liveness took; undefined if no liveness property was checked. */
  readonly livenessSeconds?: number | undefined;
  /** Distinct states per second of the search; for random walks, steps per second. */
  readonly statesPerSecond: number;
  /** Of an incomplete search: the variable that kept meeting new values, if one did. */
  readonly growing?: GrowingVariable | undefined;
  /** How often authors' functions were run. */
  readonly functionRuns: number;
  /** The resident memory of the process at the end, in bytes. */
  readonly memory: number;
  /** How often each action was taken, by the action's name. */
  readonly fired: Readonly<Record<string, number>>;
  /** The channels into which messages were put, and out of which no step took one. Unknown of a random search. */
  readonly neverReceived?: readonly string[];
  /** How many states were audited: their successors and properties compared with the reference semantics. */
  readonly audited: number;
  /**
   * What TypeScript says of the types of the model's file; undefined for a model that was compiled. If the types are
   * wrong, nothing is decided, and the numbers are 0.
   */
  readonly types?: TypeCheck;
  /** What was covered, if that was asked for. */
  readonly coverage?: Coverage;
  /** Details of an exhaustive search; undefined for a random search. */
  readonly statistics?: Statistics;
  /** What a random search has done; undefined for an exhaustive search. */
  readonly sampled?: RandomSearchFigures;
}

/**
 * Says why an outcome has verified nothing, although nothing is violated or open: no property was asked about, or each
 * of them holds vacuously. Undefined if something was verified, or is known not to hold, or is not known.
 */
export function whyNothing({ properties }: Outcome): string | undefined {
  if (properties.length === 0) return "no property was asked about";
  if (properties.some(({ verdict, vacuous }) => verdict !== "holds" || vacuous === undefined)) return undefined;
  return properties.length === 1 ? "the only property holds vacuously" : "every property holds vacuously";
}

/** Returns a verdict in words: `holds within "small" and "short"`. */
export function verdictInWords(
  verdict: PropertyOutcome["verdict"],
  within: PropertyOutcome["within"] | undefined,
): string {
  if (verdict !== "holds" || within === undefined) return verdict;
  return `holds ${withinInWords(within)}`;
}

/** Returns `within "small" and "short"`. @param within the names of constraints */
export function withinInWords(within: readonly string[]): string {
  return `within ${within.map((name) => `"${name}"`).join(" and ")}`;
}

/** Says for each constraint what it is, and then what all of them have cut off. */
export function constraintsInWords({ all, states, steps }: ConstraintFigures): string[] {
  const each = all.map(({ name, says, cuts }) => {
    const nothing = cuts === false ? "; it cut nothing off, so no verdict rests on it" : "";
    return `${name}: ${says}${nothing}`;
  });
  const counted = (count: number, noun: string) => `${count.toLocaleString("en")} ${count === 1 ? noun : `${noun}s`}`;
  const isCut = all.some(({ cuts }) => cuts === true);
  return isCut
    ? [...each, `cut off: ${counted(states, "state")} not expanded, ${counted(steps, "step")} not taken`]
    : each;
}
