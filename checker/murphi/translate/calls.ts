/** Calls of functions and procedures: what they change is what they return. */
import type { Expression } from "../syntax.js";
import { written } from "../written.js";
import { type Code, codeOf, type Place } from "./code.js";
import type { Context } from "./context.js";
import type { FunctionTarget, ParameterTarget } from "./env.js";
import type { Slot } from "./pass.js";
import { raw, read } from "./places.js";
import { INTEGER, isSimple, leavesOf, type Target } from "./target-types.js";
import { fitted, initialText } from "./values.js";
import { stable, writesFrom } from "./writes.js";

export interface Call {
  readonly name: string;
  readonly given: readonly Expression[];
  readonly at: number;
}

/** Reads expressions. */
export interface Reader {
  readonly valueOf: (context: Context, of: Expression) => Code;
  readonly placeOf: (context: Context, of: Expression) => Place;
  readonly assignedOf: (context: Context, of: Expression) => Code;
  readonly isDesignator: (context: Context, of: Expression) => boolean;
}

interface PreparedCall {
  readonly of: FunctionTarget;
  readonly text: string;
  /** The variables that the call writes by its parameters. */
  readonly variables: readonly Place[];
}

/** Notes that what one place holds may come into another, with all its parts. */
export function link(context: Context, from: { type: Target; slot: Slot }, to: { type: Target; slot: Slot }): void {
  const [sources, targets] = [leavesOf(from.type, from.slot), leavesOf(to.type, to.slot)];
  sources.forEach(({ slot }, i) => {
    if (targets[i] !== undefined && slot !== targets[i].slot) context.pass.copied(slot, targets[i].slot);
  });
}

/** Returns the code that copies a place, undefined or not, to another one. */
export function copyOf(context: Context, place: Place, to: { type: Target; slot: Slot }): Code {
  link(context, place, to);
  const code = place.slot.isNullable || !isSimple(place.type) ? raw(context, place) : read(context, place);
  return code;
}

/** Returns the text of the undefined value of a type, which its places then are known to hold. */
export function undefinedText(context: Context, type: Target, slot: Slot): string {
  for (const leaf of leavesOf(type, slot)) context.pass.mark(leaf.slot);
  return isSimple(type) ? "null" : initialText(context, type, slot);
}

/** Returns the call of a function within an expression. */
export function functionCall(context: Context, of: Expression & { readonly kind: "call" }, reader: Reader): Code {
  const prepared = prepare(context, of, reader);
  const { result, resultSlot, effects } = prepared.of;
  let text = prepared.text;
  if (effects.writesState || prepared.variables.length > 0) {
    if (!context.canHoist || !context.first.has(of))
      throw context.pass.refused(of.at, `a call of ${of.name}, which writes variables, in the middle of an expression`);
    text = context.env.fresh("result");
    const before = context.takeHoisted();
    for (const line of [...before, ...linesOf(context, prepared, text)]) context.hoist(line);
  }
  if (isSimple(result!)) {
    // As in rumur, a number that is returned fits only where it is written.
    const type = result.kind === "range" ? INTEGER : result;
    return codeOf(text, type, { canFault: true });
  }
  const root = { kind: "value", text } as const;
  const place = {
    root,
    steps: [],
    type: result!,
    slot: resultSlot!,
    isWritable: false,
    written: written(of),
    canFault: true,
  };
  return codeOf(text, result!, { canFault: true, place });
}

/** Returns the lines of a call that stands by itself. */
export function callStatement(context: Context, call: Call, reader: Reader): readonly string[] {
  const prepared = prepare(context, call, reader);
  return [...context.takeHoisted(), ...linesOf(context, prepared, undefined)];
}

/** @param result the name that gets the result; undefined if nobody wants it */
function linesOf(
  context: Context,
  { of, text, variables }: PreparedCall,
  result: string | undefined,
): readonly string[] {
  const { state } = context;
  const after = of.effects.writesState ? [state] : [];
  const returned = [...after, ...variables, ...(of.result === undefined ? [] : ["result"])];
  if (returned.length === 0) return [`${text};`];
  if (returned.length === 1) {
    if (of.effects.writesState) return [`${state} = ${text};`];
    if (of.result !== undefined) return [result === undefined ? `${text};` : `const ${result} = ${text};`];
    return writesFrom(context, variables[0]!, text);
  }
  const names = [
    ...after.map(() => context.env.fresh("after")),
    ...variables.map(({ root }) => context.env.fresh(root.kind === "state" ? root.of.reader : root.text)),
    ...(of.result === undefined || result === undefined ? [] : [result]),
  ];
  const lines = [`const [${names.join(", ")}] = ${text};`];
  if (of.effects.writesState) lines.push(`${state} = ${names[0]};`);
  for (const [i, place] of variables.entries()) lines.push(...writesFrom(context, place, names[after.length + i]!));
  return lines;
}

function prepare(context: Context, { name, given, at }: Call, reader: Reader): PreparedCall {
  const entity = context.env.find(name);
  if (entity?.kind !== "function") throw new Error(`there is no function ${name}`);
  const { of } = entity;
  const variables: Place[] = [];
  const names = new Map<string, string>();
  const texts = of.parameters.map((parameter, i) => {
    const argument = given[i]!;
    if (!parameter.isVar) {
      const code = argumentOf(context, name, parameter, argument, reader);
      if (code.isStable) names.set(parameter.text, code.text);
      return code.text;
    }
    const place = stable(context, reader.placeOf(context, argument), at);
    refuseAliasing(context, of, place, variables, argument);
    link(context, place, parameter);
    link(context, parameter, place);
    variables.push(place);
    return raw(context, place).text;
  });
  noteEffects(context, of, names);
  for (const place of variables) context.notes(place);
  const all = [context.state, ...texts, ...(context.pass.countsCalls ? [context.calls] : [])];
  return { of, text: `${of.text}(${all.join(", ")})`, variables };
}

/** A variable that is given for a var parameter is read and written by the call alone, or else has two names. */
function refuseAliasing(
  context: Context,
  of: FunctionTarget,
  { root }: Place,
  others: readonly Place[],
  argument: Expression,
): void {
  const same = (other: Place) =>
    root.kind === "state"
      ? other.root.kind === "state" && other.root.of === root.of
      : other.root.kind === "local" && root.kind === "local" && other.root.text === root.text;
  const isMentioned = root.kind === "state" && of.does.mentioned.has(root.of.name);
  if (isMentioned || others.some(same))
    throw context.pass.refused(
      argument.at,
      `${written(argument)} as a var parameter of ${of.syntax.name}, which has it by another name, too,`,
    );
}

function noteEffects(context: Context, of: FunctionTarget, names: ReadonlyMap<string, string>): void {
  const { does } = of;
  context.flow.called(does, names);
  for (const name of does.mentioned) context.does.mentioned.add(name);
  context.does.removals += does.removals;
  const meant = (text: string | null) => {
    const here = text === null ? null : (names.get(text) ?? text);
    return here !== null && context.isKnown(here) ? here : null;
  };
  for (const { variable, indices, steps } of does.writes) {
    const cut = steps.findIndex(({ isField }) => !isField);
    context.does.writes.push({
      variable,
      indices: indices.map(meant),
      steps: steps.slice(0, cut < 0 ? undefined : cut),
    });
  }
}

function argumentOf(
  context: Context,
  name: string,
  parameter: ParameterTarget,
  of: Expression,
  { valueOf, placeOf, assignedOf, isDesignator }: Reader,
): Code {
  const { type } = parameter;
  const isPlace = isDesignator(context, of);
  if (!isPlace) {
    const code = isSimple(type) ? valueOf(context, of) : assignedOf(context, of);
    if (code.type.kind === "undefined") return { ...code, text: undefinedText(context, type, parameter.slot) };
    if (!isSimple(type)) {
      if (code.place !== undefined) link(context, code.place, parameter);
      return code;
    }
    return fitted(context, code, type, { kind: "argument", place: `the parameter ${parameter.name} of ${name}` });
  }
  const code = copyOf(context, placeOf(context, of), parameter);
  if (!isSimple(type)) return code;
  return fitted(context, code, type, { kind: "argument", place: `the parameter ${parameter.name} of ${name}` });
}
