/**
 * Whether a rule surely changes the state wherever it is enabled, as far as its text tells: its guard says what a
 * variable is, and its body gives that variable another value at last. Such a rule needs no second action for steps
 * that change nothing. A rule of which nothing is said here may well change the state always.
 */
import { checked } from "./check-expression.js";
import type { Scope } from "./scope.js";
import { type Expression, partsOf, type RuleSyntax, type Statement } from "./syntax.js";
import type { Value } from "./types.js";

/** What a guard says of a variable: that it has a value, or that it has not. */
interface Fact {
  readonly of: Expression;
  readonly value: Value;
  readonly isEqual: boolean;
}

/**
 * Tells whether a rule surely changes the state. Around it stand rulesets alone: an alias may name another place after
 * a write than in the guard.
 * @param scope that of the guard, in which the names around the rule are declared
 */
export function surelyChanges(scope: Scope, { guard, declarations, body }: RuleSyntax): boolean {
  // A declaration of the rule's own may hide a name that the guard means.
  if (guard === undefined || declarations.length > 0) return false;
  const facts = conjuncts(guard).flatMap((conjunct) => factIn(scope, conjunct));
  return facts.some((fact) => {
    const last = body.findLastIndex((statement) => statement.kind === "assign" && isSamePlace(statement.to, fact.of));
    const statement = body[last];
    if (statement?.kind !== "assign") return false;
    const value = constantIn(scope, statement.value);
    if (value === undefined || (value === fact.value) === fact.isEqual) return false;
    // What comes before is overwritten, as long as it changes no index and does not return.
    return (
      body.slice(0, last).every((before) => isHarmless(before, indicesOf(fact.of), undefined)) &&
      body.slice(last + 1).every((after) => isHarmless(after, indicesOf(fact.of), fact.of))
    );
  });
}

function conjuncts(of: Expression): readonly Expression[] {
  return of.kind === "chain" && of.operator.startsWith("&") ? of.operands.flatMap(conjuncts) : [of];
}

/** Returns what a conjunct of a guard says of a variable. */
function factIn(scope: Scope, of: Expression): readonly Fact[] {
  if (of.kind === "binary" && (of.operator === "=" || of.operator === "!=")) {
    const isEqual = of.operator === "=";
    const sides = [
      [of.left, of.right],
      [of.right, of.left],
    ] as const;
    return sides.flatMap(([variable, other]) => {
      const value = constantIn(scope, other);
      return value !== undefined && isGlobal(scope, variable) ? [{ of: variable, value, isEqual }] : [];
    });
  }
  if (of.kind === "isundefined") return isGlobal(scope, of.of) ? [{ of: of.of, value: null, isEqual: true }] : [];
  if (of.kind === "unary" && of.operator === "!" && isGlobal(scope, of.of))
    return [{ of: of.of, value: false, isEqual: true }];
  return isGlobal(scope, of) ? [{ of, value: true, isEqual: true }] : [];
}

function constantIn(scope: Scope, of: Expression): Value | undefined {
  return checked(scope, of).constant;
}

/** Tells whether an expression names a place of the state by names and numbers alone. */
function isGlobal(scope: Scope, of: Expression): boolean {
  if (of.kind === "name") return scope.find(of.name)?.kind === "global";
  if (of.kind === "field") return isGlobal(scope, of.of);
  if (of.kind !== "element" || !isGlobal(scope, of.of)) return false;
  // The names of rulesets stay; a variable of the state as an index might change.
  const { index } = of;
  return index.kind === "number" || (index.kind === "name" && scope.find(index.name)?.kind !== "global");
}

function isSamePlace(a: Expression, b: Expression): boolean {
  if (a.kind === "name" && b.kind === "name") return a.name === b.name;
  if (a.kind === "number" && b.kind === "number") return a.value === b.value;
  if (a.kind === "field" && b.kind === "field") return a.field === b.field && isSamePlace(a.of, b.of);
  if (a.kind !== "element" || b.kind !== "element") return false;
  return isSamePlace(a.of, b.of) && isSamePlace(a.index, b.index);
}

/** Returns the names that stand as indices. */
function indicesOf(of: Expression): readonly string[] {
  if (of.kind === "field") return indicesOf(of.of);
  if (of.kind !== "element") return [];
  return [...indicesOf(of.of), ...(of.index.kind === "name" ? [of.index.name] : [])];
}

/**
 * Tells whether a statement neither ends the rule nor writes certain names, nor the variable in which `place` lies. Of
 * calls, aliases and loops without an end nothing is known.
 */
function isHarmless(of: Statement, names: readonly string[], place: Expression | undefined): boolean {
  const areHarmless = (body: readonly Statement[]) => body.every((each) => isHarmless(each, names, place));
  switch (of.kind) {
    case "assign":
      return !calls(of.value) && !writes(of.to, names, place);
    case "undefine":
    case "clear":
      return !writes(of.of, names, place);
    case "if":
      return (
        of.clauses.every(({ condition, body }) => !calls(condition) && areHarmless(body)) && areHarmless(of.otherwise)
      );
    case "switch":
      return !calls(of.of) && of.cases.every(({ body }) => areHarmless(body)) && areHarmless(of.otherwise);
    case "for":
      return areHarmless(of.body);
    case "put":
    case "error":
      return true;
    case "property":
      return !calls(of.property.condition);
    default:
      return false;
  }
}

function writes(to: Expression, names: readonly string[], place: Expression | undefined): boolean {
  const path = pathOf(to);
  if (path === undefined || names.includes(path[0]!)) return true;
  const other = place && pathOf(place);
  if (other === undefined || path[0] !== other[0]) return false;
  // Two different fields of records in the same place of the path lie apart, whatever the indices are.
  return !path.some((part, i) => part.startsWith(".") && other[i]?.startsWith(".") && part !== other[i]);
}

/** Returns the name, the fields and the elements of a designator; undefined if an index calls a function. */
function pathOf(of: Expression): readonly string[] | undefined {
  if (of.kind === "name") return [of.name];
  if (of.kind === "field") {
    const path = pathOf(of.of);
    return path && [...path, `.${of.field}`];
  }
  if (of.kind !== "element" || calls(of.index)) return undefined;
  const path = pathOf(of.of);
  return path && [...path, "[]"];
}

/** Tells whether an expression may call a function, which may write anything. */
function calls(of: Expression): boolean {
  return ["call", "ismember", "multisetcount"].includes(of.kind) || partsOf(of).some(calls);
}
