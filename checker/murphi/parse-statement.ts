/** Statements, and the declarations that stand before them. */
import {
  argumentsOf,
  designator,
  expression,
  multisetPredicate,
  namesBeforeColon,
  quantifiers,
  variables,
} from "./parse-expression.js";
import type { Alias, Category, Clause, Declaration, Expression, PropertySyntax, Statement } from "./syntax.js";
import type { TokenReader } from "./token-reader.js";

/** The keywords by which properties begin. Rumur takes `assert` and `invariant` for the same. */
const CATEGORIES: Readonly<Record<string, Category>> = {
  assert: "assert",
  invariant: "assert",
  assume: "assume",
  cover: "cover",
  liveness: "liveness",
};

export function beginsProperty(reader: TokenReader): boolean {
  return reader.is(...Object.keys(CATEGORIES));
}

/** Parses a property, whose words may stand before its condition or behind it. */
export function property(reader: TokenReader): PropertySyntax {
  const { at } = reader;
  const category = CATEGORIES[reader.take().text]!;
  const before = reader.textIf();
  const begin = reader.at;
  const condition = expression(reader);
  const text = reader.textSince(begin);
  return { category, words: before ?? reader.textIf(), condition, text, at };
}

/** Parses declarations for as long as `const`, `type` or `var` follows. */
export function declarations(reader: TokenReader): readonly Declaration[] {
  const found: Declaration[] = [];
  while (reader.is("const", "type", "var")) {
    const kind = reader.take().text;
    if (kind === "const") {
      for (const { name, at, value } of aliases(reader, "the name of a constant"))
        found.push({ kind: "const", name, at, value });
    } else {
      const declared = variables(reader, kind === "var" ? "the name of a variable" : "the name of a type");
      found.push(...declared.map((each) => ({ ...each, kind: kind as "var" | "type" })));
    }
  }
  return found;
}

/** Parses `a: expression; b: expression;` for as long as names follow. */
export function aliases(reader: TokenReader, what: string): readonly Alias[] {
  const found: Alias[] = [];
  while (reader.token.kind === "name" && !reader.beginsChoose()) {
    const names = namesBeforeColon(reader, what);
    const value = expression(reader);
    found.push(...names.map((named) => ({ ...named, value })));
    reader.skipSemicolons();
  }
  return found;
}

/** Parses statements up to one of the keywords that may follow them, which is not taken. */
export function statements(reader: TokenReader, ...ends: readonly string[]): readonly Statement[] {
  const found: Statement[] = [];
  reader.skipSemicolons();
  while (!reader.is(...ends)) {
    found.push(reader.nested(() => statement(reader, ends)));
    if (!reader.is(";", ...ends)) throw reader.unexpected(`";" or ${ends.map((end) => `"${end}"`).join(" or ")}`);
    reader.skipSemicolons();
  }
  return found;
}

function statement(reader: TokenReader, ends: readonly string[]): Statement {
  const { at, token } = reader;
  if (beginsProperty(reader)) return { kind: "property", property: property(reader), at };
  if (token.kind === "name") return namedStatement(reader);
  if (token.kind !== "keyword") throw expectedStatement(reader, ends);
  switch (token.text) {
    case "if":
      return ifStatement(reader);
    case "switch":
      return switchStatement(reader);
    case "for": {
      reader.take();
      const over = quantifiers(reader);
      const innermost = block(reader, "for");
      const loops = over.reduceRight<readonly Statement[]>(
        (body, each) => [{ kind: "for", quantifier: each, body, at }],
        innermost,
      );
      return loops[0]!;
    }
    case "while": {
      reader.take();
      const condition = expression(reader);
      return { kind: "while", condition, body: block(reader, "while"), at };
    }
    case "alias": {
      reader.take();
      const named = aliases(reader, "a name");
      return { kind: "alias", aliases: named, body: block(reader, "alias"), at };
    }
    case "return":
      reader.take();
      return { kind: "return", value: reader.is(";", ...ends) ? undefined : expression(reader), at };
    case "put":
      reader.take();
      return { kind: "put", value: reader.textIf() === undefined ? expression(reader) : undefined, at };
    case "error": {
      reader.take();
      const words = reader.textIf();
      if (words === undefined) throw reader.unexpected('a text, as in error "unexpected message"');
      return { kind: "error", words, at };
    }
    case "undefine":
    case "clear":
      reader.take();
      return { kind: token.text, of: designator(reader), at };
    default:
      throw expectedStatement(reader, ends);
  }
}

function expectedStatement(reader: TokenReader, ends: readonly string[]): Error {
  return reader.unexpected(`a statement or ${ends.map((end) => `"${end}"`).join(" or ")}`);
}

/** Parses `do … end`. */
function block(reader: TokenReader, of: string): readonly Statement[] {
  reader.expect("do");
  const body = statements(reader, "end", `end${of}`);
  reader.take();
  return body;
}

/** Parses an assignment, a call, or one of CMurphi's statements about multisets. */
function namedStatement(reader: TokenReader): Statement {
  const { at } = reader;
  if (reader.second.kind !== "sign" || reader.second.text !== "(") {
    const to = designator(reader);
    if (!reader.is(":=")) throw reader.unexpected('":="');
    reader.take();
    return { kind: "assign", to, value: expression(reader), at };
  }
  if (reader.isWord("multisetadd")) {
    const [value, multiset] = two(reader, "a value and a multiset");
    return { kind: "multisetadd", value, multiset, at };
  }
  if (reader.isWord("multisetremove")) {
    const [chosen, multiset] = two(reader, "a chosen message and a multiset");
    return { kind: "multisetremove", chosen, multiset, at };
  }
  if (reader.isWord("multisetremovepred")) {
    reader.take();
    return { kind: "multisetremovepred", ...multisetPredicate(reader), at };
  }
  const name = reader.take().text;
  return { kind: "call", name, given: argumentsOf(reader), at };
}

function two(reader: TokenReader, what: string): readonly [Expression, Expression] {
  const { at, text } = reader.take();
  const [first, second, third] = argumentsOf(reader);
  if (first === undefined || second === undefined || third !== undefined)
    throw reader.source.error(at, `${text} takes ${what}`);
  return [first, second];
}

function ifStatement(reader: TokenReader): Statement {
  const { at } = reader;
  const clauses: Clause[] = [];
  do {
    reader.take();
    const condition = expression(reader);
    reader.expect("then");
    clauses.push({ condition, body: statements(reader, "elsif", "else", "end", "endif") });
  } while (reader.is("elsif"));
  const otherwise = reader.takeIf("else") ? statements(reader, "end", "endif") : [];
  reader.take();
  return { kind: "if", clauses, otherwise, at };
}

function switchStatement(reader: TokenReader): Statement {
  const { at } = reader;
  reader.take();
  const of = expression(reader);
  const cases: { values: readonly Expression[]; body: readonly Statement[] }[] = [];
  while (reader.takeIf("case")) {
    const values = [expression(reader)];
    while (reader.takeIf(",") && !reader.is(":")) values.push(expression(reader));
    reader.expect(":");
    cases.push({ values, body: statements(reader, "case", "else", "end", "endswitch") });
  }
  const otherwise = reader.takeIf("else") ? statements(reader, "end", "endswitch") : [];
  reader.expect(...(cases.length === 0 ? ["case", "end", "endswitch"] : ["end", "endswitch"]));
  return { kind: "switch", of, cases, otherwise, at };
}
