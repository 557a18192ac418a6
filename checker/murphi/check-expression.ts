/** Checks expressions, and makes functions of them. */
import { complement, countedValues, isBitwise, NoNumber, negated, numberFunction, upwards } from "./arithmetic.js";
import { callOf } from "./check-call.js";
import { type CheckedExpression, type Frame, known, valued, type World } from "./compiled.js";
import { comparedValue, undefinedWord } from "./dialect.js";
import { fault } from "./fault.js";
import { LocalMemory, type Place } from "./memory.js";
import { bagIn, formOf } from "./message.js";
import { type NumberOf, simpleIn } from "./resolve-type.js";
import type { Scope } from "./scope.js";
import type { ChainOperator, Expression, MultisetPredicate, Quantifier } from "./syntax.js";
import {
  BOOLEAN,
  INTEGER,
  isCompatible,
  isSimple,
  memberOf,
  ordinalIn,
  type SimpleType,
  type Type,
  typeInWords,
  type Value,
  valuesOf,
  widthOf,
} from "./types.js";
import { written } from "./written.js";

/** Checks an expression. @throws LoadError for names, types and operators that do not fit */
export function checked(scope: Scope, of: Expression): CheckedExpression {
  switch (of.kind) {
    case "number":
      return known(INTEGER, of.at, of.value);
    case "name":
      return named(scope, of);
    case "field":
      return field(scope, of);
    case "element":
      return element(scope, of);
    case "call":
      return callOf(scope, of, checked);
    case "unary":
      return unary(scope, of);
    case "binary":
      return binary(scope, of);
    case "chain":
      return chain(scope, of);
    case "conditional":
      return conditional(scope, of);
    case "forall":
    case "exists":
      return quantified(scope, of);
    case "isundefined":
      return isUndefined(scope, of);
    case "ismember":
      return isMember(scope, of);
    case "multisetcount":
      return multisetCount(scope, of);
  }
}

/** Checks an expression that must be a boolean. @param what names it, for the error */
export function condition(scope: Scope, of: Expression, what: string): CheckedExpression {
  const expression = checked(scope, of);
  if (expression.type.kind === "boolean") return expression;
  throw scope.source.error(of.at, `${what} is a boolean, not ${typeInWords(expression.type)}`);
}

function number(scope: Scope, of: Expression, what: string): CheckedExpression {
  const expression = checked(scope, of);
  if (expression.type.kind === "range") return expression;
  throw scope.source.error(of.at, `${what} is a number, not ${typeInWords(expression.type)}`);
}

/** Returns the number that a constant expression is. */
export const numberOf: NumberOf = (scope, of, what) => {
  const { constant } = number(scope, of, what);
  if (constant === undefined) throw scope.source.error(of.at, `${what} is a constant, and ${written(of)} is none`);
  return constant as number;
};

/** Makes an expression of a place. */
function placed(
  scope: Scope,
  of: Expression,
  type: Type,
  place: (frame: Frame) => Place,
  isWritable: boolean,
): CheckedExpression {
  const { source } = scope;
  const text = written(of);
  const value = (frame: Frame): Value => {
    const { memory, at } = place(frame);
    const value = memory.read(at);
    if (value === null && type.kind !== "multiset") throw fault(source, of.at, `a read of ${text}, which is undefined`);
    return value;
  };
  return { type, at: of.at, value, place, isVariable: true, isWritable };
}

function named(scope: Scope, of: Expression & { readonly kind: "name" }): CheckedExpression {
  const entity = scope.find(of.name);
  if (entity?.kind === "constant") return known(entity.type, of.at, entity.value);
  if (entity?.kind === "global") {
    const { cell } = entity;
    return placed(scope, of, entity.type, ({ world }) => ({ memory: world.globals, at: cell }), true);
  }
  if (entity?.kind === "local") {
    const { index } = entity;
    return placed(scope, of, entity.type, ({ locals }) => locals[index]!, entity.isWritable);
  }
  const word = entity === undefined ? undefinedWord(scope.context.dialect, of) : undefined;
  if (word !== undefined) return word;
  throw scope.unknown(of.name, of.at, "variable or constant", ({ kind }) => kind !== "type" && kind !== "function");
}

function field(scope: Scope, of: Expression & { readonly kind: "field" }): CheckedExpression {
  const record = checked(scope, of.of);
  if (record.type.kind !== "record" || record.place === undefined)
    throw scope.source.error(of.at, `${written(of.of)} is ${typeInWords(record.type)}, which has no fields`);
  const found = record.type.fields.find(({ name }) => name === of.field);
  if (found === undefined) {
    const fields = record.type.fields.map(({ name }) => name).join(", ");
    throw scope.source.error(of.at, `${written(of.of)} has no field "${of.field}"; it has ${fields}`);
  }
  const { place } = record;
  const inside = (frame: Frame) => {
    const { memory, at } = place(frame);
    return { memory, at: at + found.offset };
  };
  return placed(scope, of, found.type, inside, record.isWritable);
}

function element(scope: Scope, of: Expression & { readonly kind: "element" }): CheckedExpression {
  const { source } = scope;
  const array = checked(scope, of.of);
  const index = checked(scope, of.index);
  const { place } = array;
  if (array.type.kind === "multiset" && place !== undefined) {
    if (index.type.kind !== "chosen")
      throw source.error(of.at, "a multiset is indexed by a name that choose has bound");
    const { toPlace } = formOf(array.type.element);
    return placed(scope, of, array.type.element, (frame) => toPlace(index.value(frame)), false);
  }
  if (array.type.kind !== "array" || place === undefined)
    throw source.error(of.of.at, `${written(of.of)} is ${typeInWords(array.type)}, which has no elements`);
  const { type } = array;
  if (!isCompatible(index.type, type.index))
    throw source.error(
      of.at,
      `${written(of.of)} is indexed by ${typeInWords(type.index)}, not by ${typeInWords(index.type)}`,
    );
  const ordinal = ordinalIn(type.index);
  const width = widthOf(type.element);
  const inside = (frame: Frame) => {
    const { memory, at } = place(frame);
    const value = index.value(frame);
    const found = ordinal(value);
    if (found === undefined) throw fault(source, of.at, `an index out of bounds: ${written(of)} with ${shown(value)}`);
    return { memory, at: at + found * width };
  };
  return placed(scope, of, type.element, inside, array.isWritable);
}

/** Returns a value as errors show it. */
export function shown(value: Value): string {
  return typeof value === "symbol" ? (value.description ?? "?") : String(value);
}

/** Makes a function that computes with numbers; what it cannot compute is the author's error. */
function computing(scope: Scope, of: Expression, type: Type, compute: (frame: Frame) => Value): CheckedExpression {
  const { source } = scope;
  return valued(type, of.at, (frame) => {
    try {
      return compute(frame);
    } catch (error) {
      if (error instanceof NoNumber) throw fault(source, of.at, `${error.message}: ${written(of)}`);
      throw error;
    }
  });
}

/** Computes now what does not change. @throws LoadError for what cannot be computed, such as a division by zero */
function folded(scope: Scope, of: CheckedExpression, parts: readonly CheckedExpression[]): CheckedExpression {
  if (parts.some(({ constant }) => constant === undefined)) return of;
  try {
    return known(of.type, of.at, of.value(undefined as never));
  } catch (error) {
    throw scope.source.error(of.at, `this constant cannot be computed: ${(error as Error).message}`);
  }
}

function unary(scope: Scope, of: Expression & { readonly kind: "unary" }): CheckedExpression {
  if (of.operator === "!") {
    const operand = condition(scope, of.of, "what ! is applied to");
    return folded(
      scope,
      valued(BOOLEAN, of.at, (frame) => !operand.value(frame)),
      [operand],
    );
  }
  const operand = number(scope, of.of, `what ${of.operator} is applied to`);
  if (of.operator === "+") return { ...operand, isVariable: false, isWritable: false };
  const compute = of.operator === "-" ? negated : complement;
  const expression = computing(scope, of, INTEGER, (frame) => compute(operand.value(frame) as number));
  return folded(scope, expression, [operand]);
}

const ORDER: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

function binary(scope: Scope, of: Expression & { readonly kind: "binary" }): CheckedExpression {
  const { operator } = of;
  if (operator === "->") {
    const left = condition(scope, of.left, "the left side of ->");
    const right = condition(scope, of.right, "the right side of ->");
    const holds = valued(BOOLEAN, of.at, (frame) => !left.value(frame) || right.value(frame));
    return folded(scope, holds, [left, right]);
  }
  if (operator === "=" || operator === "!=") return equality(scope, of, operator === "=");
  const sides = ["left", "right"] as const;
  const [left, right] = sides.map((side) => number(scope, of[side], `the ${side} side of ${operator}`));
  const order = ORDER[operator];
  if (order !== undefined) {
    const holds = valued(BOOLEAN, of.at, (frame) => order(left!.value(frame) as number, right!.value(frame) as number));
    return folded(scope, holds, [left!, right!]);
  }
  const compute = numberFunction(operator as Parameters<typeof numberFunction>[0]);
  const expression = computing(scope, of, INTEGER, (frame) =>
    compute(left!.value(frame) as number, right!.value(frame) as number),
  );
  return folded(scope, expression, [left!, right!]);
}

function equality(scope: Scope, of: Expression & { readonly kind: "binary" }, isEqual: boolean): CheckedExpression {
  const [left, right] = [checked(scope, of.left), checked(scope, of.right)];
  if (!isCompatible(left.type, right.type))
    throw scope.source.error(of.at, `${typeInWords(left.type)} cannot be compared with ${typeInWords(right.type)}`);
  if (left.type.kind === "multiset" || left.type.kind === "chosen")
    throw scope.source.error(
      of.at,
      `${left.type.kind === "multiset" ? "multisets" : "chosen messages"} cannot be compared`,
    );
  if (isSimple(left.type)) {
    const [a, b] = [left, right].map((side) => comparedValue(scope.context.dialect, side));
    const holds = valued(BOOLEAN, of.at, (frame) => (a!(frame) === b!(frame)) === isEqual);
    return folded(scope, holds, [left, right]);
  }
  const width = widthOf(left.type);
  return valued(BOOLEAN, of.at, (frame) => areSame(left.place!(frame), right.place!(frame), width) === isEqual);
}

/** Compares cells, of which two undefined ones are the same. */
function areSame(a: Place, b: Place, width: number): boolean {
  for (let i = 0; i < width; i++) if (a.memory.read(a.at + i) !== b.memory.read(b.at + i)) return false;
  return true;
}

/** Checks `a & b & c`: logical if the operands are booleans, bitwise if they are numbers. */
function chain(scope: Scope, of: Expression & { readonly kind: "chain" }): CheckedExpression {
  const operands = of.operands.map((operand) => checked(scope, operand));
  const { operator } = of;
  if (isBitwise(operator) && operands.every(({ type }) => type.kind === "range")) {
    const compute = numberFunction(operator);
    const expression = computing(scope, of, INTEGER, (frame) =>
      operands.map(({ value }) => value(frame) as number).reduce((a, b) => compute(a, b)),
    );
    return folded(scope, expression, operands);
  }
  const wrong = operands.findIndex(({ type }) => type.kind !== "boolean");
  if (wrong >= 0) {
    const joined = isBitwise(operator) ? "booleans, or else numbers" : "booleans";
    const all = [...new Set(operands.map(({ type }) => typeInWords(type)))].join(" and ");
    throw scope.source.error(of.operands[wrong]!.at, `${operator} joins ${joined}, and not ${all}`);
  }
  return folded(scope, logical(operator, of.at, operands), operands);
}

function logical(operator: ChainOperator, at: number, operands: readonly CheckedExpression[]): CheckedExpression {
  const values = operands.map(({ value }) => value);
  const decides = operator.startsWith("|");
  return valued(BOOLEAN, at, (frame) => {
    for (const value of values) if (value(frame) === decides) return decides;
    return !decides;
  });
}

function conditional(scope: Scope, of: Expression & { readonly kind: "conditional" }): CheckedExpression {
  const [when, then, otherwise] = [
    condition(scope, of.condition, "the condition of ?:"),
    checked(scope, of.then),
    checked(scope, of.otherwise),
  ];
  if (!isCompatible(then.type, otherwise.type))
    throw scope.source.error(of.at, `?: gives ${typeInWords(then.type)} or ${typeInWords(otherwise.type)}`);
  const type = then.type.kind === "range" ? INTEGER : then.type;
  const chosen = (frame: Frame) => (when.value(frame) ? then : otherwise);
  const expression = valued(type, of.at, (frame) => chosen(frame).value(frame));
  if (isSimple(type)) return folded(scope, expression, [when, then, otherwise]);
  return { ...expression, place: (frame) => chosen(frame).place!(frame) };
}

function isUndefined(scope: Scope, of: Expression & { readonly kind: "isundefined" }): CheckedExpression {
  const { place, type, isVariable } = checked(scope, of.of);
  if (place === undefined || !isVariable)
    throw scope.source.error(of.of.at, `isundefined asks about a variable, which ${written(of.of)} is none of`);
  if (!isSimple(type))
    throw scope.source.error(of.of.at, `isundefined asks about a simple value, not ${typeInWords(type)}`);
  return valued(BOOLEAN, of.at, (frame) => {
    const { memory, at } = place(frame);
    return memory.read(at) === null;
  });
}

function isMember(scope: Scope, of: Expression & { readonly kind: "ismember" }): CheckedExpression {
  const operand = checked(scope, of.of);
  const type = simpleIn(scope, of.type, numberOf, "ismember asks about");
  if (!isCompatible(operand.type, type))
    throw scope.source.error(of.at, `${typeInWords(operand.type)} is never in ${typeInWords(type)}`);
  const isIn = memberOf(type);
  const value = comparedValue(scope.context.dialect, operand);
  return valued(BOOLEAN, of.at, (frame) => isIn(value(frame)));
}

/** A quantifier whose name is declared. */
export interface CheckedQuantifier {
  readonly type: SimpleType;
  /** The place of the name in the frame. */
  readonly index: number;
  /** Returns the values in turn. */
  readonly values: (frame: Frame) => readonly Value[];
  /** Returns the values in turn where no rule runs. @param members returns those of a scalarset */
  readonly valuesIn: (members: World["members"]) => readonly Value[];
  /** The values, if they do not depend on the state; scalarsets have theirs only while a rule runs. */
  readonly fixed: readonly Value[] | undefined;
}

/** Declares the name of a quantifier in `scope`, which is one of its own. */
export function quantifierIn(scope: Scope, of: Quantifier): CheckedQuantifier {
  if (of.isFurther) scope.context.dialect.noteCMurphiOnly();
  if ("type" in of) {
    const type = simpleIn(scope, of.type, numberOf, "a quantifier ranges over");
    const index = scope.declareLocal(of.name, of.at, type);
    const isFixed = type.kind !== "scalarset" && type.kind !== "union";
    const values = valuesIn(type);
    return {
      ...{ type, index, valuesIn: values, fixed: isFixed ? valuesOf(type) : undefined },
      values: ({ world }) => values(world.members),
    };
  }
  const from = number(scope, of.from, "the first value of a quantifier");
  const to = number(scope, of.to, "the last value of a quantifier");
  const by = of.by && number(scope, of.by, "the step of a quantifier");
  const index = scope.declareLocal(of.name, of.at, INTEGER);
  const { source, context } = scope;
  const between = (first: number, last: number, step: number | undefined) =>
    context.dialect.isCMurphi ? upwards(first, last, step) : countedValues(first, last, step);
  const counted = (frame: Frame) =>
    between(from.value(frame) as number, to.value(frame) as number, by?.value(frame) as number | undefined);
  const values = (frame: Frame) => {
    const found = counted(frame);
    if (typeof found === "string") throw fault(source, of.at, found);
    return found;
  };
  if ([from, to, by].some((bound) => bound !== undefined && bound.constant === undefined))
    return { type: INTEGER, index, values, valuesIn: () => [], fixed: undefined };
  const fixed = between(from.constant as number, to.constant as number, (by?.constant as number | undefined) ?? 1);
  if (typeof fixed === "string") throw source.error(of.at, `this is ${fixed}`);
  return { type: INTEGER, index, values: () => fixed, valuesIn: () => fixed, fixed };
}

/** Makes the function that returns the values of a type, with the members of scalarsets as the state has them. */
function valuesIn(type: SimpleType): CheckedQuantifier["valuesIn"] {
  if (type.kind === "scalarset") return (members) => members(type.set);
  if (type.kind === "union") {
    const parts = type.of.map(valuesIn);
    return (members) => parts.flatMap((part) => part(members));
  }
  const values = valuesOf(type);
  return () => values;
}

/** Puts a value where a name is looked for. */
export function bind(frame: Frame, index: number, value: Value): void {
  const memory = new LocalMemory(1);
  memory.write(0, value);
  frame.locals[index] = { memory, at: 0 };
}

function quantified(scope: Scope, of: Expression & { readonly kind: "forall" | "exists" }): CheckedExpression {
  const inner = scope.within();
  const { values, index } = quantifierIn(inner, of.quantifier);
  const body = condition(inner, of.body, `what ${of.kind} asks`);
  const decides = of.kind === "exists";
  return valued(BOOLEAN, of.at, (frame) => {
    for (const value of values(frame)) {
      bind(frame, index, value);
      if (body.value(frame) === decides) return decides;
    }
    return !decides;
  });
}

/** A predicate of the messages of a multiset. */
export function messagePredicate(
  scope: Scope,
  { name, multiset, predicate }: MultisetPredicate,
  at: number,
): { readonly bag: CheckedExpression; readonly holds: (frame: Frame, message: Value) => boolean } {
  const bag = checked(scope, multiset);
  if (bag.type.kind !== "multiset")
    throw scope.source.error(multiset.at, `${written(multiset)} is ${typeInWords(bag.type)}, not a multiset`);
  const inner = scope.within();
  const index = inner.declareLocal(name, at, { kind: "chosen", element: bag.type.element }, false);
  const holds = condition(inner, predicate, "what is asked of messages");
  return {
    bag,
    holds: (frame, message) => {
      bind(frame, index, message);
      return holds.value(frame) as boolean;
    },
  };
}

function multisetCount(scope: Scope, of: Expression & { readonly kind: "multisetcount" }): CheckedExpression {
  const { bag, holds } = messagePredicate(scope, of, of.at);
  return valued(INTEGER, of.at, (frame) =>
    bagIn(bag.place!(frame))
      .messages()
      .reduce<number>((count, message) => count + (holds(frame, message) ? 1 : 0), 0),
  );
}
