/** Statements of a Murphi file in TypeScript: each one that writes makes the next state. */
import type { Alias, Declaration, Expression, Statement } from "../syntax.js";
import { shortened, written } from "../written.js";
import { callStatement, copyOf, link, undefinedText } from "./calls.js";
import { type Code, LEVEL, operand, type Place, quoted } from "./code.js";
import { lineComment } from "./comments.js";
import type { Context } from "./context.js";
import { assignedOf, constantOf, isDesignator, negation, placeOf, READER, valueOf } from "./expressions.js";
import { loop } from "./loops.js";
import { mentions, mentionsInIndex, namesIn, rootName } from "./mentioned.js";
import { multisetStatement } from "./multisets.js";
import { assignment, isFamily, merge, raw } from "./places.js";
import { isSimple, memberText, type SimpleTarget, type Target } from "./target-types.js";
import { fitted, initialText, valuesText } from "./values.js";
import { indented, stable, writes, writesFrom } from "./writes.js";

/** Returns statements in a scope of their own. @param hasBraces whether braces will stand around them */
export function block(context: Context, statements: readonly Statement[], hasBraces = true): readonly string[] {
  const inner = hasBraces ? context.within() : context.beside();
  const lines: string[] = [];
  for (let i = 0; i < statements.length; ) {
    const comment = lineComment(context.pass.comments.at(beginOf(statements[i]!)));
    const group = fieldsOfOne(inner, statements.slice(i));
    inner.canHoist = true;
    inner.first = firstCalls(statements[i]!);
    const own = group.length > 1 ? merged(inner, group) : statement(inner, statements[i]!);
    lines.push(...comment, ...inner.takeHoisted(), ...own);
    i += Math.max(1, group.length);
  }
  return lines;
}

function beginOf(of: Statement): number {
  const leftmost = (each: Expression): number => ("of" in each && each.kind !== "unary" ? leftmost(each.of) : each.at);
  return of.kind === "assign" ? Math.min(of.at, leftmost(of.to)) : of.at;
}

/** Declares local constants, types and variables. Returns the lines that declare the variables. */
export function locals(context: Context, declarations: readonly Declaration[]): readonly string[] {
  return declarations.flatMap((of) => {
    const comment = context.pass.comments.at(of.at);
    if (of.kind === "type") context.file.types.declare(context.env, of.type, of.name, comment);
    else if (of.kind === "const")
      context.env.names.set(of.name, { kind: "constant", code: valueOf(context, of.value) });
    else {
      const type = context.file.types.typeIn(context.env, of.type, of.name);
      const slot = context.pass.newSlot();
      const text = context.env.fresh(of.name);
      const root = { kind: "local", text } as const;
      const place: Place = { root, steps: [], type, slot, isWritable: true, written: of.name, canFault: false };
      context.env.names.set(of.name, { kind: "place", place, isStable: false });
      const initial = initialText(context, type, slot);
      if (initial.startsWith("null as ")) context.declareUninitialized(text);
      const typed = type.kind === "range" && !initial.startsWith("null") ? `: ${type.name ?? "number"}` : "";
      return [...lineComment(comment), `let ${text}${typed} = ${initial};`];
    }
    return [];
  });
}

function statement(context: Context, of: Statement): readonly string[] {
  switch (of.kind) {
    case "assign":
      return assign(context, of);
    case "call":
      return callStatement(context, of, READER);
    case "if":
      return ifStatement(context, of);
    case "switch":
      return switchStatement(context, of);
    case "for":
    case "while":
      return loop(context, of, block);
    case "return":
      return returned(context, of.value);
    case "put":
      return [];
    case "error":
      context.flow.ends(false);
      return [`throw new Error(${quoted(of.words)});`];
    case "property":
      return propertyStatement(context, of);
    case "alias": {
      const inner = context.beside();
      inner.canHoist = true;
      const lines = aliases(inner, of.aliases);
      return [...lines, ...block(inner, of.body, false)];
    }
    case "undefine":
    case "clear": {
      const place = placeOf(context, of.of);
      const empty = (each: Place) =>
        of.kind === "clear" ? clearedText(context, each.type) : undefinedText(context, each.type, each.slot);
      return [...context.takeHoisted(), ...writes(context, place, empty)];
    }
    default:
      return multisetStatement(context, of);
  }
}

/** Returns the calls that nothing runs before, in a statement. */
function firstCalls(of: Statement): ReadonlySet<object> {
  const found = new Set<object>();
  const walk = (each: Expression | undefined): void => {
    if (each === undefined) return;
    if (each.kind === "call") {
      found.add(each);
      walk(each.given[0]);
    } else if (each.kind === "unary" || each.kind === "field") walk(each.of);
    else if (each.kind === "binary") walk(each.left);
    else if (each.kind === "chain") walk(each.operands[0]);
    else if (each.kind === "conditional") walk(each.condition);
  };
  if (of.kind === "assign" || of.kind === "return") walk(of.value);
  else if (of.kind === "if") walk(of.clauses[0]!.condition);
  else if (of.kind === "switch") walk(of.of);
  else if (of.kind === "call") walk(of.given[0]);
  else if (of.kind === "property") walk(of.property.condition);
  return found;
}

/** What is to be written, and where; the value is computed before the place. */
function writeOf(context: Context, of: Statement & { readonly kind: "assign" }): { place: Place; code: Code } {
  const value = assignedValue(context, of);
  const place = placeOf(context, of.to);
  if (value.type.kind === "undefined")
    return { place, code: { ...value, text: undefinedText(context, place.type, place.slot) } };
  if (value.place !== undefined && !(isSimple(place.type) && !isCopied(context, of.value, value)))
    link(context, value.place, place);
  if (!isSimple(place.type)) {
    if (value.type.id !== place.type.id)
      throw context.pass.refused(of.at, "an assignment between types that are the same only with these constants");
    return { place, code: value };
  }
  const { type } = place;
  return { place, code: fitted(context, value, type, { kind: "write", place: written(of.to) }) };
}

function isCopied(context: Context, of: Expression, { type }: Code): boolean {
  if (!context.pass.isCMurphi || !isDesignator(context, of)) return false;
  return of.kind === "name" || ["enum", "scalarset", "union"].includes(type.kind);
}

/** Returns the code of what is assigned. */
function assignedValue(context: Context, { to, value }: Statement & { readonly kind: "assign" }): Code {
  const code = assignedOf(context, value);
  if (!isCopied(context, value, code)) return code;
  return copyOf(context, placeOf(context, value), placeOf(context, to));
}

function assign(context: Context, of: Statement & { readonly kind: "assign" }): readonly string[] {
  const { place, code } = writeOf(context, of);
  const before = context.takeHoisted();
  if (isFamily(place)) {
    if (code.text === "null")
      return [...before, ...writes(context, place, (each) => undefinedText(context, each.type, each.slot))];
    return [...before, ...writesFrom(context, place, code.text)];
  }
  if (!place.canFault) return [...before, assignment(context, place, code.text)];
  // The value is computed before the place is looked for.
  const name = code.canFault ? context.env.fresh("value") : code.text;
  const lines = code.canFault ? [`const ${name} = ${code.text};`] : [];
  const found = stable(context, place, of.at);
  return [...before, ...lines, ...context.takeHoisted(), assignment(context, found, name)];
}

/** Returns the first of some statements that write fields of one record, if they can be written together. */
function fieldsOfOne(
  context: Context,
  statements: readonly Statement[],
): readonly (Statement & { readonly kind: "assign" })[] {
  const group: (Statement & { readonly kind: "assign" })[] = [];
  const fields = new Set<string>();
  for (const each of statements) {
    if (each.kind !== "assign" || each.to.kind !== "field" || fields.has(each.to.field)) break;
    const [first] = group;
    const base = written(each.to.of);
    if (
      first !== undefined &&
      (first.to as Expression & { kind: "field" }).of &&
      written((first.to as { of: Expression }).of) !== base
    )
      break;
    const root = rootName(each.to);
    // A value that is computed of the record, or by a function, must see what was written before.
    if (first !== undefined && (mentions(each.value, root) || mentions(each.value, undefined))) break;
    if (first === undefined && mentions(each.value, undefined)) break;
    if (context.env.find(root)?.kind !== "place" || mentionsInIndex(each.to, root)) break;
    fields.add(each.to.field);
    group.push(each);
  }
  // An alias may name the record as well.
  const roots = group.flatMap(({ value }) => placesIn(context, value));
  const own = group[0] === undefined ? undefined : context.env.find(rootName(group[0].to));
  const isAliased =
    own?.kind === "place" &&
    roots
      .slice(1)
      .some(
        (place) =>
          place.root.kind === "state" && own.place.root.kind === "state" && place.root.of === own.place.root.of,
      );
  return isAliased ? [] : group;
}

function placesIn(context: Context, of: Expression): readonly Place[] {
  return namesIn(of).flatMap((name) => {
    const entity = context.env.find(name);
    return entity?.kind === "place" ? [entity.place] : [];
  });
}

function merged(context: Context, group: readonly (Statement & { readonly kind: "assign" })[]): readonly string[] {
  const fields = group.map((of) => {
    const { place, code } = writeOf(context, of);
    const last = place.steps.at(-1)!;
    context.flow.write(place);
    context.notes(place);
    return { place, name: last.kind === "field" ? last.name : "", value: code.text };
  });
  const whole = placeOf(context, (group[0]!.to as Expression & { readonly kind: "field" }).of);
  return [merge(context, whole, fields)];
}

function ifStatement(context: Context, of: Statement & { readonly kind: "if" }): readonly string[] {
  const lines: string[] = [];
  const ways = of.clauses.map(({ condition, body }, i) => () => {
    const { text } = conditionOf(context, condition, i === 0);
    lines.push(...context.takeHoisted(), i === 0 ? `if (${text}) {` : `} else if (${text}) {`);
    lines.push(...indented(block(context, body)));
  });
  // Conditions are read one after the other, whichever way is taken.
  context.flow.branches([
    ...ways,
    () => {
      if (of.otherwise.length > 0) lines.push("} else {", ...indented(block(context, of.otherwise)));
    },
  ]);
  return [...lines, "}"];
}

function conditionOf(context: Context, of: Expression, mayHoist: boolean): Code {
  context.canHoist = mayHoist;
  const code = valueOf(context, of);
  context.canHoist = true;
  return code;
}

function switchStatement(context: Context, of: Statement & { readonly kind: "switch" }): readonly string[] {
  const subject =
    isDesignator(context, of.of) &&
    context.pass.isCMurphi &&
    ["scalarset", "union"].includes(placeOf(context, of.of).type.kind)
      ? raw(context, placeOf(context, of.of))
      : valueOf(context, of.of);
  const cases = of.cases.map(({ values, body }) => {
    context.canHoist = false;
    const codes = values.map((value) => valueOf(context, value));
    context.canHoist = true;
    return { codes, body };
  });
  const isPlain = cases.every(({ codes }) => codes.every((code) => code.constant !== undefined && code.isStable));
  const name = isPlain ? subject.text : context.env.fresh("subject");
  const lines: string[] = [...context.takeHoisted(), ...(isPlain ? [] : [`const ${name} = ${subject.text};`])];
  if (isPlain) lines.push(`switch (${name}) {`);
  const ways = cases.map(({ codes, body }, i) => () => {
    const inner = block(context, body);
    if (isPlain) lines.push(...casesOf(codes), ...indented(indented(inner)), "    break;", "  }");
    else {
      const text = codes.map((code) => `${name} === ${operand(code, LEVEL.order)}`).join(" || ");
      lines.push(`${i === 0 ? "" : "} else "}if (${text}) {`, ...indented(inner));
    }
  });
  context.flow.branches([
    ...ways,
    () => {
      const inner = block(context, of.otherwise);
      if (inner.length === 0) return;
      if (isPlain) lines.push("  default: {", ...indented(indented(inner)), "  }");
      else lines.push(cases.length === 0 ? "{" : "} else {", ...indented(inner));
    },
  ]);
  if (!isPlain && cases.length === 0 && of.otherwise.length === 0) return lines;
  return [...lines, "}"];
}

/** Returns the labels of a case, the last one with a brace behind it. */
function casesOf(codes: readonly Code[]): readonly string[] {
  return codes.map(({ text }, i) => `  case ${text}:${i === codes.length - 1 ? " {" : ""}`);
}

function returned(context: Context, value: Expression | undefined): readonly string[] {
  const { result, returns } = context.body!;
  if (value === undefined || result === undefined) {
    const line = returns();
    context.flow.ends(true);
    return [line];
  }
  const code = valueOf(context, value);
  if (code.place !== undefined && !isSimple(result.type)) link(context, code.place, result);
  const line = returns(code.text);
  context.flow.ends(true);
  return [line];
}

function propertyStatement(context: Context, of: Statement & { readonly kind: "property" }): readonly string[] {
  const { category, condition, words, text } = of.property;
  if (category === "cover") throw context.pass.refused(of.at, "a cover within a rule or a function");
  if (category === "assume") {
    if (context.body!.refuses === undefined) throw context.pass.refused(of.at, "an assume within a function");
    return [`if (${negation(context, condition).text}) ${context.body!.refuses}`];
  }
  return [`${context.pass.uses("assert")}(${valueOf(context, condition).text}, ${quoted(words ?? shortened(text))});`];
}

/** Declares aliases. Returns the lines that they need. */
export function aliases(context: Context, all: readonly Alias[]): readonly string[] {
  const lines: string[] = [];
  for (const { name, value: of, at } of all) {
    const constant = constantOf(context, of);
    const isPlace = isDesignator(context, of);
    if (constant?.constant !== undefined) context.env.names.set(name, { kind: "constant", code: constant });
    else if (isPlace) {
      const place = stable(context, placeOf(context, of), at);
      lines.push(...context.takeHoisted());
      context.env.names.set(name, {
        kind: "place",
        place: { ...place, written: name, canFault: false },
        isStable: false,
      });
    } else {
      const code = valueOf(context, of);
      const text = context.env.fresh(name);
      lines.push(...context.takeHoisted(), `const ${text} = ${code.text};`);
      const root = { kind: "value", text } as const;
      const place = code.place && { ...code.place, root, steps: [], written: name, canFault: false };
      if (place !== undefined) context.env.names.set(name, { kind: "place", place, isStable: true });
      else
        context.env.names.set(name, {
          kind: "value",
          code: { ...code, text, level: LEVEL.primary, canFault: false, isStable: true },
        });
    }
  }
  return lines;
}

/** Returns the text of the least value of a type. */
function clearedText(context: Context, type: Target): string {
  if (type.kind === "record") {
    const fields = type.fields.map(({ name, type: each }) => `${quoted(name)}: ${clearedText(context, each)}`);
    return `new ${type.name}({ ${fields.join(", ")} })`;
  }
  if (type.kind === "array")
    return `${context.pass.helper("filled")}(${valuesText(context, type.index)}, ${clearedText(context, type.element)})`;
  if (type.kind === "multiset") return initialText(context, type, type.slot);
  return isSimple(type) ? leastOf(context, type) : "null";
}

function leastOf(context: Context, type: SimpleTarget): string {
  if (type.kind === "range") return context.bound(type.low);
  if (type.kind === "boolean") return "false";
  if (type.kind === "enum") return memberText(type, type.members[0]!);
  return type.kind === "scalarset" ? `${type.set}.member(0)` : leastOf(context, type.of[0]!);
}
