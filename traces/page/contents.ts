/** The data in a page's file. */
import type { Packed } from "./pack.js";

export interface Contents {
  readonly packed: Packed;
  /** Whether the first two runs are shown beside each other at first. */
  readonly beside: boolean;
  /** The outcome of the check that wrote the file; undefined if none did. */
  readonly outcome?: OutcomeInWords;
}

export interface OutcomeInWords {
  /** `popcorn, kernels 2, stage 4.2` */
  readonly heading: string;
  readonly properties: readonly {
    readonly name: string;
    readonly says: string;
    readonly verdict: "holds" | "violated" | "incomplete" | "uncovered";
    readonly explanation: string;
    /** `within "small"`: the constraints within which it holds; empty if it does plainly. */
    readonly within: string;
    /** Sentences on why it is violated. */
    readonly reasons: readonly string[];
  }[];
  /** What the verdicts rest on: bounds, assumptions, fairness. */
  readonly notes: readonly string[];
}
