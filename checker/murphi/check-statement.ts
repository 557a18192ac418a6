/** Checks statements, and makes functions of them. */
import { Bag } from "../model/channel.js";
import { checkedCall, copied, fitting } from "./check-call.js";
import { declareAll } from "./check-declaration.js";
import { bind, checked, condition, messagePredicate, quantifierIn, shown } from "./check-expression.js";
import { ASSUMPTION_FALSE, type CheckedExpression, type CheckedStatement, type Frame } from "./compiled.js";
import { assignedValue, comparedValue } from "./dialect.js";
import { failAssertion, fault } from "./fault.js";
import { copy, newPlace, type Place } from "./memory.js";
import { bagIn, formOf } from "./message.js";
import type { Scope } from "./scope.js";
import type { Alias, Declaration, Expression, PropertySyntax, Statement } from "./syntax.js";
import {
  isCompatible,
  isSame,
  isSimple,
  type MultisetType,
  type Type,
  typeInWords,
  type Value,
  valuesOf,
  widthOf,
} from "./types.js";
import { shortened, written } from "./written.js";

/**
 * The greatest number of rounds of one while loop. CMurphi has 1,000 unless it is told another number; rumur has none,
 * and never ends.
 */
export const MOST_ROUNDS = 100_000;

/** Checks statements in a scope of their own. */
export function block(scope: Scope, statements: readonly Statement[]): CheckedStatement {
  const inner = scope.within();
  const all = statements.map((statement) => checkedStatement(inner, statement));
  return (frame) => {
    for (const statement of all) if (statement(frame)) return true;
    return false;
  };
}

/** Checks the local declarations and the statements of a function or a rule. */
export function bodyOf(
  scope: Scope,
  declarations: readonly Declaration[],
  statements: readonly Statement[],
): CheckedStatement {
  const inner = scope.within();
  const locals = declareAll(inner, declarations).map(({ index, type }) => ({ index, width: widthOf(type) }));
  const body = block(inner, statements);
  return (frame) => {
    for (const { index, width } of locals) frame.locals[index] = newPlace(width);
    return body(frame);
  };
}

function checkedStatement(scope: Scope, of: Statement): CheckedStatement {
  const { source } = scope;
  switch (of.kind) {
    case "assign":
      return assignment(scope, of);
    case "call": {
      const { run } = checkedCall(scope, of, checked);
      return (frame) => {
        run(frame);
        return false;
      };
    }
    case "if":
      return ifStatement(scope, of);
    case "switch":
      return switchStatement(scope, of);
    case "for":
      return forStatement(scope, of);
    case "while":
      return whileStatement(scope, of);
    case "return":
      return returnStatement(scope, of);
    case "put":
      // What it would print belongs to no state; it is only checked.
      if (of.value !== undefined) checked(scope, of.value);
      return () => false;
    case "error":
      return () => {
        throw fault(source, of.at, of.words);
      };
    case "property":
      return propertyStatement(scope, of.property);
    case "alias": {
      const inner = scope.within();
      const named = aliasesIn(inner, of.aliases);
      const body = block(inner, of.body);
      return (frame) => {
        named(frame);
        return body(frame);
      };
    }
    case "undefine":
    case "clear":
      return emptied(scope, of);
    case "multisetadd":
    case "multisetremove":
    case "multisetremovepred":
      return multisetStatement(scope, of);
  }
}

/** Checks an expression that is to be written to. @param by the words of the statement that writes it */
function writable(
  scope: Scope,
  of: Expression,
  by: string,
): CheckedExpression & { readonly place: (frame: Frame) => Place } {
  const to = checked(scope, of);
  if (to.place === undefined || !to.isVariable)
    throw scope.source.error(of.at, `${by} writes a variable, and ${written(of)} is none`);
  if (!to.isWritable) throw scope.source.error(of.at, `${by} would write ${written(of)}, which may only be read`);
  return { ...to, place: to.place };
}

function assignment(scope: Scope, of: Statement & { readonly kind: "assign" }): CheckedStatement {
  const to = writable(scope, of.to, ":=");
  const from = checked(scope, of.value);
  if (from.type.kind === "undefined") return emptied(scope, { kind: "undefine", of: of.to, at: of.at });
  if (!isCompatible(to.type, from.type) || to.type.kind === "chosen")
    throw scope.source.error(
      of.at,
      `${written(of.to)} is ${typeInWords(to.type)}, and ${written(of.value)} is ${typeInWords(from.type)}`,
    );
  const store = storing(scope, of, to.type, from);
  return (frame) => {
    store(frame, to.place);
    return false;
  };
}

/** Makes the function that writes a value to a place. */
function storing(
  scope: Scope,
  of: Statement & { readonly kind: "assign" },
  type: Type,
  from: CheckedExpression,
): (frame: Frame, to: (frame: Frame) => Place) => void {
  const { source } = scope;
  const { place } = from;
  const width = widthOf(type);
  if (!isSimple(type)) return (frame, to) => copy(place!(frame), to(frame), width);
  const fits = fitting(type, from.type);
  const read = assignedValue(scope.context.dialect, from, of.value);
  return (frame, to) => {
    const value = read(frame);
    if (value !== null && !fits(value))
      throw fault(source, of.at, `a write of ${shown(value)} into ${written(of.to)}, which is ${typeInWords(type)}`);
    const { memory, at } = to(frame);
    memory.write(at, value);
  };
}

function ifStatement(scope: Scope, of: Statement & { readonly kind: "if" }): CheckedStatement {
  const clauses = of.clauses.map((clause) => ({
    when: condition(scope, clause.condition, "the condition of an if"),
    body: block(scope, clause.body),
  }));
  const otherwise = block(scope, of.otherwise);
  return (frame) => {
    for (const { when, body } of clauses) if (when.value(frame)) return body(frame);
    return otherwise(frame);
  };
}

function switchStatement(scope: Scope, of: Statement & { readonly kind: "switch" }): CheckedStatement {
  const { source } = scope;
  const subject = checked(scope, of.of);
  if (!isSimple(subject.type))
    throw source.error(of.of.at, `a switch is over a simple value, not over ${typeInWords(subject.type)}`);
  const cases = of.cases.map(({ values, body }) => ({
    values: values.map((value) => {
      const expression = checked(scope, value);
      if (isCompatible(subject.type, expression.type)) return expression;
      throw source.error(
        value.at,
        `this switch is over ${typeInWords(subject.type)}, and ${written(value)} is ${typeInWords(expression.type)}`,
      );
    }),
    body: block(scope, body),
  }));
  const otherwise = block(scope, of.otherwise);
  const read = comparedValue(scope.context.dialect, subject);
  return (frame) => {
    const value = read(frame);
    for (const { values, body } of cases) if (values.some((each) => each.value(frame) === value)) return body(frame);
    return otherwise(frame);
  };
}

function forStatement(scope: Scope, of: Statement & { readonly kind: "for" }): CheckedStatement {
  const inner = scope.within();
  const { values, index } = quantifierIn(inner, of.quantifier);
  const body = block(inner, of.body);
  return (frame) => {
    for (const value of values(frame)) {
      bind(frame, index, value);
      if (body(frame)) return true;
    }
    return false;
  };
}

function whileStatement(scope: Scope, of: Statement & { readonly kind: "while" }): CheckedStatement {
  const { source } = scope;
  const holds = condition(scope, of.condition, "the condition of a while");
  const body = block(scope, of.body);
  return (frame) => {
    for (let round = 0; holds.value(frame); round++) {
      if (round >= MOST_ROUNDS)
        throw fault(source, of.at, `a while loop of ${MOST_ROUNDS.toLocaleString("en")} rounds, which has no end`);
      if (body(frame)) return true;
    }
    return false;
  };
}

function returnStatement(scope: Scope, of: Statement & { readonly kind: "return" }): CheckedStatement {
  const { source, body } = scope;
  if (body.result === undefined) {
    if (of.value !== undefined) throw source.error(of.value.at, `a ${body.of} returns no value`);
    return () => true;
  }
  if (of.value === undefined) throw source.error(of.at, "a function returns a value, which is missing here");
  const value = checked(scope, of.value);
  const type = body.result;
  if (!isCompatible(value.type, type))
    throw source.error(of.value.at, `this function returns ${typeInWords(type)}, not ${typeInWords(value.type)}`);
  if (!isSimple(type)) {
    const width = widthOf(type);
    return (frame) => {
      frame.returned = copied(value.place!(frame), width);
      return true;
    };
  }
  // As in rumur, a number that does not fit is an error only where it is written into a variable.
  return (frame) => {
    frame.returned = value.value(frame);
    return true;
  };
}

function propertyStatement(
  scope: Scope,
  { category, words, condition: of, text, at }: PropertySyntax,
): CheckedStatement {
  const { source } = scope;
  const holds = condition(scope, of, `what is said by ${category}`);
  if (category === "liveness")
    throw source.error(
      at,
      "liveness is a property of all runs: it stands at the top level, not within a rule or a function",
    );
  if (category === "assume")
    return (frame) => {
      if (!holds.value(frame)) throw ASSUMPTION_FALSE;
      return false;
    };
  if (category === "cover") {
    const { covers } = scope.context;
    const cover = covers.push({ name: words ?? shortened(text), at }) - 1;
    scope.body.mentions.covers.add(cover);
    return (frame) => {
      if (holds.value(frame)) frame.world.covered(cover);
      return false;
    };
  }
  const said = words ?? shortened(text);
  return (frame) => {
    if (!holds.value(frame)) failAssertion(source, at, said);
    return false;
  };
}

/** Declares aliases in `scope`. Returns the function that finds what they stand for. */
export function aliasesIn(scope: Scope, aliases: readonly Alias[]): (frame: Frame) => void {
  const bound = aliases.flatMap(({ name, at, value: of }) => {
    const value = checked(scope, of);
    if (value.constant !== undefined) {
      scope.declare(name, at, { kind: "constant", type: value.type, value: value.constant });
      return [];
    }
    const index = scope.declareLocal(name, at, value.type, value.isWritable);
    const { place } = value;
    if (place !== undefined)
      return [
        (frame: Frame) => {
          frame.locals[index] = place(frame);
        },
      ];
    return [(frame: Frame) => bind(frame, index, value.value(frame))];
  });
  return (frame) => {
    for (const each of bound) each(frame);
  };
}

/** Checks `undefine`, and `clear`, which gives each cell the least value of its type. */
function emptied(scope: Scope, of: Statement & { readonly kind: "undefine" | "clear" }): CheckedStatement {
  const { place, type } = writable(scope, of.of, of.kind);
  const values = emptyCells(type, of.kind === "clear");
  return (frame) => {
    const { memory, at } = place(frame);
    values.forEach((value, i) => {
      memory.write(at + i, value);
    });
    return false;
  };
}

/** Returns the cells of a type without values, or with the least ones. A multiset is empty in both cases. */
function emptyCells(type: Type, areLeast: boolean): readonly Value[] {
  if (type.kind === "multiset") return [Bag.of<Value>()];
  if (type.kind === "record") return type.fields.flatMap((field) => emptyCells(field.type, areLeast));
  if (type.kind === "array") {
    const element = emptyCells(type.element, areLeast);
    return Array.from({ length: type.width / element.length }, () => element).flat();
  }
  if (!areLeast || !isSimple(type)) return [null];
  return [type.kind === "range" ? type.low : valuesOf(type)[0]!];
}

type MultisetStatement = Statement & { readonly kind: "multisetadd" | "multisetremove" | "multisetremovepred" };

function multisetStatement(scope: Scope, of: MultisetStatement): CheckedStatement {
  const { place, type } = writable(scope, of.multiset, of.kind);
  if (type.kind !== "multiset")
    throw scope.source.error(of.multiset.at, `${written(of.multiset)} is ${typeInWords(type)}, not a multiset`);
  if (of.kind === "multisetadd") return adding(scope, of, place, type);
  if (of.kind === "multisetremovepred") {
    const { holds } = messagePredicate(scope, of, of.at);
    return (frame) => {
      const { memory, at } = place(frame);
      const bag = bagIn({ memory, at });
      const removed = bag.messages().filter((message) => holds(frame, message));
      memory.write(
        at,
        removed.reduce<Bag<Value>>((left, message) => left.take(message), bag),
      );
      return false;
    };
  }
  const chosen = checked(scope, of.chosen);
  if (chosen.type.kind !== "chosen" || !isSame(chosen.type.element, type.element))
    throw scope.source.error(
      of.chosen.at,
      `${written(of.chosen)} is no message of this multiset that choose has bound`,
    );
  const { source } = scope;
  return (frame) => {
    const { memory, at } = place(frame);
    const bag = bagIn({ memory, at });
    const message = chosen.value(frame);
    if (bag.count(message) === 0)
      throw fault(source, of.at, `a removal of a message that is not in ${written(of.multiset)}`);
    memory.write(at, bag.take(message));
    return false;
  };
}

function adding(
  scope: Scope,
  of: Statement & { readonly kind: "multisetadd" },
  place: (frame: Frame) => Place,
  { element, capacity }: MultisetType,
): CheckedStatement {
  const { source } = scope;
  const message = checked(scope, of.value);
  if (!isCompatible(message.type, element))
    throw source.error(of.value.at, `this multiset holds ${typeInWords(element)}, not ${typeInWords(message.type)}`);
  const form = formOf(element);
  const fits = fitting(element, message.type);
  return (frame) => {
    const { memory, at } = place(frame);
    const bag = bagIn({ memory, at });
    if (bag.size >= capacity)
      throw fault(source, of.at, `a message too many: ${written(of.multiset)} holds ${capacity} at the most`);
    const value = isSimple(element) ? message.value(frame) : form.toMessage(message.place!(frame));
    if (!fits(value))
      throw fault(
        source,
        of.at,
        `a message out of range: ${shown(value)} in ${written(of.multiset)}, which holds ${typeInWords(element)}`,
      );
    memory.write(at, bag.put(value));
    return false;
  };
}
