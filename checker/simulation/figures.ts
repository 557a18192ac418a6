/** What is measured in one run. */
import type { AccessKind } from "./driven-model.js";
import { Latency } from "./statistics.js";

/** A property that was violated, when and where for the first time in the run. */
export interface RunViolation {
  readonly property: string;
  /** In microseconds. */
  readonly time: number;
  /** The page, counted from zero. */
  readonly page: number;
  readonly explanation: string;
}

/** The figures of one run, as they are counted. */
export class RunFigures {
  /** By kind of access: how many were served. */
  readonly accesses: Record<AccessKind, number> = { read: 0, write: 0 };
  /** By kind of access: how many a process could not do with its own copy. */
  readonly faultsOf: Record<AccessKind, number> = { read: 0, write: 0 };
  /** Latencies of all accesses, and of those that were not local. */
  readonly latency = new Latency();
  readonly faultLatency = new Latency();
  /** By kind of message: by the number of the receiver, how many were sent. */
  readonly sent = new Map<string, number[]>();
  readonly received = new Map<string, number>();
  /** Messages that a step has removed from a channel without receiving them. */
  readonly dropped = new Map<string, number>();
  /** Requests that an access sent again to the same process, by the kind of access. */
  readonly retries: Record<AccessKind, number> = { read: 0, write: 0 };
  /** Reads of a copy that does not hold the data that was written last. */
  staleReads = 0;
  /** Steps of the model, each run of local writes that changes nothing counted as one. */
  steps = 0;
  /** The first violation of each property. */
  readonly violations = new Map<string, RunViolation>();
  /** Why threads wait for ever, and which for what; undefined if all have finished. */
  stuck: { readonly why: string; readonly threads: readonly string[] } | undefined;
  /** By kind of message: how many were in flight at the end. */
  inFlight: ReadonlyMap<string, number> = new Map();
  /** When the last thread finished, in microseconds. */
  time = 0;

  constructor(
    readonly seed: number,
    private readonly processes: number,
  ) {}

  noteSent(kind: string, to: number): void {
    let byReceiver = this.sent.get(kind);
    if (byReceiver === undefined) {
      byReceiver = Array<number>(this.processes).fill(0);
      this.sent.set(kind, byReceiver);
    }
    byReceiver[to]!++;
  }

  note(counts: Map<string, number>, kind: string): void {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }

  noteViolation(violation: RunViolation): void {
    if (!this.violations.has(violation.property)) this.violations.set(violation.property, violation);
  }

  /** How many messages of a kind were sent; without a kind, of all kinds. */
  messages(kind?: string): number {
    let sum = 0;
    for (const [each, byReceiver] of this.sent)
      if (kind === undefined || kind === each) for (const count of byReceiver) sum += count;
    return sum;
  }

  get faults(): number {
    return this.faultsOf.read + this.faultsOf.write;
  }

  get allAccesses(): number {
    return this.accesses.read + this.accesses.write;
  }
}
