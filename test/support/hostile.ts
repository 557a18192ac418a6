/** Damage and malice by chance, the same in every run of a seed, for tests of what reads or shows strangers' files. */
import type { dice } from "./dice.js";

type Die = ReturnType<typeof dice>;

/** What a terminal obeys, what ends a line or a string, and what a spreadsheet computes. */
export const HOSTILE_TEXTS: readonly string[] = [
  "\u001b]0;owned\u0007",
  "\u001b[31mred\u001b[2J",
  "\u009b31m",
  "\r\nerror: not popcheck's",
  "\u0000",
  "\u202eesrever",
  "\u2028",
  "\ud800",
  "\t=1+1",
  "__proto__",
  "constructor",
  "../../../victim",
  "<script>alert(1)</script>",
  "]]>\"'&",
  "x".repeat(5000),
  "",
];

/** Characters that must not come to a terminal as they are: all but line breaks. */
export const OBEYED_BY_TERMINALS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Returns the characters that a terminal would obey in a text, by number. @param allowed those that may occur */
export function obeyedIn(text: string, allowed = "\n"): string[] {
  return Array.from(text)
    .filter((char) => OBEYED_BY_TERMINALS.test(char) && !allowed.includes(char))
    .map((char) => `U+${char.codePointAt(0)!.toString(16).padStart(4, "0")}`);
}

export function oneOf<T>(die: Die, of: readonly T[]): T {
  return of[die(of.length)]!;
}

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e308,
  "",
  [],
  {},
  { "#map": 7 },
  { "#bigint": "x" },
  [[]],
];

/** Returns plain data with one part of it changed for the worse. */
export function damaged(die: Die, data: unknown): unknown {
  const paths: (string | number)[][] = [];
  const collect = (value: unknown, path: (string | number)[]): void => {
    paths.push(path);
    if (typeof value !== "object" || value === null) return;
    for (const key of Object.keys(value)) collect((value as Record<string, unknown>)[key], [...path, key]);
  };
  collect(data, []);
  const path = oneOf(die, paths);
  const change = (value: unknown, at: number): unknown => {
    if (at === path.length) return worse(die, value);
    const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...(value as object) };
    const key = path[at]! as keyof typeof copy;
    const inner = change((value as typeof copy)[key], at + 1);
    if (inner === GONE && Array.isArray(copy)) copy.splice(Number(key), 1);
    else if (inner === GONE) delete copy[key];
    else copy[key] = inner as never;
    return copy;
  };
  return change(data, 0);
}

const GONE = Symbol("gone");

function worse(die: Die, value: unknown): unknown {
  switch (die(6)) {
    case 0:
      return GONE;
    case 1:
      return oneOf(die, ODD_VALUES);
    case 2:
      return Array.isArray(value) ? [...value, ...value] : { [oneOf(die, HOSTILE_TEXTS)]: value };
    default:
      return typeof value === "string" ? value + oneOf(die, HOSTILE_TEXTS) : oneOf(die, HOSTILE_TEXTS);
  }
}
