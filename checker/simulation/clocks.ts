/** The clocks of processes, which need not agree with each other: there is no global clock (Popcorn, section 4.3). */
import { UsageError } from "../errors.js";
import type { Dice } from "../search/random/dice.js";
import { fraction } from "./distributions.js";

/** How far a clock is from the true time: what it shows at 0, in microseconds, and how much faster it goes. */
export interface Clock {
  readonly offset: number;
  readonly drift: number;
}

/** What is said of clocks: of one process, or of each. */
export interface SkewRule {
  /** The name of the process; undefined: the clock of each is at most so far off, drawn by the seed. */
  readonly process: string | undefined;
  readonly offset: number;
  /** In parts per million. */
  readonly drift: number;
  readonly text: string;
}

/** Reads a rule: `50`, `50,100`, `K1=-20`, `K1=20,1000` (offset, drift). @throws UsageError for any other text */
export function skewRuleOf(text: string): SkewRule {
  const [, process, offset, drift = "0"] =
    /^(?:([^=\s]+)=)?(-?\d+(?:\.\d+)?)(?:,(-?\d+(?:\.\d+)?))?$/.exec(text.trim()) ?? [];
  if (offset === undefined || (process === undefined && (Number(offset) < 0 || Number(drift) < 0)))
    throw new UsageError(
      `--clock-skew takes MICROSECONDS, or MICROSECONDS,PPM, for each clock at most, or K1=MICROSECONDS for one, not ${text || "nothing"}`,
    );
  return { process, offset: Number(offset), drift: Number(drift), text };
}

/**
 * Returns the clocks of processes.
 * @param names the names of the processes that have one
 * @param dice draws what is only bounded
 * @throws UsageError for a rule about a process that there is not
 */
export function clocksOf(rules: readonly SkewRule[], names: readonly string[], dice: Dice): readonly Clock[] {
  const stranger = rules.find(({ process }) => process !== undefined && !names.includes(process));
  if (stranger !== undefined)
    throw new UsageError(`--clock-skew ${stranger.text} names ${stranger.process}, and clocks are those of ${names.join(", ")}`); // biome-ignore format: one sentence
  const bound = rules.findLast(({ process }) => process === undefined);
  const within = (most: number) => most * (2 * fraction(dice) - 1);
  return names.map((name) => {
    const own = rules.findLast(({ process }) => process === name);
    if (own !== undefined) return { offset: own.offset, drift: own.drift / 1e6 };
    if (bound === undefined) return { offset: 0, drift: 0 };
    return { offset: within(bound.offset), drift: within(bound.drift) / 1e6 };
  });
}

/** What a clock shows at a time. */
export function readingOf({ offset, drift }: Clock, time: number): number {
  return time * (1 + drift) + offset;
}
