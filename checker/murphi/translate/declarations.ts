/** Declarations: constants as parameters, types, and variables of the state. */
import { AnyState, writerOf } from "../../model/state.js";
import { constantsOf } from "../parameters.js";
import type { Declaration, Item } from "../syntax.js";
import { codeOf, quoted, type StateVariable } from "./code.js";
import { docComment } from "./comments.js";
import { Context, type File } from "./context.js";
import type { Env } from "./env.js";
import { valueOf } from "./expressions.js";
import { lowered } from "./names.js";
import { INTEGER, memberText, type RecordTarget, type SimpleTarget, type Target } from "./target-types.js";
import { hasVaryingSize, initialText, placeTypeText, typeText } from "./values.js";
import { indented } from "./writes.js";

/** A constant of the file that is a parameter of the model. */
export interface ParameterText {
  readonly name: string;
  readonly constant: string;
  readonly value: number;
  readonly comment: readonly string[];
}

const GREATEST = 2 ** 31;

/** Declares a constant. Returns the parameter that it is, if it is one. */
export function declareConstant(
  file: File,
  env: Env,
  of: Declaration & { readonly kind: "const" },
  items: readonly Item[],
  given: ReadonlyMap<string, number>,
): ParameterText | undefined {
  const { pass } = file;
  const comment = pass.comments.at(of.at);
  const parameter = constantsOf(items).find(({ constant }) => constant === of.name);
  if (parameter === undefined || pass.before.fixed.has(parameter.parameter)) {
    const code = valueOf(Context.ofConstants(file, env), of.value);
    const value = parameter === undefined ? code : { ...code, text: String(given.get(of.name) ?? parameter.value) };
    const fixed = parameter === undefined ? value : codeOf(value.text, INTEGER, numberOf(Number(value.text)));
    env.names.set(of.name, { kind: "constant", code: { ...fixed, isStable: true } });
    return undefined;
  }
  const value = given.get(of.name) ?? parameter.value;
  const interval = [Math.min(-GREATEST, value), Math.max(GREATEST, value)] as const;
  const code = codeOf(`§.${parameter.parameter}`, INTEGER, { constant: value, interval, isStable: true });
  env.names.set(of.name, { kind: "constant", code });
  return { name: parameter.parameter, constant: of.name, value, comment };
}

function numberOf(value: number) {
  return { constant: value, interval: [value, value] as const };
}

/** Declares a variable of the state. */
export function declareVariable(file: File, env: Env, of: Declaration & { readonly kind: "var" }): StateVariable {
  const whole = file.types.typeIn(env, of.type, of.name);
  const slot = file.pass.newSlot();
  const sets: SimpleTarget[] = [];
  let type: Target = whole;
  while (type.kind === "array" && sets.length < 2 && isIndexSet(type.index)) {
    sets.push(type.index);
    type = type.element;
  }
  const taken = new Set(file.variables.flatMap(({ reader, writer }) => [reader, writer]));
  const isTaken = (name: string) =>
    [name, writerOf(name)].some(
      (each) => each in AnyState.prototype || ["layout", "source"].includes(each) || taken.has(each),
    );
  let reader = lowered(of.name);
  for (let number = 2; isTaken(reader); number++) reader = `${lowered(of.name)}${number}`;
  const variable: StateVariable = { name: of.name, reader, writer: writerOf(reader), sets, type, slot };
  file.variables.push(variable);
  const root = { kind: "state", of: variable } as const;
  const place = { root, steps: [], type: whole, slot, isWritable: true, written: of.name, canFault: false };
  env.names.set(of.name, { kind: "place", place, isStable: false });
  return variable;
}

function isIndexSet(type: SimpleTarget): boolean {
  return type.kind === "scalarset" || (type.kind === "union" && type.set !== undefined);
}

/** Returns the entry of a variable in the declaration of all. */
export function variableText(context: Context, { reader, sets, type, slot }: StateVariable): string {
  const initial = initialText(context, type, slot);
  const isPlain = type.kind === "range" || initial === "false";
  const typed =
    isPlain && !initial.startsWith("null") ? `${initial} as ${placeTypeText(context, type, slot)}` : initial;
  const names = sets.map((set) => ("set" in set ? set.set : ""));
  const maker = ["single", "perMember", "matrix"][sets.length]!;
  return `${reader}: ${context.pass.uses(maker)}(${[...names, typed].join(", ")})`;
}

/** Returns the declaration of a type. */
export function typeDeclaration(file: File, of: Target): readonly string[] {
  const { pass } = file;
  const context = Context.ofConstants(file, undefined as never);
  switch (of.kind) {
    case "enum":
      if (of.fixedIn !== undefined) return [`type ${of.name} = ${pass.uses("Member")}<${quoted(of.fixedIn.name!)}>;`];
      return [`type ${of.name} = ${of.members.map((member) => quoted(member)).join(" | ")};`];
    case "scalarset": {
      const { name, set, size, words, isDeclared, prefix } = of;
      const maker = pass.uses(isDeclared ? "scalarset" : "ordered");
      const member = pass.uses(isDeclared ? "Member" : "OrderedMember");
      const parameter = /^§\.(\w+)$/.exec(size.text)?.[1];
      const count = parameter === undefined ? size.text : quoted(parameter);
      return [
        `const ${set} = ${maker}(${quoted(words)}, { prefix: ${quoted(prefix)}, size: ${count} });`,
        `type ${name} = ${member}<${quoted(words)}>;`,
      ];
    }
    case "union": {
      const parts = `type ${of.name} = ${of.of.map(typeText).join(" | ")};`;
      const inner = of.of.find((part) => part.kind === "scalarset");
      if (of.set === undefined || inner === undefined) return [parts];
      const enums = of.of.filter((part) => part.kind === "enum");
      const members = enums.flatMap((each) =>
        each.members.map((member) => ({ member, text: memberText(each, member) })),
      );
      const given = [quoted(of.name!), inner.set, ...members.map(({ member }) => quoted(member))];
      return [
        `const ${of.set} = ${pass.uses("union")}(${given.join(", ")});`,
        parts,
        ...members.map(({ member, text }) => `const ${text} = ${of.set}.fixed(${quoted(member)});`),
      ];
    }
    case "range":
      return [`type ${of.name} = number;`];
    case "record":
      return recordDeclaration(context, of);
    default:
      return [];
  }
}

function recordDeclaration(context: Context, of: RecordTarget): readonly string[] {
  const isVarying = hasVaryingSize(of);
  context.pass.immutable.add("Record");
  const fields = of.fields.flatMap((field) => {
    const { type, slot, name, comment } = field;
    const initial =
      isVarying && hasVaryingSize(type) ? emptyText(context, type, slot) : initialText(context, type, slot);
    const isPlain = type.kind === "range" && !initial.startsWith("null");
    const typed = isPlain && type.name !== undefined ? `${initial} as ${type.name}` : initial;
    return [...docComment(comment), `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)}: ${typed},`];
  });
  const isShort = fields.length <= 3 && fields.join(" ").length < 90 && !fields.some((line) => line.startsWith("/**"));
  const lines = isShort
    ? [`class ${of.name} extends Record({ ${fields.join(" ").replace(/,$/, "")} }) {}`]
    : [`class ${of.name} extends Record({`, ...indented(fields), "}) {}"];
  if (!isVarying) return lines;
  const varying = of.fields.filter(({ type }) => hasVaryingSize(type));
  const inside = Context.of(context.file, undefined as never, "property", "").withParameters("parameters");
  const sized = varying.map(({ name, type, slot }) => `${name}: ${initialText(inside, type, slot)}`);
  return [
    ...lines,
    `function empty${of.name}(parameters: Parameters): ${of.name} {`,
    `  return new ${of.name}({ ${sized.join(", ")} });`,
    "}",
  ];
}

/** Returns an array that has no elements yet, or a record with one, whose size only parameters tell. */
function emptyText(context: Context, type: Target, slot: StateVariable["slot"]): string {
  if (type.kind === "record") return `new ${type.name}()`;
  const text = placeTypeText(context, type, slot);
  return `${text.replace(/^ImmutableMap/, "ImmutableMap")}()`;
}
