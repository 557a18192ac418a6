/** From the text of a Murphi file to its tokens, without comments. */
import type { SourceText } from "./source-text.js";
import { KEYWORDS, MATHEMATICAL, MATHEMATICAL_WORDS, SIGN, type Token } from "./tokens.js";

const SPACE = /\s+/y;
const COMMENT = /--[^\n]*/y;
const WORD = /[A-Za-z][A-Za-z0-9_]*/y;
const REAL = /\d*\.\d+/y;
const NUMBER = /0[xX][0-9A-Fa-f]+|\d+/y;
const TEXT = /["“]((?:\\[\s\S]|[^\\"”])*)["”]/y;

/**
 * Returns the tokens of a file; the last one is its end.
 * @throws LoadError for a character that begins no token, a comment or a text without end, and a real number
 */
export function tokensOf(source: SourceText): readonly Token[] {
  const { text } = source;
  const tokens: Token[] = [];
  let at = 0;
  const matched = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  while (at < text.length) {
    const blank = matched(SPACE) ?? matched(COMMENT);
    if (blank !== null) {
      at += blank[0].length;
    } else if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      if (end < 0) throw source.error(at, 'this comment has no end; expected "*/"');
      at = end + 2;
    } else {
      const { token, length } = tokenAt(source, at, matched);
      tokens.push(token);
      at += length;
    }
  }
  tokens.push({ kind: "end of file", text: "", at: text.length });
  return tokens;
}

interface Found {
  readonly token: Token;
  readonly length: number;
}

function tokenAt(source: SourceText, at: number, matched: (pattern: RegExp) => RegExpExecArray | null): Found {
  const { text } = source;
  const word = matched(WORD)?.[0];
  if (word !== undefined) return { token: wordToken(source, word, at), length: word.length };
  const real = matched(REAL)?.[0];
  // In `0..3` and `0 ..3` the point belongs to the two points of the range.
  if (real !== undefined && text[at - 1] !== ".") throw noReal(source, at);
  const number = matched(NUMBER)?.[0];
  if (number !== undefined) return { token: { kind: "number", text: number, at }, length: number.length };
  const quoted = matched(TEXT);
  if (quoted !== null) return { token: { kind: "text", text: unescaped(quoted[1]!), at }, length: quoted[0].length };
  if (text[at] === '"' || text[at] === "“") throw source.error(at, 'this text has no end; expected a second "');
  const character = text[at]!;
  const mathematical = MATHEMATICAL.get(character);
  if (mathematical !== undefined) return { token: { kind: "sign", text: mathematical, at }, length: 1 };
  const quantifier = MATHEMATICAL_WORDS.get(character);
  if (quantifier !== undefined) return { token: { kind: "keyword", text: quantifier, at }, length: 1 };
  const sign = matched(SIGN)?.[0];
  if (sign !== undefined) return { token: { kind: "sign", text: sign, at }, length: sign.length };
  throw source.error(at, `no token begins with ${shown(text.codePointAt(at)!)}`);
}

function wordToken(source: SourceText, word: string, at: number): Token {
  const small = word.toLowerCase();
  if (small === "real") throw noReal(source, at);
  if (KEYWORDS.has(small)) return { kind: "keyword", text: small, at };
  // The two truth values are names that may be written in any case.
  return { kind: "name", text: small === "true" || small === "false" ? small : word, at };
}

/** Returns a text without the backslashes before quotes and backslashes. */
function unescaped(text: string): string {
  return text.replace(/\\(["\\])/g, "$1");
}

function noReal(source: SourceText, at: number): Error {
  return source.error(
    at,
    "real numbers are not supported: states are compared exactly, and two computations of one real number may differ; " +
      "use a range of integers",
  );
}

function shown(point: number): string {
  const code = `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
  return point <= 0x20 || (point >= 0x7f && point <= 0xa0) || point === 0xfffd
    ? `the character ${code}; is this a text file?`
    : `"${String.fromCodePoint(point)}" (${code})`;
}
