/**
 * What a user says of processes and messages, for pictures: by options, as `--processes NODE --messages Net`, or in a
 * comment of the file, as `-- popcheck: processes NODE; messages Net`.
 */
import { UsageError } from "../errors.js";
import { didYouMean } from "../nearest.js";
import type { SourceText } from "./source-text.js";

/** What can be said. */
const SAYABLE = ["processes", "messages"] as const;
export type Sayable = (typeof SAYABLE)[number];

/** The value of an option that leaves what it says to the file, or else to a guess. */
export const GUESSED = "guessed";
/** Stands for no names at all. */
const NONE = "none";

/** A name that is said, and what makes the error that there is nothing of that name. */
export interface SaidName {
  readonly name: string;
  /** @param sentence what is wrong with the name */
  readonly refused: (sentence: string) => Error;
}

/** Names that are said, and by whom. */
export interface Said {
  readonly names: readonly SaidName[];
  /** What has said them, in words: `--processes`, or `p.m:3`. */
  readonly by: string;
}

/** What stands in a comment: texts and long comments are skipped. */
const COMMENTS = /"(?:\\[\s\S]|[^\\"])*"|\/\*[\s\S]*?\*\/|--([^\n]*)/g;
const PRAGMA = /^[ \t]*popcheck:/;

/**
 * Returns what the comments of a file say.
 * @throws LoadError for a comment that begins as such a one and says something else
 */
export function saidInComments(source: SourceText): Partial<Record<Sayable, Said>> {
  const said: Partial<Record<Sayable, Said>> = {};
  for (const { 1: comment, index } of source.text.matchAll(COMMENTS)) {
    const head = comment === undefined ? undefined : PRAGMA.exec(comment)?.[0];
    if (comment === undefined || head === undefined) continue;
    for (const { text, at } of partsOf(comment.slice(head.length), index + 2 + head.length, ";")) {
      const [word] = /^\S*/.exec(text)!;
      const what = SAYABLE.find((each) => each === word);
      if (what === undefined)
        throw source.error(
          at,
          `expected "processes" or "messages" and names, not ${word === "" ? "nothing" : `"${word}"`}`,
        );
      if (said[what] !== undefined) throw source.error(at, `${said[what].by} has said already what ${what} there are`);
      const parts = partsOf(text.slice(word.length), at + word.length, ",");
      const names = parts.map(({ text: name, at }): SaidName => {
        if (name === "")
          throw source.error(at, `expected the name of ${what === "processes" ? "a type" : "a variable"}`);
        return { name, refused: (sentence) => source.error(at, sentence) };
      });
      said[what] = { names: withoutNone(names), by: source.placeOf(at) };
    }
  }
  return said;
}

/** Returns what an option says; undefined if it leaves it to the file. @throws UsageError for an empty name */
export function saidByOption(what: Sayable, value: string): Said | undefined {
  if (value === GUESSED) return undefined;
  const names = value.split(",").map((word): SaidName => {
    const name = word.trim();
    const refused = (sentence: string) => new UsageError(`--${what} ${value}: ${sentence}`);
    if (name === "") throw refused("a name is missing");
    return { name, refused };
  });
  return { names: withoutNone(names), by: `--${what}` };
}

/** Returns the error that there is nothing of a said name. @param known the names that there are */
export function unknownName({ name, refused }: SaidName, what: string, known: readonly string[]): Error {
  return refused(`there is no ${what} "${name}"${didYouMean(name, known)}`);
}

function withoutNone(names: readonly SaidName[]): readonly SaidName[] {
  const none = names.find(({ name }) => name === NONE);
  if (none === undefined) return names;
  if (names.length > 1) throw none.refused('"none" stands alone');
  return [];
}

/** Splits a text, and returns the parts without the spaces around them, each with its offset. */
function partsOf(text: string, at: number, sign: string): readonly { readonly text: string; readonly at: number }[] {
  let start = at;
  return text.split(sign).map((part) => {
    const found = { text: part.trim(), at: start + part.length - part.trimStart().length };
    start += part.length + 1;
    return found;
  });
}
