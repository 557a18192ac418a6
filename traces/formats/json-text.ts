/** JSON as text that any terminal can show. */

/** What JSON leaves as it is in a text, and a terminal may obey: later control characters, and marks of direction. */
const UNSHOWN = /[\p{Cf}\u007f-\u009f\u2028\u2029]/gu;

/**
 * Writes a value as JSON, in which characters that a terminal would obey stand as `\u` with their number.
 * @param indent the number of spaces before what is one level deeper; 0: everything stands on one line
 */
export function jsonText(value: unknown, indent = 2): string {
  return JSON.stringify(value, undefined, indent).replace(UNSHOWN, (char) =>
    Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, "0")}`).join(""),
  );
}
