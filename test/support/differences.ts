/** Where two values differ, for failures that name the field. */

const MOST = 8;

/**
 * Returns a line for each place at which two plain values differ, with both: `properties[3].verdict: "holds", expected
 * "violated"`. Returns none if they are equal; at most eight, and how many more.
 */
export function differences(actual: unknown, expected: unknown): string[] {
  const found: string[] = [];
  compare(actual, expected, "", found);
  return found.length > MOST ? [...found.slice(0, MOST), `and ${found.length - MOST} more`] : found;
}

function compare(actual: unknown, expected: unknown, at: string, found: string[]): void {
  if (Object.is(actual, expected)) return;
  const [a, b] = [actual, expected].map(partsOf);
  if (a === undefined || b === undefined || Array.isArray(actual) !== Array.isArray(expected)) {
    found.push(`${at || "the whole"}: ${short(actual)}, expected ${short(expected)}`);
    return;
  }
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const name = Array.isArray(actual) ? `${at}[${key}]` : at === "" ? key : `${at}.${key}`;
    compare(a.get(key), b.get(key), name, found);
  }
}

/** The parts of an object by name; undefined of what has none. */
function partsOf(value: unknown): Map<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (value instanceof Map) return new Map([...value].map(([key, inner]) => [String(key), inner]));
  if (value instanceof Set) return new Map([...value].map((inner) => [String(inner), true]));
  return new Map(Object.entries(value));
}

function short(value: unknown): string {
  const text =
    typeof value === "object"
      ? JSON.stringify(value)
      : typeof value === "string"
        ? JSON.stringify(value)
        : String(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
