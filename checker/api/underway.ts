/** What every check is while it is under way, whoever searches. */
import type { Outcome } from "../search/outcome.js";
import type { Sample } from "../search/statistics.js";

/** A check under way. */
export interface Underway {
  /** Works for about `milliseconds`, lets events be handled, and returns whether the check is over. */
  work(milliseconds: number): Promise<boolean>;
  sample(): Sample;
  /** Ends the check as incomplete. */
  stop(reason: string): Promise<void>;
  outcome(): Outcome | Promise<Outcome>;
  /** Ends the check's threads, and releases the memory and the files that it holds. */
  close(): void;
}
