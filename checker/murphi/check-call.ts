/** Calls of functions and procedures. */
import { type CheckedExpression, type CheckedFunction, type Frame, valued } from "./compiled.js";
import { fault } from "./fault.js";
import { copy, newPlace, type Place, valueAt } from "./memory.js";
import type { Scope } from "./scope.js";
import type { Expression } from "./syntax.js";
import { isCompatible, isSame, isSimple, memberOf, type Type, typeInWords, type Value, widthOf } from "./types.js";
import { written } from "./written.js";

/** The greatest depth of calls. A function that calls itself for ever is told from one that ends by it. */
export const DEEPEST_CALL = 250;

type Check = (scope: Scope, of: Expression) => CheckedExpression;

interface Call {
  readonly name: string;
  readonly given: readonly Expression[];
  readonly at: number;
}

/** Checks the call of a function within an expression. */
export function callOf(scope: Scope, of: Call, check: Check): CheckedExpression {
  const { of: called, run } = checkedCall(scope, of, check);
  const { result } = called;
  if (result === undefined)
    throw scope.source.error(of.at, `${of.name} is a procedure, and returns nothing that could be used here`);
  if (isSimple(result)) return valued(result, of.at, (frame) => run(frame) as Value);
  return {
    ...valued(result, of.at, () => null),
    place: (frame) => run(frame) as Place,
  };
}

/** Checks a call, of a function or of a procedure. */
export function checkedCall(
  scope: Scope,
  { name, given, at }: Call,
  check: Check,
): { readonly of: CheckedFunction; readonly run: (frame: Frame) => Value | Place | undefined } {
  const entity = scope.find(name);
  if (entity?.kind !== "function") throw scope.unknown(name, at, "function", ({ kind }) => kind === "function");
  const { of } = entity;
  if (given.length !== of.parameters.length)
    throw scope.source.error(at, `${name} takes ${countInWords(of.parameters.length)}, not ${given.length}`);
  scope.body.mentions.calls.add(of);
  const arguments_ = of.parameters.map((parameter, i) => argument(scope, name, parameter, given[i]!, check));
  const { source } = scope;
  const tooDeep = () => fault(source, at, `a call of ${name} within ${DEEPEST_CALL} calls, which has no end`);
  const run = (frame: Frame) => {
    const { world } = frame;
    if (world.calls >= DEEPEST_CALL) throw tooDeep();
    const locals = Array<Place>(of.locals);
    arguments_.forEach((place, i) => {
      locals[i] = place(frame);
    });
    const inner: Frame = { world, locals, returned: undefined };
    world.calls++;
    try {
      if (!of.body(inner) && of.result !== undefined) throw fault(source, at, `an end of ${name} without a return`);
    } catch (error) {
      if (error instanceof RangeError) throw tooDeep();
      throw error;
    } finally {
      world.calls--;
    }
    return inner.returned;
  };
  return { of, run };
}

function countInWords(count: number): string {
  return count === 1 ? "one argument" : `${count} arguments`;
}

/** Checks an argument. Returns the function that makes the place of the parameter. */
function argument(
  scope: Scope,
  name: string,
  parameter: CheckedFunction["parameters"][number],
  of: Expression,
  check: Check,
): (frame: Frame) => Place {
  const { source } = scope;
  const given = check(scope, of);
  const { type } = parameter;
  const what = `the parameter ${parameter.name} of ${name}`;
  if (given.type.kind === "undefined" && !parameter.isVar) return () => newPlace(widthOf(type));
  if (!isCompatible(given.type, type))
    throw source.error(of.at, `${what} is ${typeInWords(type)}, and ${written(of)} is ${typeInWords(given.type)}`);
  const { place } = given;
  if (parameter.isVar) {
    if (place === undefined || !given.isWritable)
      throw source.error(of.at, `${what} is a var, so that ${written(of)} must be a variable that may be assigned to`);
    if (!isSame(given.type, type))
      throw source.error(
        of.at,
        `${what} is ${typeInWords(type)}, and a var must be the same, not ${typeInWords(given.type)}`,
      );
    return place;
  }
  const width = widthOf(type);
  if (!isSimple(type)) return (frame) => copied(place!(frame), width);
  const fits = fitting(type, given.type);
  return (frame) => {
    // An undefined variable may be given: it is an error only where the parameter is read.
    const value = place !== undefined && given.isVariable ? valueAt(place(frame)) : given.value(frame);
    if (value !== null && !fits(value))
      throw fault(
        source,
        of.at,
        `an argument out of range: ${what} is ${typeInWords(type)}, and not ${valueInWords(value)}`,
      );
    const to = newPlace(1);
    to.memory.write(0, value);
    return to;
  };
}

/** Returns a new place with the same cells. */
export function copied(from: Place, width: number): Place {
  const to = newPlace(width);
  copy(from, to, width);
  return to;
}

function valueInWords(value: Value): string {
  return typeof value === "symbol" ? (value.description ?? "?") : String(value);
}

/** Makes the function that tells whether a value of one type fits into another; of the same type it always does. */
export function fitting(to: Type, from: Type): (value: Value) => boolean {
  if (!isSimple(to) || isSame(to, from)) return () => true;
  if (to.kind === "range" && from.kind === "range" && from.low >= to.low && from.high <= to.high) return () => true;
  return memberOf(to);
}
