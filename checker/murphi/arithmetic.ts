/** Numbers: operators on integers that every double represents exactly. */
import type { BinaryOperator, ChainOperator } from "./syntax.js";

type NumberOperator = Exclude<BinaryOperator, "->" | "=" | "!=" | "<" | "<=" | ">" | ">="> | "&" | "|";

/** A number that an operator cannot compute with. Whoever calls it knows the place. */
export class NoNumber extends Error {}

/**
 * Returns the function of an operator on numbers.
 * @returns a function that throws NoNumber for a division by zero, and for a result that is too large
 */
export function numberFunction(operator: NumberOperator): (a: number, b: number) => number {
  return FUNCTIONS[operator];
}

const FUNCTIONS: Readonly<Record<NumberOperator, (a: number, b: number) => number>> = {
  "+": (a, b) => safe(a + b),
  "-": (a, b) => safe(a - b),
  "*": (a, b) => safe(a * b),
  "/": (a, b) => {
    if (b === 0) throw new NoNumber("a division by zero");
    return safe(Math.trunc(a / b));
  },
  "%": (a, b) => {
    if (b === 0) throw new NoNumber("a remainder of a division by zero");
    return safe(a % b);
  },
  "^": (a, b) => bits(a, b, (x, y) => x ^ y),
  "&": (a, b) => bits(a, b, (x, y) => x & y),
  "|": (a, b) => bits(a, b, (x, y) => x | y),
  "<<": (a, b) => shifted(a, b),
  ">>": (a, b) => shifted(a, -b),
};

/** Returns whether an operator of a chain can be one of numbers. */
export function isBitwise(operator: ChainOperator): operator is "&" | "|" {
  return operator === "&" || operator === "|";
}

/** Returns the complement of a number's bits, in two's complement of any length. */
export function complement(of: number): number {
  return safe(-of - 1);
}

export function negated(of: number): number {
  return safe(-of);
}

function bits(a: number, b: number, of: (x: bigint, y: bigint) => bigint): number {
  return safe(Number(of(BigInt(a), BigInt(b))));
}

/**
 * Shifts to the left or, by a negative number of places, to the right with the sign kept. As in rumur, what is shifted
 * by more places than a number has bits, which are 64 at the most, is 0 or, of a negative number to the right, -1.
 */
function shifted(of: number, places: number): number {
  if (places < -63) return of < 0 ? -1 : 0;
  if (places > 63) return 0;
  return safe(Number(places < 0 ? BigInt(of) >> BigInt(-places) : BigInt(of) << BigInt(places)));
}

/** Returns the number, 0 for -0. @throws NoNumber if a double may not hold it exactly */
function safe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new NoNumber("too large a number");
  return value + 0;
}

/**
 * Returns the numbers from one to another or, if there is no end of them, what is wrong. Without a step it is 1 or -1.
 */
export function countedValues(from: number, to: number, by = to >= from ? 1 : -1): readonly number[] | string {
  if (by === 0) return "a loop in steps of 0, which has no end";
  if (leadsAway(from, to, by)) return `a loop from ${from} to ${to} in steps of ${by}, which has no end`;
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, i) => from + i * by);
}

/** Returns the numbers from one to another as CMurphi counts: none where the end lies the other way. */
export function upwards(from: number, to: number, by = 1): readonly number[] | string {
  return leadsAway(from, to, by) ? [] : countedValues(from, to, by);
}

function leadsAway(from: number, to: number, by: number): boolean {
  return (to > from && by < 0) || (to < from && by > 0);
}
