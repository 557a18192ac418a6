/** Reads the tokens of a file from left to right, and says what was expected where something else stands. */
import { tokensOf } from "./lexer.js";
import type { SourceText } from "./source-text.js";
import type { Named } from "./syntax.js";
import { described, type Token } from "./tokens.js";

/**
 * The greatest depth of expressions and statements within one another. Functions that go through the tree call
 * themselves once or several times a level, and must not exhaust the stack.
 */
export const DEEPEST = 250;

/** Keywords and signs that no guard has, outside of quantifiers. */
const ONLY_IN_STATEMENTS: ReadonlySet<string> = new Set(
  [":=", ";", "begin", "end", "endrule", "if", "then", "for", "while", "switch", "alias", "rule"].concat([
    ...["return", "error", "put", "undefine", "clear", "assert", "assume", "cover", "invariant"],
  ]),
);

export class TokenReader {
  private readonly tokens: readonly Token[];
  private next = 0;
  private depth = 0;

  constructor(readonly source: SourceText) {
    this.tokens = tokensOf(source);
  }

  /** The token that comes next. */
  get token(): Token {
    return this.tokens[this.next]!;
  }

  /** The offset of the token that comes next. */
  get at(): number {
    return this.token.at;
  }

  /** Returns the token behind the next one. */
  get second(): Token {
    return this.tokens[Math.min(this.next + 1, this.tokens.length - 1)]!;
  }

  take(): Token {
    const { token } = this;
    if (token.kind !== "end of file") this.next++;
    return token;
  }

  /** Tells whether the next token is one of these keywords or signs. */
  is(...texts: readonly string[]): boolean {
    const { kind, text } = this.token;
    return (kind === "keyword" || kind === "sign") && texts.includes(text);
  }

  /** Tells whether the next token is a name that, in any case, is this word: one that only CMurphi knows. */
  isWord(word: string): boolean {
    return this.token.kind === "name" && this.token.text.toLowerCase() === word;
  }

  /** Tells whether `choose m:` follows, rather than a declaration of something that is called choose. */
  beginsChoose(): boolean {
    return this.isWord("choose") && this.second.kind === "name";
  }

  /** Takes the next token if it is this keyword or sign. */
  takeIf(text: string): boolean {
    if (!this.is(text)) return false;
    this.next++;
    return true;
  }

  /** Takes one of these keywords or signs. @throws LoadError if something else stands there */
  expect(...texts: readonly string[]): Token {
    if (!this.is(...texts)) throw this.unexpected(texts.map((text) => `"${text}"`).join(" or "));
    return this.take();
  }

  /** Takes a name. @param what says what it names, for the error */
  expectName(what: string): Named {
    if (this.token.kind !== "name") throw this.unexpected(what);
    const { text, at } = this.take();
    return { name: text, at };
  }

  /** Takes a text if one stands there. */
  textIf(): string | undefined {
    return this.token.kind === "text" ? this.take().text : undefined;
  }

  /** Returns what stands between an offset and the next token, on one line and without comments. */
  textSince(begin: number): string {
    const text = this.source.text.slice(begin, this.at);
    const bare = text.replace(/"(?:\\[\s\S]|[^\\"])*"|--[^\n]*|\/\*[\s\S]*?\*\//g, (found) =>
      found.startsWith('"') ? found : " ",
    );
    return bare.replace(/\s+/g, " ").trim();
  }

  /** Takes any number of semicolons. */
  skipSemicolons(): void {
    while (this.takeIf(";"));
  }

  /**
   * Tells whether what follows is a guard: `==>` comes before anything that only statements have. It looks ahead, since
   * a guard and a statement may both begin with a name.
   */
  guardFollows(): boolean {
    let quantifiers = 0;
    for (let at = this.next; at < this.tokens.length; at++) {
      const { kind, text } = this.tokens[at]!;
      if (kind !== "keyword" && kind !== "sign") continue;
      if (text === "==>") return true;
      if (text === "forall" || text === "exists") quantifiers++;
      else if (["end", "endforall", "endexists"].includes(text) && quantifiers > 0) quantifiers--;
      else if ([":=", ";"].includes(text) && quantifiers > 0) continue;
      else if (ONLY_IN_STATEMENTS.has(text)) return false;
    }
    return false;
  }

  /** Returns the error that something else than the next token was expected. */
  unexpected(expected: string): Error {
    return this.source.error(this.at, `expected ${expected}, not ${described(this.token)}`);
  }

  /** Parses something that may stand within itself. @throws LoadError if that is too deep */
  nested<T>(parse: () => T): T {
    if (++this.depth > DEEPEST) throw this.tooDeep(this.at);
    const parsed = parse();
    this.depth--;
    return parsed;
  }

  tooDeep(at: number): Error {
    return this.source.error(
      at,
      `this is nested more than ${DEEPEST} levels deep; break it up, by functions, aliases or constants`,
    );
  }
}
