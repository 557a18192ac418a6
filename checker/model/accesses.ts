/**
 * How an application uses the page, or the line, that a model is about: what `popcheck simulate` needs to drive the
 * model by a workload. No search reads it, and no verdict depends on it.
 */
import type { OrdinalValue } from "./ordinal.js";
import type { IndexSet, Member } from "./scalarset.js";

/** The accesses of a model with states `S`, and with processes `M` on which threads run. */
export interface Accesses<S, M extends Member = Member> {
  /** The processes whose threads access the page. An action that one of them takes binds a name to it. */
  readonly by: IndexSet<M>;
  readonly read: Access<S, M>;
  readonly write: Access<S, M>;
  /** The names of actions, in order, by which a process begins to take part before its first access. */
  readonly enter?: readonly string[];
  /** The kinds of message that carry the page's data, and so take longer. */
  readonly carryPage?: readonly string[];
  /** Whether the copy of process `at` holds the data that was written last: what a read of it should see. */
  readonly isLatest: (state: S, at: M) => boolean;
  /**
   * The time stamp of the write under way at process `at`; null if it has none. Where an action, or a rule, chooses
   * among several stamps, a simulation takes the one that the clocks of the processes say.
   */
  readonly stamp?: (state: S, at: M) => OrdinalValue | null;
}

/** One kind of access. */
export interface Access<S, M extends Member = Member> {
  /**
   * Whether process `at` can do it now with its own copy, without asking anybody. A read is then no step of the model;
   * a write is the first of its actions that is enabled, if one is.
   */
  readonly isLocal?: (state: S, at: M) => boolean;
  /**
   * The names of the actions that do the access, or begin it, or go on with it. A thread whose access is not served
   * takes the first that is enabled at its process; if none is, it waits until one is.
   */
  readonly actions: readonly string[];
  /**
   * Whether the step from `before` to `after` serves the access that process `at` waits for, or does at once. The
   * ordinals of the two states can be compared with each other.
   */
  readonly isServedBy: (before: S, after: S, at: M) => boolean;
}
