/**
 * Whose language a file is in, where rumur and CMurphi mean something else by the same words: what is done with the
 * undefined value. In rumur it can only be asked about. CMurphi 5.4.9 compares undefined scalarsets and unions as it
 * does other values, and assigns what is undefined: whatever has a name of its own and, of fields and elements, all but
 * numbers and booleans. Its verifiers were tried with each of these.
 */
import { type CheckedExpression, type Frame, known } from "./compiled.js";
import { valueAt } from "./memory.js";
import type { Expression } from "./syntax.js";
import { type Type, UNDEFINED, type Value } from "./types.js";

/** What the user may say. The first one is the default. */
export const DIALECTS = ["detected", "rumur", "cmurphi"] as const;
export type DialectName = (typeof DIALECTS)[number];

export class Dialect {
  private hasCMurphiOnly = false;

  /** @param said what the user says; a file is detected to be CMurphi's by what rumur does not take */
  constructor(private readonly said: DialectName) {}

  /** Notes that the file has something that only CMurphi takes. */
  noteCMurphiOnly(): void {
    this.hasCMurphiOnly = true;
  }

  /** Whether the file is in CMurphi's language; known when all of it is checked. */
  get isCMurphi(): boolean {
    return this.said === "cmurphi" || (this.said === "detected" && this.hasCMurphiOnly);
  }
}

/**
 * Returns CMurphi's word for the undefined value, which may be assigned and given as an argument.
 * @returns undefined for every other name. It is asked of names that nothing declares: rumur takes the word for a name
 */
export function undefinedWord(
  dialect: Dialect,
  { name, at }: Expression & { readonly kind: "name" },
): CheckedExpression | undefined {
  if (name.toLowerCase() !== "undefined") return undefined;
  dialect.noteCMurphiOnly();
  return known(UNDEFINED, at, null);
}

/** Returns the function that reads what is compared: in CMurphi's language undefined scalarsets and unions, too. */
export function comparedValue(dialect: Dialect, of: CheckedExpression): (frame: Frame) => Value {
  return isSet(of.type) ? valueOrUndefined(dialect, of) : of.value;
}

function isSet({ kind }: Type): boolean {
  return kind === "scalarset" || kind === "union";
}

/**
 * Returns the function that reads what is assigned: in CMurphi's language the undefined value, too, but for the numbers
 * and booleans of fields and elements.
 */
export function assignedValue(dialect: Dialect, of: CheckedExpression, syntax: Expression): (frame: Frame) => Value {
  const isCopied = syntax.kind === "name" || of.type.kind === "enum" || isSet(of.type);
  return isCopied ? valueOrUndefined(dialect, of) : of.value;
}

function valueOrUndefined(dialect: Dialect, { place, value }: CheckedExpression): (frame: Frame) => Value {
  if (place === undefined) return value;
  return (frame) => (dialect.isCMurphi ? valueAt(place(frame)) : value(frame));
}
