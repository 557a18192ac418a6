/** What a run came to, as data. Reporters are pure functions of it. */
import type { Trace } from "../../traces/trace.js";
import type { ParameterValues } from "../model/parameters.js";
import type { SymmetryInForce } from "../symmetry/canonicalize.js";
import type { StoreKind } from "./explorer.js";
import type { Statistics } from "./statistics.js";

/** `incomplete` is never a pass. */
export type Verdict = "holds" | "violated" | "incomplete";

export type PropertyKind = "invariant" | "step invariant" | "reachable" | "no deadlock" | "no unspecified reception";

export interface PropertyOutcome {
  readonly name: string;
  readonly kind: PropertyKind;
  readonly says: string;
  readonly verdict: Verdict;
  /** For a violation: what is wrong, in the protocol's words. */
  readonly explanation: string | undefined;
  /** For a violation of anything but a `reachable`: the way there. */
  readonly trace: Trace | undefined;
  /** For a `reachable`: its goals that were met, and those that were not. */
  readonly goals: { readonly met: readonly string[]; readonly unmet: readonly string[] } | undefined;
}

export interface Outcome {
  readonly model: string;
  readonly parameters: ParameterValues;
  readonly search: "bfs" | "dfs";
  readonly store: StoreKind;
  /** Threads that searched. */
  readonly threads: number;
  readonly symmetry: SymmetryInForce;
  /** What the verdict rests on besides the model: printed with it. */
  readonly assumptions: readonly string[];
  readonly properties: readonly PropertyOutcome[];
  /** Distinct states. */
  readonly distinct: number;
  /** Transitions: every next state of every distinct state, new or not. */
  readonly generated: number;
  /** Steps on the longest of the shortest ways to a state (breadth first), or on the longest way taken (depth first). */
  readonly depth: number;
  /** Why the search did not see every state; undefined if it did. */
  readonly incomplete: string | undefined;
  readonly seconds: number;
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
}
