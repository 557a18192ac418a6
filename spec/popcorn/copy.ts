/**
 * A kernel's copy of the page: its page state, its data, its bookkeeping. History is among the fields, and apart in
 * history.ts.
 */
import { Record, Set } from "immutable";
import { type Floor, type OrdinalValue, ordered, ordinal } from "popcheck/model";
import { comparesIndices, type Options } from "./options.js";

export const kernels = ordered("kernel", {
  prefix: "K",
  size: "kernels",
  when: (options) => comparesIndices(options as Options),
});
export type Kernel = ReturnType<typeof kernels.member>;
export type Kernels = Set<Kernel>;
export const nobody: Kernels = Set<Kernel>();

/**
 * Time stamps of writes (section 4.3). Only their order matters, so that the model is finite although clocks have no
 * bound.
 */
export const stamps = ordinal("t");
const boundedStamps = new Map<number, ReturnType<typeof ordinal>>();

/** Time stamps in ticks, for clocks that are never more than `skew` ticks apart. */
export function ticks(skew: number): ReturnType<typeof ordinal> {
  const known = boundedStamps.get(skew) ?? ordinal("t", { window: skew });
  boundedStamps.set(skew, known);
  return known;
}

/** Versions of the page's data, if none are compared: the latest is told from older ones, which are alike. */
const latestOrOlder = ordinal("v", { keep: 1 });
/** Versions that are compared with each other: to install the newest of several Copies, or to refuse one. */
const allVersions = ordinal("v");

/** The versions of a stage. */
export function versionsOf({ install, refuseStale }: Options) {
  return install === "newest" || refuseStale ? allVersions : latestOrOlder;
}

/**
 * The page states before 4.8, and from then on those of a page that is replicated. Before 4.4, Writing Pend 1 stands
 * for Writing, and Writing Pend 2 for Writing with a Nack.
 */
export const replicatedPages = [
  "Invalid",
  "Shared",
  "Modified",
  "InvalidRead1",
  "InvalidRead2",
  "WritingPend1",
  "WritingPend2",
  "WritingRead",
] as const;
export const fetchingPages = ["FetchingNotReplicated", "FetchingInvalid", "FetchingValid"] as const;
export const allPages = [...replicatedPages, "Unmapped", "NotReplicated", ...fetchingPages] as const;
export type Page = (typeof allPages)[number];

/** The states in which an access is delayed until all answers are in (section 4.1). */
export const waitPages: readonly Page[] = [
  "InvalidRead1",
  "InvalidRead2",
  "WritingPend1",
  "WritingPend2",
  "WritingRead",
  ...fetchingPages,
];

/** The least time stamp that answers of a round have told, and whose it is. */
export class Least extends Record({ kernel: null as Kernel | null, stamp: null as OrdinalValue | null }) {}

/**
 * How many flagged writers, Invalids and Fetch_Writes of a round a copy knows of, if it does not remember whose they
 * are.
 */
export class Counts extends Record({ flagged: 0, seen: 0, asked: 0 }) {}

/** What a kernel takes the page's area for (section 5.2). */
export type Area = "read-only" | "writable";
/**
 * Whether a kernel runs the process (section 5.2): not; yes, and by what it knows no other does; or yes, beside others.
 */
export type Membership = "absent" | "alone" | "member";

/**
 * What a kernel knows of the page's owner (section 5.2). A variable of its own, which only a model with owners has, so
 * that all other models keep their states.
 */
export class Owner extends Record({
  /** The sender of the Invalid that the kernel Acked last. */
  kernel: null as Kernel | null,
  /** The owner whom alone the fetch under way asks. */
  asked: null as Kernel | null,
  /** Whether the data of the copy came from the owner alone (only if a write then asks all others first). */
  gave: false,
}) {}

export class Copy extends Record({
  page: "Invalid" as Page,
  /** The version held; while a fetch is out, the one received so far. */
  data: null as OrdinalValue | null,
  /** The time stamp of the write under way: kept over retries, dropped on reaching Modified. */
  stamp: null as OrdinalValue | null,
  /** The kernel's clock is past this. */
  clock: stamps.floor() as Floor,
  /** The kernel's clock in ticks, if skew is bounded. */
  time: null as OrdinalValue | null,
  /** Whose answers are still missing. */
  awaiting: nobody,
  /**
   * Kernels that answered this round's Invalid "I am writing too"; in Modified, those of them that have not asked yet.
   */
  flagged: nobody,
  /** Whether a Nack with a clear flag came this round: it is the winner's. */
  clearNack: false,
  /** The least time stamp that answers of this round have told (only if step 2 goes by it). */
  least: null as Least | null,
  /** Whose Invalids have come in this round. */
  seen: nobody,
  /** Whose Fetch_Writes have come in this round. */
  asked: nobody,
  /** How many there are of `flagged`, `seen` and `asked`, if they are only counted. */
  counts: new Counts(),
  /** Who sent the Copy that was kept (only if step 2 goes by it). */
  copiedFrom: null as Kernel | null,
  /** Whose Fetches are held back, to be answered in Modified. */
  heldFetch: nobody,
  /** Whose Fetch_Writes are held back. */
  heldFetchWrite: nobody,
  /** Whether the copy has been invalidated in Writing Read and must fetch again. */
  again: false,
  /** Whether the fetch under way is the forced read of a write that follows at once. */
  intent: false,
  /** Other kernels known to fetch while this one does (only if indices decide among them). */
  fellows: nobody,
  /** History, as the next field is: only history.ts sets the two, and no rule reads them. Read them of `history`. */
  gaveWayTo: nobody,
  rivalElected: false,
  /** Repair R4: the writers whose Invalids it Acked while it was reading, each of whom owes it a Copy. */
  owed: nobody,
  /** Repair R4: the readers that this writer owes a Copy, once it is Modified. */
  owes: nobody,
  /** Repair R2: of the versions that Acked Invalids told, the newest: no Copy is kept that is not newer. */
  acked: latestOrOlder.floor() as Floor,
  /** Repair R1: whether a fetch has been answered by all since the last Invalid that the kernel Acked. */
  confirmed: false,
  /** Repair R4: whether the read that waits has been served by a Copy that is not kept. */
  served: false,
}) {
  /** The copy in another page state. */
  becomes(page: Page): Copy {
    return this.set("page", page);
  }

  /** What is recorded of the copy for the properties alone. */
  get history(): History {
    return new History(this);
  }

  /** Whether all answers to the last request are in. */
  get answered(): boolean {
    return this.awaiting.isEmpty();
  }

  /** All kernels whose request is held back. */
  get held(): Kernels {
    return this.heldFetch.union(this.heldFetchWrite);
  }

  /** Whether some kernel waits for an answer that the copy holds back. */
  get hasToAnswer(): boolean {
    return !(this.heldFetch.isEmpty() && this.heldFetchWrite.isEmpty() && this.owes.isEmpty());
  }

  /** Repair R2: whether a Copy of this version is refused: it is not newer than the newest that Acked Invalids told. */
  refuses(version: OrdinalValue | null): boolean {
    return version === null || !this.acked.isBelow(version);
  }

  /**
   * The copy when its kernel has Acked an Invalid, whose writer holds this `version` (repair R2; without it, `null`).
   */
  afterAck(version: OrdinalValue | null): Copy {
    const told =
      version !== null && this.acked.isBelow(version) ? this.set("acked", version.ordinal.floor(version)) : this;
    return told.set("confirmed", false);
  }

  /** The copy without what it knows of its round. Requests that it holds stay, and so does history. */
  afterRound(): Copy {
    return this.merge({
      flagged: nobody,
      clearNack: false,
      least: null,
      seen: nobody,
      asked: nobody,
      counts: new Counts(),
      copiedFrom: null,
      again: false,
    });
  }
}

/** What is remembered of a copy's election, for the property *unique election*. */
export class History {
  constructor(private readonly copy: Copy) {}

  /** The writers to whom the copy gave way (with an Ack) in Writing Pend 1 of this round. */
  get gaveWayTo(): Kernels {
    return this.copy.gaveWayTo;
  }

  /** Whether one of them has been elected. */
  get rivalElected(): boolean {
    return this.copy.rivalElected;
  }
}
