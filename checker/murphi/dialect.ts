/**
 * Whose language a file is in, where rumur and CMurphi mean something else by the same words: to assign an undefined
 * variable is an error in rumur, and undefines what it is assigned to in CMurphi.
 */
import { type CheckedExpression, known } from "./compiled.js";
import type { Expression } from "./syntax.js";
import { UNDEFINED } from "./types.js";

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
