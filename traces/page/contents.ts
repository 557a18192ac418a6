/** What a page's file carries as data. */
import type { Packed } from "./pack.js";

export interface Contents {
  readonly packed: Packed;
  /** The first two runs are shown beside each other at first. */
  readonly beside: boolean;
  /** What a check came to, if the file tells of one. */
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
  }[];
  /** What the verdicts rest on: bounds, assumptions, fairness. */
  readonly notes: readonly string[];
}
