/**
 * The parser of Murphi files, by recursive descent: one function for each thing that the language has. It takes what
 * rumur and CMurphi 5.4.9 take together (docs/reference/murphi.md).
 */
import { designator, expression, quantifier, typeSyntax } from "./parse-expression.js";
import { aliases, beginsProperty, declarations, property, statements } from "./parse-statement.js";
import type { SourceText } from "./source-text.js";
import type { FunctionSyntax, Item, ParameterSyntax, RuleItem, RuleSyntax } from "./syntax.js";
import { TokenReader } from "./token-reader.js";

/** Returns what a file declares, in its order. @throws LoadError with place, line and caret for the first mistake */
export function parsed(source: SourceText): readonly Item[] {
  const reader = new TokenReader(source);
  const items: Item[] = [];
  reader.skipSemicolons();
  while (reader.token.kind !== "end of file") {
    if (reader.is("const", "type", "var")) items.push(...declarations(reader));
    else if (reader.is("function", "procedure")) items.push(functionSyntax(reader));
    else if (beginsRule(reader)) items.push(ruleItem(reader));
    else throw reader.unexpected("a declaration, a function, a rule or a property");
    reader.skipSemicolons();
  }
  return items;
}

function functionSyntax(reader: TokenReader): FunctionSyntax {
  const isFunction = reader.take().text === "function";
  const { name, at } = reader.expectName(`the name of the ${isFunction ? "function" : "procedure"}`);
  reader.expect("(");
  const parameters: ParameterSyntax[] = [];
  while (!reader.is(")")) {
    const isVar = reader.takeIf("var");
    if (reader.token.kind !== "name") throw reader.unexpected('a parameter or ")"');
    parameters.push(...oneParameter(reader).map((each) => ({ ...each, isVar })));
  }
  reader.take();
  const result = reader.takeIf(":") ? typeSyntax(reader) : undefined;
  reader.skipSemicolons();
  const declared = declarations(reader);
  reader.takeIf("begin");
  const ends = ["end", "endfunction", "endprocedure"];
  const body = statements(reader, ...ends);
  reader.take();
  return { kind: "function", name, at, parameters, result, declarations: declared, body };
}

/** Parses `a, b: T;`. */
function oneParameter(reader: TokenReader): readonly Omit<ParameterSyntax, "isVar">[] {
  const names = [reader.expectName("the name of a parameter")];
  while (reader.takeIf(",")) names.push(reader.expectName("the name of a parameter"));
  reader.expect(":");
  const type = typeSyntax(reader);
  reader.skipSemicolons();
  return names.map((named) => ({ ...named, type }));
}

function beginsRule(reader: TokenReader): boolean {
  return reader.is("rule", "startstate", "ruleset", "alias") || beginsProperty(reader) || reader.beginsChoose();
}

function ruleItem(reader: TokenReader): RuleItem {
  return reader.nested(() => ruleHere(reader));
}

function ruleHere(reader: TokenReader): RuleItem {
  const { at } = reader;
  if (beginsProperty(reader)) return { kind: "property", property: property(reader), at };
  if (reader.beginsChoose()) {
    reader.take();
    const { name } = reader.expectName("a name for a message");
    reader.expect(":");
    const multiset = designator(reader);
    return { kind: "choose", name, multiset, rules: rulesWithin(reader, "choose"), at };
  }
  if (reader.takeIf("ruleset")) {
    const quantifiers = [quantifier(reader)];
    while (reader.is(";")) {
      reader.skipSemicolons();
      if (!reader.is("do")) quantifiers.push(quantifier(reader));
    }
    return { kind: "ruleset", quantifiers, rules: rulesWithin(reader, "ruleset"), at };
  }
  if (reader.takeIf("alias")) {
    const named = aliases(reader, "a name");
    return { kind: "alias", aliases: named, rules: rulesWithin(reader, "alias"), at };
  }
  return simpleRule(reader);
}

function rulesWithin(reader: TokenReader, of: string): readonly RuleItem[] {
  reader.expect("do");
  const rules: RuleItem[] = [];
  reader.skipSemicolons();
  while (!reader.is("end", `end${of}`)) {
    if (of === "choose" && reader.isWord("endchoose")) break;
    if (!beginsRule(reader)) throw reader.unexpected(`a rule, a property or "end${of}"`);
    rules.push(ruleItem(reader));
    reader.skipSemicolons();
  }
  reader.take();
  return rules;
}

function simpleRule(reader: TokenReader): RuleSyntax {
  const { at } = reader;
  const kind = reader.take().text as "rule" | "startstate";
  const priority = kind === "rule" ? priorityOf(reader) : 0;
  const name = reader.textIf();
  const guard = kind === "rule" ? guardOf(reader) : undefined;
  const declared = declarations(reader);
  if (declared.length > 0) reader.expect("begin");
  else reader.takeIf("begin");
  const body = statements(reader, "end", `end${kind}`);
  reader.take();
  return { kind, priority, name, guard, declarations: declared, body, at };
}

/** Parses the priority of a rule: a number behind which no guard goes on. */
function priorityOf(reader: TokenReader): number {
  const { token, second } = reader;
  const goesOn = second.kind === "sign" && !["(", "!"].includes(second.text);
  if (token.kind !== "number" || goesOn) return 0;
  reader.take();
  return Number(token.text);
}

/**
 * Parses the guard of a rule, if it has one. Without a guard its declarations or statements follow, which may begin as
 * an expression does: by a name.
 */
function guardOf(reader: TokenReader): RuleSyntax["guard"] {
  if (reader.takeIf("==>")) return undefined;
  if (!hasGuard(reader)) return undefined;
  const guard = expression(reader);
  if (!reader.is("==>")) throw reader.unexpected('"==>" behind the guard of the rule');
  reader.take();
  return guard;
}

function hasGuard(reader: TokenReader): boolean {
  const { kind, text } = reader.token;
  if (kind === "number") return true;
  if (kind === "sign") return text !== ";";
  if (kind === "keyword") return ["forall", "exists", "isundefined", "ismember"].includes(text);
  return kind === "name" && reader.guardFollows();
}
