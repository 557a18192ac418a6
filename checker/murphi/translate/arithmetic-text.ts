/** Arithmetic: plain operators where no run divides by zero or leaves exact numbers, and functions elsewhere. */
import type { BinaryOperator, Expression } from "../syntax.js";
import { written } from "../written.js";
import { type Code, codeOf, type Interval, LEVEL, operand, quoted } from "./code.js";
import type { Context } from "./context.js";
import { INTEGER } from "./target-types.js";

type Operator = BinaryOperator | "&" | "|";
type Corner = (a: number, b: number) => number;

const PLAIN: Readonly<Record<string, { readonly level: number; readonly of: Corner }>> = {
  "+": { level: LEVEL.sum, of: (a, b) => a + b },
  "-": { level: LEVEL.sum, of: (a, b) => a - b },
  "*": { level: LEVEL.product, of: (a, b) => a * b },
};

const ENDLESS: Interval = [-Infinity, Infinity];

/** Returns the code of an operator on two numbers. @param of is named by its errors */
export function arithmetic(context: Context, of: Expression, operator: Operator, [a, b]: readonly [Code, Code]): Code {
  const known = constant(operator, a, b);
  const more = known === undefined ? {} : { constant: known };
  const isStable = a.isStable && b.isStable;
  const plain = PLAIN[operator];
  const [left, right] = [a.interval ?? ENDLESS, b.interval ?? ENDLESS];
  if (plain !== undefined) {
    const corners = left.flatMap((x) => right.map((y) => plain.of(x, y)));
    const interval: Interval = [Math.min(...corners), Math.max(...corners)];
    const text = `${operand(a, plain.level)} ${operator} ${operand(b, plain.level + 1)}`;
    const canFault = a.canFault || b.canFault;
    if (isExact(interval) || context.state === "")
      return codeOf(text, INTEGER, { level: plain.level, interval, canFault, isStable, ...more });
    return helped(context, "exact", [text], of, { interval: ENDLESS, ...more });
  }
  if (operator === "/" || operator === "%") {
    const isSafe = right[0] > 0 || right[1] < 0;
    const most = Math.max(Math.abs(left[0]), Math.abs(left[1]));
    const interval: Interval =
      operator === "/"
        ? [-most, most]
        : left[0] >= 0
          ? [0, bounded(right) - 1]
          : [1 - bounded(right), bounded(right) - 1];
    if (!isSafe && context.state !== "")
      return helped(context, operator === "/" ? "divided" : "remainder", [a.text, b.text], of, { interval, ...more });
    const level = LEVEL.product;
    const text = `${operand(a, level)} ${operator} ${operand(b, level + 1)}`;
    const found = { interval, canFault: a.canFault || b.canFault, isStable, ...more };
    return operator === "/"
      ? codeOf(`Math.trunc(${text})`, INTEGER, found)
      : codeOf(text, INTEGER, { level, ...found });
  }
  if (operator === "<<" || operator === ">>")
    return helped(context, "shifted", [a.text, operator === "<<" ? b.text : `-${operand(b, LEVEL.unary + 1)}`], of, {
      interval: ENDLESS,
      ...more,
    });
  return helped(context, "bits", [quoted(operator), a.text, b.text], of, {
    interval: bitsOf(operator, left, right),
    ...more,
  });
}

function bounded([low, high]: Interval): number {
  return Math.max(Math.abs(low), Math.abs(high));
}

/** What is masked by a number that is not negative is none, and not greater. */
function bitsOf(operator: Operator, left: Interval, right: Interval): Interval {
  const masks = operator === "&" ? [left, right].filter(([low]) => low >= 0).map(([, high]) => high) : [];
  return masks.length === 0 ? ENDLESS : [0, Math.min(...masks)];
}

function isExact([low, high]: Interval): boolean {
  return low >= Number.MIN_SAFE_INTEGER && high <= Number.MAX_SAFE_INTEGER;
}

function helped(context: Context, name: string, given: readonly string[], of: Expression, more: Partial<Code>): Code {
  const text = `${context.pass.helper(name)}(${[...given, quoted(written(of))].join(", ")})`;
  return codeOf(text, INTEGER, { canFault: true, ...more });
}

/** Returns the code of a sign, or of the complement, of a number. */
export function negatedNumber(
  context: Context,
  of: Expression & { readonly kind: "unary" },
  valueOf: (context: Context, of: Expression) => Code,
): Code {
  const { place: _, ...inner } = valueOf(context, of.of);
  if (of.operator === "+") return inner;
  const known = inner.constant as number | undefined;
  if (of.operator === "~")
    return helped(context, "complement", [inner.text], of, known === undefined ? {} : { constant: -known - 1 });
  const interval: Interval = inner.interval === undefined ? ENDLESS : [-inner.interval[1], -inner.interval[0]];
  const text = `-${operand(inner, LEVEL.unary + 1)}`;
  return codeOf(text, INTEGER, {
    ...{ level: LEVEL.unary, interval, canFault: inner.canFault, isStable: inner.isStable },
    ...(known === undefined ? {} : { constant: -known + 0 }),
  });
}

function constant(operator: Operator, { constant: a }: Code, { constant: b }: Code): number | undefined {
  if (typeof a !== "number" || typeof b !== "number") return undefined;
  const of: Readonly<Record<string, Corner>> = {
    "+": (x, y) => x + y,
    "-": (x, y) => x - y,
    "*": (x, y) => x * y,
    "/": (x, y) => Math.trunc(x / y),
    "%": (x, y) => x % y,
    "<<": (x, y) => Number(BigInt(x) << BigInt(y)),
    ">>": (x, y) => Number(BigInt(x) >> BigInt(y)),
    "&": (x, y) => Number(BigInt(x) & BigInt(y)),
    "|": (x, y) => Number(BigInt(x) | BigInt(y)),
    "^": (x, y) => Number(BigInt(x) ^ BigInt(y)),
  };
  return (of[operator]?.(a, b) ?? Number.NaN) + 0;
}
