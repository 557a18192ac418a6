/**
 * What the relatives of Popcorn's protocol have in common: kernels that each may have a copy of one page, versions of
 * its data, and accesses that a kernel waits for. A protocol describes itself by a `PageView`, from which come its
 * properties (invariants/relatives/) and its accesses for `popcheck simulate`.
 */
import {
  type Accesses,
  integer,
  type Member,
  nameOf,
  type OrdinalValue,
  ordinal,
  type StateBase,
  scalarset,
} from "popcheck/model";

export const kernels = scalarset("kernel", { prefix: "K", size: "kernels" });
export type Kernel = Member<"kernel">;

/** The parameter that every relative has. */
export const kernelsParameter = integer("kernels, each with at most one copy of the page", {
  default: 3,
  min: 2,
  max: 16,
});

/** Versions of the page's data: the latest is told from older ones, which are alike. */
export const versions = ordinal("v", { keep: 1 });

/** What kernels do with a page. */
export type AccessKind = "read" | "write";

/** What a protocol of one page is to its application, and to whom it must be coherent. */
export interface PageView<S> {
  /** Whether kernel `at` may read its copy without a message. */
  readonly mayRead: (state: S, at: Kernel) => boolean;
  /** Whether kernel `at` may write its copy without a message. */
  readonly mayWrite: (state: S, at: Kernel) => boolean;
  /** The version that the copy of kernel `at` holds; null if it has no data. */
  readonly data: (state: S, at: Kernel) => OrdinalValue | null;
  /** The version that was written last. */
  readonly latest: (state: S) => OrdinalValue;
  /** The access that kernel `at` waits for; null if it waits for none. */
  readonly waits: (state: S, at: Kernel) => AccessKind | null;
  /**
   * Whether the version that was written last is in memory that belongs to no kernel, or in a message: the places,
   * besides the kernels' copies, from which it can still be read.
   */
  readonly latestElsewhere: (state: S) => boolean;
}

/**
 * Returns the accesses of a protocol with the actions App_Read and App_Write.
 * @param carryPage the kinds of message that carry the page's data
 */
export function accessesOf<S extends StateBase<object>>(
  view: PageView<S>,
  ...carryPage: readonly string[]
): Accesses<S, Kernel> {
  const isLatest = (state: S, at: Kernel) => view.data(state, at) === view.latest(state);
  return {
    by: kernels,
    carryPage,
    isLatest,
    read: {
      isLocal: view.mayRead,
      actions: ["App_Read"],
      isServedBy: (before, after, at) =>
        view.mayRead(after, at) || (view.waits(before, at) === "read" && view.waits(after, at) === null),
    },
    write: {
      isLocal: view.mayWrite,
      actions: ["App_Write"],
      isServedBy: (before, after, at) => view.latest(before) !== view.latest(after) && isLatest(after, at),
    },
  };
}

/** Says in words what the kernels hold: "K1 may write v2; K2 holds v1". */
export function copiesInWords<S extends StateBase<object>>(view: PageView<S>, state: S): string {
  const held = state.members(kernels).flatMap((k) => {
    const data = view.data(state, k);
    const right = view.mayWrite(state, k) ? "may write" : view.mayRead(state, k) ? "may read" : "holds";
    return data === null && right === "holds" ? [] : [`${nameOf(k)} ${right} ${data ?? "nothing"}`];
  });
  return held.join("; ") || "nobody holds a copy";
}
