/** Checks a whole file: its declarations in their order, its functions, its rules and its properties. */

import { declare, declareGlobal, type GlobalVariable } from "./check-declaration.js";
import { type CheckedQuantifier, checked, condition, numberOf, quantifierIn } from "./check-expression.js";
import { aliasesIn, bodyOf } from "./check-statement.js";
import type { CheckedExpression, CheckedFunction, CheckedStatement, Frame, Mentions } from "./compiled.js";
import { Dialect, type DialectName } from "./dialect.js";
import { typeIn } from "./resolve-type.js";
import { type FileContext, newBody, Scope } from "./scope.js";
import type { SourceText } from "./source-text.js";
import { surelyChanges } from "./surely-changes.js";
import type { Category, FunctionSyntax, Item, RuleItem, RuleSyntax } from "./syntax.js";
import { typeInWords, widthOf } from "./types.js";
import { shortened } from "./written.js";

/** What stands around a rule and binds names, from the outside in. */
export type Binder =
  | { readonly kind: "quantifier"; readonly name: string; readonly at: number; readonly of: CheckedQuantifier }
  | { readonly kind: "alias"; readonly bind: (frame: Frame) => void }
  | { readonly kind: "choose"; readonly name: string; readonly index: number; readonly multiset: CheckedExpression };

interface Bound {
  readonly at: number;
  readonly binders: readonly Binder[];
  /** How many places its frame has. */
  readonly locals: number;
  readonly mentions: Mentions;
}

export interface CheckedRule extends Bound {
  readonly kind: "rule" | "startstate";
  readonly priority: number;
  readonly name: string | undefined;
  readonly guard: CheckedExpression | undefined;
  readonly body: CheckedStatement;
  /** Whether its text tells that it changes the state wherever it is enabled. */
  readonly surelyChanges: boolean;
}

export interface CheckedProperty extends Bound {
  readonly category: Category;
  readonly words: string | undefined;
  /** The condition as it is written. */
  readonly text: string;
  readonly condition: CheckedExpression;
}

export interface CheckedFile {
  readonly source: SourceText;
  readonly globals: readonly GlobalVariable[];
  readonly rules: readonly CheckedRule[];
  readonly startstates: readonly CheckedRule[];
  readonly properties: readonly CheckedProperty[];
  /** Whether the file is in CMurphi's language rather than in rumur's. */
  readonly isCMurphi: boolean;
  /** The covers within rules and functions. */
  readonly covers: FileContext["covers"];
  /** The scalarsets that have a name. */
  readonly scalarsets: FileContext["scalarsets"];
  /** The types that the file has given a name. */
  readonly types: FileContext["types"];
}

/** @throws LoadError for a file with no startstate. @param count how many it has */
export function refuseNoStart(source: SourceText, count: number): void {
  if (count === 0) throw source.error(0, "this file has no startstate, so that there is no state to begin with");
}

/**
 * Checks the items of a file.
 * @param given the values of constants that the user has given, by name
 * @param said whose language the user says that the file is in
 * @throws LoadError for the first mistake
 */
export function checkedFile(
  source: SourceText,
  items: readonly Item[],
  given: ReadonlyMap<string, number>,
  said: DialectName,
): CheckedFile {
  const dialect = new Dialect(said);
  const context: FileContext = { source, dialect, covers: [], scalarsets: [], types: new Map(), given };
  const scope = Scope.ofFile(context);
  const globals: GlobalVariable[] = [];
  const found = { rules: [] as CheckedRule[], properties: [] as CheckedProperty[] };
  let cell = 0;
  for (const item of items) {
    if (item.kind === "const" || item.kind === "type") declare(scope, item);
    else if (item.kind === "function") functionIn(scope, item);
    else if (item.kind !== "var") itemIn(scope, item, [], found);
    else {
      const global = declareGlobal(scope, item, cell);
      globals.push(global);
      cell += widthOf(global.type);
    }
  }
  const startstates = found.rules.filter(({ kind }) => kind === "startstate");
  const rules = found.rules.filter(({ kind }) => kind === "rule");
  return {
    source,
    globals,
    rules,
    startstates,
    properties: found.properties,
    isCMurphi: dialect.isCMurphi,
    covers: context.covers,
    scalarsets: context.scalarsets,
    types: context.types,
  };
}

function functionIn(scope: Scope, of: FunctionSyntax): void {
  const result = of.result && typeIn(scope, of.result, numberOf);
  const body = newBody(result === undefined ? "procedure" : "function", result);
  const inner = scope.within(body);
  const parameters = of.parameters.map(({ name, at, isVar, type: syntax }) => {
    const type = typeIn(inner, syntax, numberOf);
    inner.declareLocal(name, at, type, isVar);
    return { name, type, isVar };
  });
  const { mentions } = body;
  const checkedFunction: CheckedFunction = {
    name: of.name,
    parameters,
    result,
    locals: 0,
    body: () => false,
    mentions,
  };
  scope.declare(of.name, of.at, { kind: "function", of: checkedFunction });
  checkedFunction.body = bodyOf(inner, of.declarations, of.body);
  checkedFunction.locals = body.locals;
}

/** What stands around a rule, as syntax: each rule within declares it in its own scope. */
type Around = Extract<RuleItem, { readonly kind: "ruleset" | "alias" | "choose" }>;

interface Found {
  readonly rules: CheckedRule[];
  readonly properties: CheckedProperty[];
}

function itemIn(scope: Scope, item: RuleItem, around: readonly Around[], found: Found): void {
  switch (item.kind) {
    case "rule":
    case "startstate":
      found.rules.push(ruleIn(scope, item, around));
      return;
    case "property":
      found.properties.push(propertyIn(scope, item, around));
      return;
    default:
      for (const rule of item.rules) itemIn(scope, rule, [...around, item], found);
  }
}

function ruleIn(scope: Scope, of: RuleSyntax, around: readonly Around[]): CheckedRule {
  const body = newBody(of.kind);
  const { inner, binders } = bindersIn(scope.within(body), around);
  const guard = of.guard && condition(inner, of.guard, "the guard of a rule");
  const run = bodyOf(inner, of.declarations, of.body);
  const changes = around.every(({ kind }) => kind === "ruleset") && surelyChanges(inner, of);
  const { name, at, kind, priority } = of;
  if (priority !== 0) scope.context.dialect.noteCMurphiOnly();
  return {
    ...{ kind, priority, name, at, binders, guard, body: run, surelyChanges: changes },
    ...{ locals: body.locals, mentions: body.mentions },
  };
}

function propertyIn(
  scope: Scope,
  { property }: RuleItem & { readonly kind: "property" },
  around: readonly Around[],
): CheckedProperty {
  const body = newBody("property");
  const { inner, binders } = bindersIn(scope.within(body), around);
  const { category, words, at } = property;
  if (binders.some(({ kind }) => kind === "choose"))
    throw scope.source.error(at, "a property within choose is not supported: ask MultiSetCount, at the top level");
  const holds = condition(inner, property.condition, "a property");
  const text = shortened(property.text);
  return { category, words, text, at, condition: holds, binders, locals: body.locals, mentions: body.mentions };
}

function bindersIn(scope: Scope, around: readonly Around[]): { inner: Scope; binders: readonly Binder[] } {
  let inner = scope;
  const binders: Binder[] = [];
  for (const each of around) {
    if (each.kind === "ruleset") {
      for (const quantifier of each.quantifiers) {
        inner = inner.within();
        const of = quantifierIn(inner, quantifier);
        if (of.fixed === undefined && of.type.kind === "range")
          throw scope.source.error(
            quantifier.at,
            "the values of a ruleset are constants: they are the same in every state",
          );
        binders.push({ kind: "quantifier", name: quantifier.name, at: quantifier.at, of });
      }
    } else if (each.kind === "alias") {
      inner = inner.within();
      binders.push({ kind: "alias", bind: aliasesIn(inner, each.aliases) });
    } else {
      const multiset = checked(inner, each.multiset);
      if (multiset.type.kind !== "multiset")
        throw scope.source.error(each.multiset.at, `choose is from a multiset, not from ${typeInWords(multiset.type)}`);
      inner = inner.within();
      const index = inner.declareLocal(each.name, each.at, { kind: "chosen", element: multiset.type.element }, false);
      binders.push({ kind: "choose", name: each.name, index, multiset });
    }
  }
  return { inner, binders };
}
