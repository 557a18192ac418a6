/** The tokens of Murphi: words, numbers, texts and signs. */

/** What kind of token it is. A keyword is in small letters, however it is written; a sign is itself. */
export type TokenKind = "name" | "number" | "text" | "keyword" | "sign" | "end of file";

export interface Token {
  readonly kind: TokenKind;
  /** Of a name and a number: as it is written. Of a keyword: in small letters. Of a text: without its quotes. */
  readonly text: string;
  /** The offset of its first character. */
  readonly at: number;
}

/**
 * The words that no declaration may use, in small letters. Those that only CMurphi knows (`multiset`, `choose`, …) are
 * none of them: rumur takes them for names, and so they are told from names by what follows them.
 */
export const KEYWORDS: ReadonlySet<string> = new Set(
  `alias array assert assume begin boolean by case clear const cover do else elsif end endalias endexists endfor
  endforall endfunction endif endprocedure endrecord endrule endruleset endstartstate endswitch endwhile enum error
  exists for forall function if invariant ismember isundefined liveness of procedure put record return rule ruleset
  scalarset startstate switch then to type undefine union var while`
    .trim()
    .split(/\s+/),
);

/** The signs, of which a longer one comes before those that it begins with. */
export const SIGN = /==>|:=|\.\.|<=|>=|!=|->|==|&&|\|\||<<|>>|[\^~&!|:=><\-%+;{},[\].()/*?]/y;

/** The signs of mathematics that rumur takes, each with what it stands for. */
export const MATHEMATICAL: ReadonlyMap<string, string> = new Map([
  ["≔", ":="],
  ["≥", ">="],
  ["→", "->"],
  ["≤", "<="],
  ["≠", "!="],
  ["⇒", "==>"],
  ["¬", "!"],
  ["∧", "&&"],
  ["∨", "||"],
  ["÷", "/"],
  ["∕", "/"],
  ["−", "-"],
  ["×", "*"],
]);

/** The quantifiers of mathematics that rumur takes. */
export const MATHEMATICAL_WORDS: ReadonlyMap<string, string> = new Map([
  ["∀", "forall"],
  ["∃", "exists"],
]);

/** Returns a token as an error names it: `the name "x"`, `";"`, `the end of the file`. */
export function described({ kind, text }: Token): string {
  const shown = text.length > 40 ? `${text.slice(0, 37)}...` : text;
  if (kind === "end of file") return "the end of the file";
  if (kind === "name") return `the name "${shown}"`;
  if (kind === "number") return `the number ${shown}`;
  return kind === "text" ? `the text "${shown}"` : `"${shown}"`;
}
