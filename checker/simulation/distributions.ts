/** Distributions of times, in microseconds, and the grammar that they are given in. */
import { UsageError } from "../errors.js";
import type { Dice } from "../search/random/dice.js";

export type Distribution =
  | { readonly kind: "fixed"; readonly value: number }
  | { readonly kind: "uniform"; readonly from: number; readonly to: number }
  /** Never below `least`; what is above is exponential with a mean. */
  | { readonly kind: "exponential"; readonly least: number; readonly mean: number };

/** Draws a time. */
export function drawn(distribution: Distribution, dice: Dice): number {
  switch (distribution.kind) {
    case "fixed":
      return distribution.value;
    case "uniform":
      return distribution.from + (distribution.to - distribution.from) * fraction(dice);
    case "exponential":
      return distribution.least - distribution.mean * Math.log(1 - fraction(dice));
  }
}

/** Draws a number from 0, below 1. */
export function fraction(dice: Dice): number {
  return dice.next() / 2 ** 32;
}

/** Reads a distribution: 10, uniform(5,15), exponential(10), shifted(8,2). @throws UsageError for any other text */
export function distributionOf(option: string, text: string): Distribution {
  const [, name, list] = /^(?:([a-z]+)\(([^()]*)\)|[^()]*)$/.exec(text.trim()) ?? [];
  const numbers = (name === undefined ? [text] : list!.split(",")).map((part) => timeOf(part.trim()));
  const [a, b, ...more] = numbers;
  const isWhole = numbers.every((number) => number !== undefined) && more.length === 0;
  if (isWhole && a !== undefined && b === undefined) {
    if (name === undefined) return { kind: "fixed", value: a };
    if (name === "exponential") return { kind: "exponential", least: 0, mean: a };
  }
  if (isWhole && a !== undefined && b !== undefined) {
    if (name === "uniform" && a <= b) return { kind: "uniform", from: a, to: b };
    if (name === "shifted") return { kind: "exponential", least: a, mean: b };
  }
  throw new UsageError(
    `--${option} takes microseconds as 10, uniform(5,15), exponential(10), or shifted(8,2) (8 and, above it, an exponential with mean 2), not ${text || "nothing"}`,
  );
}

/** Reads a time in microseconds; undefined for any other text. */
function timeOf(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** Writes a distribution as it is given. */
export function inGrammar(distribution: Distribution): string {
  switch (distribution.kind) {
    case "fixed":
      return String(distribution.value);
    case "uniform":
      return `uniform(${distribution.from},${distribution.to})`;
    case "exponential":
      return distribution.least === 0
        ? `exponential(${distribution.mean})`
        : `shifted(${distribution.least},${distribution.mean})`;
  }
}
