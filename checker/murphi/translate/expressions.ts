/** Expressions of a Murphi file in TypeScript. */
import type { Expression, MultisetPredicate } from "../syntax.js";
import { written } from "../written.js";
import { arithmetic, negatedNumber } from "./arithmetic-text.js";
import { functionCall, link, type Reader } from "./calls.js";
import { type Code, codeOf, LEVEL, operand, type Place } from "./code.js";
import type { Context } from "./context.js";
import { fieldOf, messagePlace, raw, rawText, read } from "./places.js";
import { countedOver } from "./quantifiers.js";
import {
  type BagTarget,
  BOOLEAN,
  INTEGER,
  isSimple,
  memberText,
  type SimpleTarget,
  type Target,
  UNDEFINED,
} from "./target-types.js";
import { indexed, valuesText } from "./values.js";

/** What calls need of expressions, which may be calls. */
export const READER: Reader = { valueOf, placeOf, assignedOf, isDesignator };

/** Returns the code that reads an expression's value, which must be defined. */
export function valueOf(context: Context, of: Expression): Code {
  switch (of.kind) {
    case "number":
      return codeOf(String(of.value), INTEGER, {
        ...{ constant: of.value, interval: [of.value, of.value], isStable: true },
        level: of.value < 0 ? LEVEL.unary : LEVEL.primary,
      });
    case "name":
    case "field":
    case "element":
      return constantOf(context, of) ?? readOf(context, of);
    case "call":
      return functionCall(context, of, READER);
    case "unary":
      return of.operator === "!" ? negation(context, of.of) : negatedNumber(context, of, valueOf);
    case "binary":
      return binary(context, of);
    case "chain":
      return chain(context, of);
    case "conditional":
      return conditional(context, of);
    case "forall":
    case "exists":
      return quantified(context, of);
    case "isundefined": {
      const { text, canFault } = raw(context, placeOf(context, of.of));
      // Whoever asks expects that it may be.
      const place = placeOf(context, of.of);
      if (!place.slot.isNullable && !canFault && place.root.kind !== "value" && isKnownDefined(place))
        return codeOf("false", BOOLEAN);
      return codeOf(`${text} === null`, BOOLEAN, { level: LEVEL.equality, canFault });
    }
    case "ismember":
      return isMember(context, of);
    case "multisetcount":
      return multisetCount(context, of);
  }
}

/** Returns the code that reads what a designator names; a parameter that is never written means the same everywhere. */
function readOf(context: Context, of: Expression): Code {
  const code = read(context, placeOf(context, of));
  const entity = of.kind === "name" ? context.env.find(of.name) : undefined;
  const isStable = entity?.kind === "place" && entity.isStable && /^\w+$/.test(code.text);
  return isStable ? { ...code, isStable } : code;
}

function isKnownDefined({ type, slot }: Place): boolean {
  return isSimple(type) && !slot.isNullable && type.kind !== "scalarset" && type.kind !== "union";
}

/** Returns what a name that stands for no variable means; undefined if it stands for one. */
export function constantOf(context: Context, of: Expression): Code | undefined {
  if (of.kind !== "name") return undefined;
  const entity = context.env.find(of.name);
  if (entity === undefined) {
    if (of.name.toLowerCase() === "undefined") return codeOf("null", UNDEFINED, { isStable: true });
    throw new Error(`there is no name ${of.name}`);
  }
  if (entity.kind === "member")
    return codeOf(memberText(entity.type, entity.member), entity.type, { constant: entity.member, isStable: true });
  if (entity.kind === "constant") return { ...entity.code, text: entity.code.text.replaceAll("§", context.parameters) };
  return entity.kind === "value" ? entity.code : undefined;
}

/** Returns the place that an expression names; of any other one of several values, a place that has it. */
export function placeOf(context: Context, of: Expression): Place {
  if (of.kind === "name") {
    const entity = context.env.find(of.name);
    if (entity?.kind === "place") return entity.place;
  }
  if (of.kind === "field") return { ...fieldOf(placeOf(context, of.of), of.field), written: written(of) };
  if (of.kind === "element") return elementOf(context, of);
  const { text, type, canFault, level, place } = valueOf(context, of);
  if (place !== undefined) return place;
  const root = { kind: "value", text: level < LEVEL.primary ? `(${text})` : text } as const;
  const slot = context.pass.newSlot();
  return { root, steps: [], type, slot, isWritable: false, written: written(of), canFault };
}

function elementOf(context: Context, of: Expression & { readonly kind: "element" }): Place {
  const array = placeOf(context, of.of);
  const element = written(of);
  if (array.type.kind === "multiset") {
    const message = valueOf(context, of.index);
    return messagePlace(message.text, array.type, element);
  }
  if (array.type.kind !== "array") throw new Error(`${written(of.of)} has no elements`);
  const { index, element: type } = array.type;
  const code = indexed(context, valueOf(context, of.index), index, element);
  return {
    ...array,
    steps: [...array.steps, { kind: "key", text: code.text, isStable: code.isStable, index }],
    ...{ type, written: element, canFault: array.canFault || code.canFault },
  };
}

/** Returns the code that reads what is compared: in CMurphi's language undefined scalarsets and unions, too. */
function comparedOf(context: Context, of: Expression): Code {
  return context.pass.isCMurphi ? copiedIf(context, of, isSet) : valueOf(context, of);
}

function isSet({ kind }: Target): boolean {
  return kind === "scalarset" || kind === "union";
}

/** Returns the code that reads what is assigned: in CMurphi's language the undefined value, too, where it is copied. */
export function assignedOf(context: Context, of: Expression): Code {
  if (!context.pass.isCMurphi) return valueOf(context, of);
  return of.kind === "name"
    ? copiedIf(context, of, () => true)
    : copiedIf(context, of, (type) => type.kind === "enum" || isSet(type));
}

function copiedIf(context: Context, of: Expression, isCopied: (type: Target) => boolean): Code {
  if (!isDesignator(context, of)) return valueOf(context, of);
  const place = placeOf(context, of);
  return isCopied(place.type) ? raw(context, place) : read(context, place);
}

/** Tells whether an expression names a variable, or a part of one. */
export function isDesignator(context: Context, of: Expression): boolean {
  return ["name", "field", "element"].includes(of.kind) && constantOf(context, of) === undefined;
}

/** Returns the code of a condition's opposite, with its operators turned round. */
export function negation(context: Context, of: Expression): Code {
  if (of.kind === "unary" && of.operator === "!") return valueOf(context, of.of);
  if (of.kind === "binary" && (of.operator === "=" || of.operator === "!="))
    return equality(context, of, of.operator === "!=");
  if (of.kind === "binary" && of.operator === "->")
    return joined("&&", [() => valueOf(context, of.left), () => negation(context, of.right)]);
  if (of.kind === "binary" && of.operator in OPPOSITE)
    return order(context, { ...of, operator: OPPOSITE[of.operator] as never });
  if (of.kind === "chain")
    return joined(
      of.operator.startsWith("&") ? "||" : "&&",
      of.operands.map((each) => () => negation(context, each)),
    );
  const code = valueOf(context, of);
  if (code.text === "true" || code.text === "false") return { ...code, text: code.text === "true" ? "false" : "true" };
  return codeOf(`!${operand(code, LEVEL.unary)}`, BOOLEAN, { level: LEVEL.unary, canFault: code.canFault });
}

const OPPOSITE: Readonly<Record<string, string>> = { "<": ">=", "<=": ">", ">": "<=", ">=": "<" };

function binary(context: Context, of: Expression & { readonly kind: "binary" }): Code {
  const { operator } = of;
  if (operator === "->") return joined("||", [() => negation(context, of.left), () => valueOf(context, of.right)]);
  if (operator === "=" || operator === "!=") return equality(context, of, operator === "=");
  if (operator in OPPOSITE) return order(context, of);
  return arithmetic(context, of, operator, [valueOf(context, of.left), valueOf(context, of.right)]);
}

function order(context: Context, { operator, left, right }: Expression & { readonly kind: "binary" }): Code {
  const sides = [valueOf(context, left), valueOf(context, right)] as const;
  const text = sides.map((side) => operand(side, LEVEL.sum)).join(` ${operator} `);
  return codeOf(text, BOOLEAN, { level: LEVEL.order, canFault: sides.some(({ canFault }) => canFault) });
}

function equality(context: Context, of: Expression & { readonly kind: "binary" }, isEqual: boolean): Code {
  const [left, right] = [comparedOf(context, of.left), comparedOf(context, of.right)];
  const canFault = left.canFault || right.canFault;
  if (!isSimple(left.type)) {
    context.pass.immutable.add("is");
    return codeOf(`${isEqual ? "" : "!"}is(${left.text}, ${right.text})`, BOOLEAN, { level: LEVEL.unary, canFault });
  }
  for (const [side, other] of [
    [left, right],
    [right, left],
  ] as const)
    if (
      side.type.kind === "boolean" &&
      (other.text === "true" || other.text === "false") &&
      side.text !== "true" &&
      side.text !== "false"
    ) {
      const isPlain = (other.text === "true") === isEqual;
      return isPlain ? side : codeOf(`!${operand(side, LEVEL.unary)}`, BOOLEAN, { level: LEVEL.unary, canFault });
    }
  const text = `${operand(left, LEVEL.order)} ${isEqual ? "===" : "!=="} ${operand(right, LEVEL.order)}`;
  return codeOf(text, BOOLEAN, { level: LEVEL.equality, canFault });
}

/** Joins conditions; what is not reached is not surely written, but conditions write nothing. */
function joined(operator: "&&" | "||", parts: readonly (() => Code)[]): Code {
  const level = operator === "&&" ? LEVEL.and : LEVEL.or;
  const codes = parts.map((part) => part());
  const text = codes.map((code) => operand(code, code.level === level ? level : LEVEL.equality)).join(` ${operator} `);
  return codeOf(text, BOOLEAN, { level, canFault: codes.some(({ canFault }) => canFault) });
}

function chain(context: Context, of: Expression & { readonly kind: "chain" }): Code {
  const codes = of.operands.map((each) => valueOf(context, each));
  if (of.operator.length === 1 && codes.every(({ type }) => type.kind === "range"))
    return codes.reduce((left, right) => arithmetic(context, of, of.operator as "&" | "|", [left, right]));
  return joined(
    of.operator.startsWith("&") ? "&&" : "||",
    codes.map((code) => () => code),
  );
}

function conditional(context: Context, of: Expression & { readonly kind: "conditional" }): Code {
  const [when, then, otherwise] = [
    valueOf(context, of.condition),
    valueOf(context, of.then),
    valueOf(context, of.otherwise),
  ];
  const ways = [then, otherwise];
  const text = `${operand(when, LEVEL.or)} ? ${operand(then, LEVEL.conditional + 1)} : ${operand(otherwise, LEVEL.conditional)}`;
  if (!isSimple(then.type)) return chosenPlace(context, of, text, ways);
  const isOne = then.type.id === otherwise.type.id;
  const [a, b] = ways.map(({ interval }) => interval ?? [-Infinity, Infinity]);
  return codeOf(text, isOne ? then.type : then.type.kind === "range" ? INTEGER : unionOf(then, otherwise), {
    level: LEVEL.conditional,
    canFault: [when, ...ways].some(({ canFault }) => canFault),
    interval: then.type.kind === "range" ? [Math.min(a![0]!, b![0]!), Math.max(a![1]!, b![1]!)] : undefined,
  });
}

/** Returns the code of a choice between two places of several values. */
function chosenPlace(context: Context, of: Expression, text: string, ways: readonly Code[]): Code {
  const { type } = ways[0]!;
  const slot = context.pass.newSlot();
  for (const { place } of ways) if (place !== undefined) link(context, place, { type, slot });
  const root = { kind: "value", text: `(${text})` } as const;
  const place = { root, steps: [], type, slot, isWritable: false, written: written(of), canFault: true };
  return codeOf(root.text, type, { place, canFault: true });
}

function unionOf(a: Code, b: Code): Target {
  return b.type.kind === "union" ? b.type : a.type;
}

function quantified(context: Context, of: Expression & { readonly kind: "forall" | "exists" }): Code {
  const inner = context.within();
  const { list, name, canFault } = countedOver(inner, of.quantifier, valueOf);
  const body = valueOf(inner, of.body);
  const text = `${list}.${of.kind === "forall" ? "every" : "some"}((${name}) => ${body.text})`;
  return codeOf(text, BOOLEAN, { canFault: canFault || body.canFault });
}

function isMember(context: Context, of: Expression & { readonly kind: "ismember" }): Code {
  const { text, type, canFault, level } = comparedOf(context, of.of);
  const asked = context.file.types.typeIn(context.env, of.type, "asked") as SimpleTarget;
  const bare = level < LEVEL.order ? `(${text})` : text;
  if (asked.kind === "enum" && asked.members.length === 1 && type.kind === "union")
    return codeOf(`${bare} === ${memberText(asked, asked.members[0]!)}`, BOOLEAN, { level: LEVEL.equality, canFault });
  const isIn = context.pass.helper("isOneOf");
  return codeOf(`${isIn}(${text}, ${valuesText(context, asked)})`, BOOLEAN, { canFault });
}

/** Declares the name of a message in a predicate. Returns its text. */
export function messageName(context: Context, name: string, bag: BagTarget): string {
  const text = context.env.fresh(name);
  const code = codeOf(text, { kind: "chosen", id: -1, name: undefined, bag }, { isStable: true });
  context.env.names.set(name, { kind: "value", code });
  return text;
}

/** Returns the code of a predicate of the messages of a multiset, with the multiset. */
export function predicateOf(
  context: Context,
  { name, multiset, predicate }: MultisetPredicate,
): { readonly bag: Place; readonly text: string } {
  const bag = placeOf(context, multiset);
  context.flow.read(bag);
  const inner = context.within();
  const message = messageName(inner, name, bag.type as BagTarget);
  return { bag, text: `(${message}) => ${valueOf(inner, predicate).text}` };
}

function multisetCount(context: Context, of: Expression & { readonly kind: "multisetcount" }): Code {
  const { bag, text } = predicateOf(context, of);
  const all = rawText(context, bag);
  const counted = text.endsWith("=> true") ? `${all}.size` : `${all}.messages().filter(${text}).length`;
  return codeOf(counted, INTEGER, { interval: [0, 2 ** 31], canFault: true });
}
