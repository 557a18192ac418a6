/** What TypeScript says of the types of an author's files, as data. Outcomes have it, and reporters show it. */

/** An error of TypeScript. */
export interface TypeDiagnostic {
  /** Relative to the working folder if it lies in it; undefined for what concerns no file, as do the next two. */
  readonly file: string | undefined;
  /** Counted from 1. */
  readonly line: number | undefined;
  /** Counted from 1. */
  readonly column: number | undefined;
  /** TypeScript's code, as TS2365; undefined if TypeScript ended without giving one. */
  readonly code: string | undefined;
  /** The message's further lines explain its first one, and are indented. */
  readonly message: string;
  /** The line of the file, without the spaces around it. */
  readonly text: string | undefined;
}

/** `failed` is never a pass; `unchecked` is said in the verdict. */
export type TypeVerdict = "passed" | "failed" | "unchecked";

/** The outcome of a type check. */
export interface TypeCheck {
  readonly verdict: TypeVerdict;
  /** TypeScript 7.0.2; undefined if none was run. */
  readonly compiler: string | undefined;
  /** What is wrong; empty unless the verdict is `failed`. */
  readonly errors: readonly TypeDiagnostic[];
  /** What was not checked, and why, in sentences: `not checked: --no-types`. */
  readonly notes: readonly string[];
}

/** Returns the type check that was not done. @param note why, in a sentence */
export function unchecked(note: string): TypeCheck {
  return { verdict: "unchecked", compiler: undefined, errors: [], notes: [note] };
}

/** How many errors a message shows. */
const SHOWN = 10;

/**
 * Returns what is wrong, where, and what to do, as a message of several lines.
 * @param then what it has led to when the model was set up, if it has
 */
export function wrongTypes({ errors }: TypeCheck, then?: string): string {
  const more = errors.length - SHOWN;
  return [
    "the types of the model are wrong, so nothing is decided",
    ...errors.slice(0, SHOWN).flatMap(linesOf),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(then === undefined ? [] : [`  It leads to this: ${then.replaceAll("\n", "\n  ")}`]),
    "  Mend the types; or leave them out with --no-types, and the verdict says so.",
  ].join("\n");
}

/** What authors do not see in what TypeScript says, with what the pattern has found in it. */
const HINTS: readonly { readonly of: RegExp; readonly says: (...found: (string | undefined)[]) => string }[] = [
  { of: /^[^\n]*'\(\) => /, says: () => "A variable is read by a call: () is missing behind its name." },
  {
    of: /'ReceiveTable<[\s\S]*'cells\.(\w+)'[\s\S]*(?:Property '(\w+)' is missing|missing the following .*': (.+))/,
    says: (row, column, several) =>
      `The row ${row} of the receive table has no cell ${column ?? several}: give a rule, or impossible("why").`,
  },
];

function linesOf(error: TypeDiagnostic): string[] {
  const { message, code, text } = error;
  const [first, ...others] = message.split("\n");
  const place = placeOf(error);
  const head = [...(place === "" ? [] : [place]), `${first}${code === undefined ? "" : ` (${code})`}`];
  const hint = HINTS.flatMap(({ of, says }) => {
    const found = of.exec(message);
    return found === null ? [] : [`    ${says(...found.slice(1))}`];
  });
  return [
    `  ${head.join("  ")}`,
    ...others.map((line) => `  ${line}`),
    ...(text === undefined ? [] : [`    ${text}`]),
    ...hint,
  ];
}

/** Returns the first error in a line, and how many there are besides. */
export function firstError({ errors }: TypeCheck): string {
  const [first, ...others] = errors;
  const place = placeOf(first!);
  const more = others.length === 0 ? "" : `; and ${others.length} more`;
  return `${place === "" ? "" : `${place} `}${first!.message.split("\n")[0]}${more}`;
}

/** Returns `my.ts:4:35`; nothing for an error that concerns no file. */
export function placeOf({ file, line, column }: TypeDiagnostic): string {
  return file === undefined ? "" : `${file}:${line}:${column}`;
}
