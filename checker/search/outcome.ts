/** What a run came to, as data. Reporters are pure functions of it. */
import type { Waiting } from "../../traces/replay/lasso.js";
import type { Trace } from "../../traces/trace.js";
import type { ParameterValues } from "../model/parameters.js";
import type { Property } from "../model/property.js";
import type { SymmetryInForce } from "../symmetry/canonicalize.js";
import type { StoreKind } from "./options.js";
import type { Statistics } from "./statistics.js";

/** `incomplete` is never a pass; `uncovered` is a coverage that is not whole, after a search that was. */
export type Verdict = "holds" | "violated" | "incomplete" | "uncovered";

export type { Waiting };
export type PropertyKind = Property<unknown>["kind"];

export interface PropertyOutcome {
  readonly name: string;
  readonly kind: PropertyKind;
  readonly says: string;
  readonly verdict: Verdict;
  /** For a violation: what is wrong, in the protocol's words. */
  readonly explanation: string | undefined;
  /** For a violation of anything but a `reachable`: the way there. */
  readonly trace: Trace | undefined;
  /** For a violation of liveness: who gets on meanwhile. */
  readonly waiting?: Waiting;
  /** For liveness that holds: why that says little. */
  readonly vacuous?: string;
  /** For a `reachable` and a `coverage`: its goals that were met, and those that were not. */
  readonly goals: { readonly met: readonly string[]; readonly unmet: readonly string[] } | undefined;
  /** By chance: the number of the walk, or of the member of the swarm, that found the violation; from 1 on. */
  readonly foundBy?: number;
}

/** What a search by chance has done. It sees some states, and never says that a property holds. */
export interface RandomSearchFigures {
  /** The same seed, model and options give the same walks. */
  readonly seed: number;
  /** Walks, or members of the swarm, that were begun. */
  readonly parts: number;
  /** Steps on all walks; of a swarm: transitions. */
  readonly steps: number;
  /** Steps on a walk, or on the way of a member, at the most. */
  readonly maxDepth: number;
  /** Of a swarm: states that a member may store. */
  readonly maxStates: number | undefined;
}

export const SEARCH_KINDS = ["bfs", "dfs", "random", "swarm"] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

export interface Outcome {
  readonly model: string;
  readonly parameters: ParameterValues;
  readonly search: SearchKind;
  readonly store: StoreKind;
  /** Threads that searched. */
  readonly threads: number;
  readonly symmetry: SymmetryInForce;
  /** What the verdict rests on besides the model: printed with it. */
  readonly assumptions: readonly string[];
  /** What liveness assumes of runs, in sentences; none if it was not asked about. */
  readonly fairness: readonly string[];
  readonly properties: readonly PropertyOutcome[];
  /** Distinct states. Of a swarm, those that several members have met as often; of random walks 0, since nobody tells them apart. */
  readonly distinct: number;
  /** Transitions: every next state of every distinct state, new or not; of random walks, the steps taken. */
  readonly generated: number;
  /** Steps on the longest of the shortest ways to a state (breadth first), or on the longest way taken. */
  readonly depth: number;
  /** Why the search did not see every state; undefined if it did. */
  readonly incomplete: string | undefined;
  readonly seconds: number;
  /** What of it liveness took; undefined if it was not asked about. */
  readonly livenessSeconds?: number | undefined;
  /** Distinct states a second; on random walks, steps. */
  readonly statesPerSecond: number;
  /** How often authors' functions ran. */
  readonly functionRuns: number;
  /** Bytes of the process at the end. */
  readonly memory: number;
  /** How often each action was taken, by name. */
  readonly fired: Readonly<Record<string, number>>;
  /** States whose successors and properties were compared with the reference semantics. */
  readonly audited: number;
  /** What the search was like; undefined if nobody looked. */
  readonly statistics?: Statistics;
  /** What a search by chance has done; undefined for any other. */
  readonly sampled?: RandomSearchFigures;
}
