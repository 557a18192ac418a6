/**
 * Expressions and types, each of which may stand within the other. What binds loosest is parsed first: `?:`, `->`,
 * `||`, `&&`, `|`, `^`, `&`, `!`, comparisons, shifts, sums, products, `~`. So `!a = b` is `!(a = b)`.
 */
import type {
  BinaryOperator,
  ChainOperator,
  Expression,
  MultisetPredicate,
  Named,
  Quantifier,
  TypeSyntax,
  VariableSyntax,
} from "./syntax.js";
import { DEEPEST, type TokenReader } from "./token-reader.js";

export function expression(reader: TokenReader): Expression {
  return reader.nested(() => conditional(reader));
}

/** An expression without its depth. */
type Shallow = Expression extends infer E ? (E extends Expression ? Omit<E, "depth"> : never) : never;

/** Returns a node above others. @throws LoadError if that makes a tree that is too deep to go through */
function above(reader: TokenReader, node: Shallow, ...below: readonly Expression[]): Expression {
  const depth = below.reduce((deepest, each) => Math.max(deepest, each.depth), 0) + 1;
  if (depth > DEEPEST) throw reader.tooDeep(node.at);
  return { ...node, depth } as Expression;
}

function conditional(reader: TokenReader): Expression {
  const condition = implication(reader);
  const { at } = reader;
  if (!reader.takeIf("?")) return condition;
  const then = expression(reader);
  reader.expect(":");
  const otherwise = expression(reader);
  return above(reader, { kind: "conditional", condition, then, otherwise, at }, condition, then, otherwise);
}

function implication(reader: TokenReader): Expression {
  const left = chain(reader, 0);
  const { at } = reader;
  if (!reader.takeIf("->")) return left;
  const right = chain(reader, 0);
  if (reader.is("->")) throw reader.source.error(reader.at, '"a -> b -> c" may mean two things; put it in parentheses');
  return above(reader, { kind: "binary", operator: "->", left, right, at }, left, right);
}

/** The operators of chains, and `^` among them, from the loosest to the tightest. */
const CHAINS = ["||", "&&", "|", "^", "&"] as const;

function chain(reader: TokenReader, level: number): Expression {
  const operator = CHAINS[level];
  if (operator === undefined) return negation(reader);
  const first = chain(reader, level + 1);
  const { at } = reader;
  if (!reader.is(operator)) return first;
  if (operator === "^") return leftToRight(reader, first, ["^"], () => chain(reader, level + 1));
  const operands = [first];
  while (reader.takeIf(operator)) operands.push(chain(reader, level + 1));
  return above(reader, { kind: "chain", operator: operator as ChainOperator, operands, at }, ...operands);
}

function negation(reader: TokenReader): Expression {
  const { at } = reader;
  if (!reader.takeIf("!")) return comparison(reader);
  const of = reader.nested(() => negation(reader));
  return above(reader, { kind: "unary", operator: "!", of, at }, of);
}

const COMPARISONS = ["=", "==", "!=", "<", "<=", ">", ">="];

function comparison(reader: TokenReader): Expression {
  const left = shift(reader);
  if (!reader.is(...COMPARISONS)) return left;
  const { text, at } = reader.take();
  // `a = !b` has no other reading, and CMurphi and rumur take it.
  const right = reader.is("!") ? negation(reader) : shift(reader);
  if (reader.is(...COMPARISONS))
    throw reader.source.error(reader.at, "one comparison compares two values; join two of them with &");
  const operator = (text === "==" ? "=" : text) as BinaryOperator;
  return above(reader, { kind: "binary", operator, left, right, at }, left, right);
}

const shift = (reader: TokenReader) => leftToRight(reader, sum(reader), ["<<", ">>"], () => sum(reader));
const sum = (reader: TokenReader) => leftToRight(reader, product(reader), ["+", "-"], () => product(reader));
const product = (reader: TokenReader) => leftToRight(reader, signed(reader), ["*", "/", "%"], () => signed(reader));

function leftToRight(
  reader: TokenReader,
  first: Expression,
  operators: readonly BinaryOperator[],
  operand: () => Expression,
): Expression {
  let left = first;
  while (reader.is(...operators)) {
    const { text, at } = reader.take();
    const right = operand();
    left = above(reader, { kind: "binary", operator: text as BinaryOperator, left, right, at }, left, right);
  }
  return left;
}

function signed(reader: TokenReader): Expression {
  const { at } = reader;
  if (!reader.is("-", "+", "~")) return primary(reader);
  const operator = reader.take().text as "-" | "+" | "~";
  const of = reader.nested(() => signed(reader));
  return above(reader, { kind: "unary", operator, of, at }, of);
}

function primary(reader: TokenReader): Expression {
  const { token, at } = reader;
  if (token.kind === "number") {
    reader.take();
    return numberOf(reader, token.text, at);
  }
  if (reader.takeIf("(")) {
    const inside = expression(reader);
    reader.expect(")");
    return inside;
  }
  if (reader.is("forall", "exists")) return quantified(reader);
  if (reader.takeIf("isundefined")) {
    reader.expect("(");
    const of = designator(reader);
    reader.expect(")");
    return above(reader, { kind: "isundefined", of, at }, of);
  }
  if (reader.takeIf("ismember")) {
    reader.expect("(");
    const of = expression(reader);
    reader.expect(",");
    const type = typeSyntax(reader);
    reader.expect(")");
    return above(reader, { kind: "ismember", of, type, at }, of);
  }
  if (token.kind !== "name") throw reader.unexpected("an expression");
  if (reader.second.text !== "(" || reader.second.kind !== "sign") return designator(reader);
  return call(reader);
}

function numberOf(reader: TokenReader, text: string, at: number): Expression {
  const value = Number(text);
  // The octal digits of rumur are no other number only if there is one of them.
  if (/^0\d/.test(text) && (/[89]/.test(text) || Number.parseInt(text, 8) !== value))
    throw reader.source.error(at, `${text} is octal in rumur and decimal in CMurphi; write it without the 0 in front`);
  if (!Number.isSafeInteger(value)) throw reader.source.error(at, `a number is at most ${Number.MAX_SAFE_INTEGER}`);
  return above(reader, { kind: "number", value, at });
}

function call(reader: TokenReader): Expression {
  const { at } = reader;
  if (reader.isWord("multisetcount")) {
    reader.take();
    const predicate = multisetPredicate(reader);
    return above(reader, { kind: "multisetcount", ...predicate, at }, predicate.multiset, predicate.predicate);
  }
  const name = reader.take().text;
  const given = argumentsOf(reader);
  return above(reader, { kind: "call", name, given, at }, ...given);
}

/** Parses `(a, b)`, the last of which a comma may follow. */
export function argumentsOf(reader: TokenReader): readonly Expression[] {
  reader.expect("(");
  const given: Expression[] = [];
  while (!reader.is(")")) {
    given.push(expression(reader));
    if (!reader.takeIf(",") && !reader.is(")")) throw reader.unexpected('"," or ")"');
  }
  reader.take();
  return given;
}

/** Parses `(m: net, predicate)`. */
export function multisetPredicate(reader: TokenReader): MultisetPredicate {
  reader.expect("(");
  const { name } = reader.expectName("a name for a message");
  reader.expect(":");
  const multiset = designator(reader);
  reader.expect(",");
  const predicate = expression(reader);
  reader.expect(")");
  return { name, multiset, predicate };
}

/** Parses a name with the fields and the elements that follow. */
export function designator(reader: TokenReader): Expression {
  const { name, at } = reader.expectName("a name");
  let of = above(reader, { kind: "name", name, at });
  while (reader.is(".", "[")) {
    const isField = reader.take().text === ".";
    if (isField) {
      const { name: field, at } = reader.expectName("the name of a field");
      of = above(reader, { kind: "field", of, field, at }, of);
    } else {
      const index = expression(reader);
      reader.expect("]");
      of = above(reader, { kind: "element", of, index, at: index.at }, of, index);
    }
  }
  return of;
}

function quantified(reader: TokenReader): Expression {
  const { text, at } = reader.take();
  const kind = text as "forall" | "exists";
  const over = quantifiers(reader);
  reader.expect("do");
  const body = expression(reader);
  reader.expect("end", `end${kind}`);
  return over.reduceRight((body, each) => above(reader, { kind, quantifier: each, body, at }, body), body);
}

/** Parses quantifiers that semicolons part, of which CMurphi takes several before `do`. */
export function quantifiers(reader: TokenReader): readonly Quantifier[] {
  const found = [quantifier(reader)];
  while (reader.takeIf(";")) found.push({ ...quantifier(reader), isFurther: true });
  return found;
}

/** Parses `i: T`, or `i := a to b by c`. */
export function quantifier(reader: TokenReader): Quantifier {
  const { name, at } = reader.expectName("the name of what is quantified");
  if (reader.expect(":", ":=").text === ":") return { name, at, type: typeSyntax(reader) };
  const from = expression(reader);
  reader.expect("to");
  const to = expression(reader);
  return { name, at, from, to, by: reader.takeIf("by") ? expression(reader) : undefined };
}

export function typeSyntax(reader: TokenReader): TypeSyntax {
  return reader.nested(() => typeHere(reader));
}

function typeHere(reader: TokenReader): TypeSyntax {
  const { at } = reader;
  if (reader.takeIf("boolean")) return { kind: "named", name: "boolean", at };
  if (reader.takeIf("enum")) return { kind: "enum", members: members(reader), at };
  if (reader.takeIf("record")) {
    const fields = variables(reader, "the name of a field");
    reader.expect("end", "endrecord");
    return { kind: "record", fields, at };
  }
  if (reader.takeIf("array")) return { kind: "array", ...indexed(reader, typeSyntax, "index"), at };
  if (reader.takeIf("scalarset")) {
    reader.expect("(");
    const size = expression(reader);
    reader.expect(")");
    return { kind: "scalarset", size, at };
  }
  if (reader.takeIf("union")) return { kind: "union", of: unionOf(reader), at };
  if (reader.isWord("multiset") && reader.second.text === "[" && reader.second.kind === "sign") {
    reader.take();
    return { kind: "multiset", ...indexed(reader, expression, "capacity"), at };
  }
  const low = expression(reader);
  if (reader.takeIf("..")) return { kind: "range", low, high: expression(reader), at };
  if (low.kind === "name") return { kind: "named", name: low.name, at };
  throw reader.unexpected('".." and the upper bound of the range');
}

function indexed<T, K extends string>(
  reader: TokenReader,
  parse: (reader: TokenReader) => T,
  key: K,
): Record<K, T> & { readonly element: TypeSyntax } {
  reader.expect("[");
  const inside = parse(reader);
  reader.expect("]");
  reader.expect("of");
  return { [key]: inside, element: typeSyntax(reader) } as Record<K, T> & { readonly element: TypeSyntax };
}

function members(reader: TokenReader): readonly Named[] {
  reader.expect("{");
  const found: Named[] = [];
  while (!reader.is("}")) {
    found.push(reader.expectName("the name of a member"));
    if (!reader.takeIf(",") && !reader.is("}")) throw reader.unexpected('"," or "}"');
  }
  reader.take();
  return found;
}

function unionOf(reader: TokenReader): readonly TypeSyntax[] {
  reader.expect("{");
  const found: TypeSyntax[] = [];
  while (!reader.is("}")) {
    found.push(typeSyntax(reader));
    if (!reader.takeIf(",") && !reader.is("}")) throw reader.unexpected('"," or "}"');
  }
  reader.take();
  return found;
}

/** Parses `a, b: T; c: U;` for as long as names follow. @param what says what they name, for errors */
export function variables(reader: TokenReader, what: string): readonly VariableSyntax[] {
  const found: VariableSyntax[] = [];
  while (reader.token.kind === "name" && !reader.beginsChoose()) {
    const names = namesBeforeColon(reader, what);
    const type = typeSyntax(reader);
    found.push(...names.map((named) => ({ ...named, type })));
    // Rumur lets the semicolon be left out.
    reader.skipSemicolons();
  }
  return found;
}

/** Parses `a, b:`, where a comma may follow the last name. */
export function namesBeforeColon(reader: TokenReader, what: string): readonly Named[] {
  const names = [reader.expectName(what)];
  while (reader.takeIf(",") && !reader.is(":")) names.push(reader.expectName(what));
  if (!reader.is(":")) throw reader.unexpected('"," or ":"');
  reader.take();
  return names;
}
