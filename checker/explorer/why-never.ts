/**
 * Why a condition holds in no state that was searched, as far as that is known: it stops being evaluated in a state as
 * soon as it is decided, so that some of its parts may never have been asked.
 */
import { didYouMean } from "../nearest.js";

/** A place that is compared with a word, and the values that it had where it was looked at. */
export interface Watched {
  readonly place: string;
  readonly verb: "is" | "has";
  readonly word: string;
  readonly values: Set<string>;
  /** How often it is looked at in a state, unless what stands beside it decides before, and how often it was. */
  readonly perState: number;
  looks: number;
}

/** A part of the whole condition, all of which must hold: how often it was asked, and whether it ever held. */
export interface Conjunct {
  readonly text: string;
  asked: number;
  held: boolean;
}

/** What was kept of a condition while it was evaluated. */
export interface Evaluated {
  /** The number of states that were asked about. */
  readonly states: number;
  readonly watched: readonly Watched[];
  readonly conjuncts: readonly Conjunct[];
}

/** Returns sentences on what keeps a condition, which held in no state, from holding. */
export function whyNever({ states, watched, conjuncts }: Evaluated): string[] {
  const wasAlwaysAsked = ({ looks, perState }: Watched) => looks === perState * states;
  const unmet = watched.filter(({ word, values }) => !values.has(word));
  const isExplained = conjuncts.length < 2 || unmet.some(wasAlwaysAsked);
  const alwaysFalse = isExplained ? [] : conjuncts.filter(({ asked, held }) => asked === states && !held);
  return [
    ...alwaysFalse.map(({ text }) => `${text} is false in every one of them`),
    ...unmet.map((of) => {
      const { place, verb, word, values, looks } = of;
      const isPlace = verb === "is";
      if (looks === 0) return `whether ${place} ${verb} ${word} was never asked: what stands beside it decided before`;
      const had = `${[...values].sort().join(", ") || "nothing"}${didYouMean(word, [...values])}`;
      if (wasAlwaysAsked(of)) return `${place} ${isPlace ? "is never" : "never has"} ${word}: it ${verb} ${had}`;
      const never = `${isPlace ? "was" : "had"} never ${word}`;
      return `${place} ${never} where it was asked, which was not in every state: it ${isPlace ? "was" : "had"} ${had}`;
    }),
  ];
}
