/** Functions and procedures: functions of the state and the arguments that return what they change. */
import { DEEPEST_CALL } from "../check-call.js";
import type { FunctionSyntax, Statement } from "../syntax.js";
import { quoted } from "./code.js";
import { docComment } from "./comments.js";
import { Context, type File } from "./context.js";
import { type Env, type FunctionTarget, newDoing, type ParameterTarget } from "./env.js";
import { identifier } from "./names.js";
import { block, locals } from "./statements.js";
import { tidied } from "./tidied.js";
import { placeTypeText } from "./values.js";
import { indented } from "./writes.js";

/** Declares a function, and returns its text. */
export function functionText(file: File, env: Env, of: FunctionSyntax): readonly string[] {
  const { pass, types } = file;
  const comment = pass.comments.at(of.at);
  const inner = env.within();
  const result = of.result && types.typeIn(inner, of.result, of.name);
  const resultSlot = result && pass.newSlot();
  const known = pass.before.effects.get(of.name) ?? { writesState: false, isRecursive: false };
  const does = newDoing();
  const state = known.writesState ? "next" : "state";
  const context = Context.of(file, inner, "function", state, does);
  const parameters = of.parameters.map((parameter) => declareParameter(context, parameter));
  const text = pass.names.take(identifier(of.name, "called"));
  const target: FunctionTarget = { syntax: of, text, parameters, result, resultSlot, effects: known, does };
  env.names.set(of.name, { kind: "function", of: target });
  const variables = parameters.filter(({ isVar }) => isVar).map((parameter) => parameter.text);
  const slot = resultSlot!;
  context.body = {
    returns: (value) => returned(known.writesState, variables, value),
    refuses: undefined,
    result: result && { type: result, slot },
    removesOnce: false,
  };
  const lines = [...locals(context, of.declarations), ...block(context, of.body)];
  does.surely = context.flow.atEnd().filter(([first]) => first!.startsWith("state "));
  const isRecursive = callsItself(of);
  pass.effects.set(of.name, { writesState: does.writes.length > 0, isRecursive });
  const ends = endsAlways(of.body);
  if (!ends && result !== undefined) lines.push(`throw new Error("an end of ${of.name} without a return");`);
  else if (!ends) {
    const last = returned(known.writesState, variables, undefined);
    if (last !== "return;") lines.push(last);
  }
  const given = parameters.map((parameter) => {
    const type = placeTypeText(context, parameter.type, parameter.slot, parameter.isVar && parameter.slot.isNullable);
    return `${parameter.text}: ${type}`;
  });
  const counted = pass.countsCalls ? ["calls: number"] : [];
  const returns = [
    ...(known.writesState ? ["State"] : []),
    ...parameters.filter(({ isVar }) => isVar).map(({ type, slot }) => placeTypeText(context, type, slot, false)),
    ...(result === undefined ? [] : [placeTypeText(context, result, slot, false)]),
  ];
  const type = returns.length === 0 ? "void" : returns.length === 1 ? returns[0] : `[${returns.join(", ")}]`;
  const limit = pass.countsCalls
    ? [
        `if (calls > ${DEEPEST_CALL}) throw new Error(${quoted(`a call of ${of.name} within ${DEEPEST_CALL} calls, which has no end`)});`,
      ]
    : [];
  const begin = known.writesState ? ["let next = state;"] : [];
  return [
    ...docComment(comment),
    `function ${text}(${[`${known.writesState ? "state" : state}: State`, ...given, ...counted].join(", ")}): ${type} {`,
    ...indented(tidied([...limit, ...begin, ...lines])),
    "}",
  ];
}

function declareParameter(context: Context, of: FunctionSyntax["parameters"][number]): ParameterTarget {
  const { file, env } = context;
  const type = file.types.typeIn(env, of.type, of.name);
  const slot = file.pass.newSlot();
  const text = env.fresh(of.name);
  const root = { kind: "local", text } as const;
  const place = { root, steps: [], type, slot, isWritable: of.isVar, written: of.name, canFault: false };
  context.flow.write(place);
  env.names.set(of.name, { kind: "place", place, isStable: !of.isVar });
  if (!of.isVar) context.known.add(text);
  return { name: of.name, text, type, slot, isVar: of.isVar };
}

function returned(writesState: boolean, variables: readonly string[], value: string | undefined): string {
  const all = [...(writesState ? ["next"] : []), ...variables, ...(value === undefined ? [] : [value])];
  if (all.length === 0) return "return;";
  return all.length === 1 ? `return ${all[0]};` : `return [${all.join(", ")}];`;
}

/** Tells whether statements surely end by a return or an error. */
export function endsAlways(body: readonly Statement[]): boolean {
  const last = body.at(-1);
  switch (last?.kind) {
    case "return":
    case "error":
      return true;
    case "if":
      return last.otherwise.length > 0 && [last.otherwise, ...last.clauses.map(({ body }) => body)].every(endsAlways);
    case "switch":
      return last.otherwise.length > 0 && [last.otherwise, ...last.cases.map(({ body }) => body)].every(endsAlways);
    case "alias":
      return endsAlways(last.body);
    default:
      return false;
  }
}

/** Tells whether a function calls itself: names are declared before they are used, so that no other way leads back. */
function callsItself(of: FunctionSyntax): boolean {
  const found = (node: unknown): boolean => {
    if (typeof node !== "object" || node === null) return false;
    if (Array.isArray(node)) return node.some(found);
    const each = node as { readonly kind?: string; readonly name?: string };
    return (each.kind === "call" && each.name === of.name) || Object.values(node).some(found);
  };
  return found(of.body);
}
