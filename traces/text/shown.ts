/** Texts of strangers as a terminal or a line can show them. */

/** What would break a line. */
const BREAKS = /[\t\n\v\f\r\u0085\p{Zl}\p{Zp}]+/gu;

/** What a terminal would obey instead of showing it: controls, marks of direction, halves of characters, breaks. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Returns a text in which characters that a terminal would obey are shown by their numbers: `\u001b`. */
export function shown(text: string): string {
  return text.replace(OBEYED, (char) => `\\u${char.codePointAt(0)!.toString(16).padStart(4, "0")}`);
}

/** Returns a text on one line: what would break it becomes a space, what a terminal would obey is shown. */
export function onOneLine(text: string): string {
  return shown(text.replace(BREAKS, " "));
}

/** Returns plain data in which every text, and every name of a field, is on one line as `onOneLine` has it. */
export function onOneLineThroughout<T>(value: T): T {
  return throughout(value) as T;
}

function throughout(value: unknown): unknown {
  if (typeof value === "string") return onOneLine(value);
  if (Array.isArray(value)) return value.map(throughout);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [onOneLine(name), throughout(inner)]));
}
