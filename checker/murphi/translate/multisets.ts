/** Statements that add messages to multisets, and remove them. */
import type { Statement } from "../syntax.js";
import { written } from "../written.js";
import { link } from "./calls.js";
import { quoted } from "./code.js";
import type { Context } from "./context.js";
import { placeOf, predicateOf, valueOf } from "./expressions.js";
import { assignment, rawText } from "./places.js";
import { isSimple } from "./target-types.js";
import { fitted } from "./values.js";

type MultisetStatement = Statement & { readonly kind: "multisetadd" | "multisetremove" | "multisetremovepred" };

/** Returns the lines of a statement that changes a multiset. */
export function multisetStatement(context: Context, of: MultisetStatement): readonly string[] {
  if (of.kind === "multisetadd") return adding(context, of);
  context.does.removals++;
  if (of.kind === "multisetremovepred") {
    const { bag, text } = predicateOf(context, of);
    const all = rawText(context, bag);
    return [
      assignment(context, bag, `${all}.messages().filter(${text}).reduce((bag, message) => bag.take(message), ${all})`),
    ];
  }
  const bag = placeOf(context, of.multiset);
  const message = valueOf(context, of.chosen).text;
  const all = rawText(context, bag);
  if (context.body!.removesOnce) return [assignment(context, bag, `${all}.take(${message})`)];
  const removed = context.pass.helper("removed");
  return [assignment(context, bag, `${removed}(${all}, ${message}, ${quoted(written(of.multiset))})`)];
}

function adding(context: Context, of: Statement & { readonly kind: "multisetadd" }): readonly string[] {
  const bag = placeOf(context, of.multiset);
  if (bag.type.kind !== "multiset") throw new Error(`${bag.written} is no multiset`);
  const { element, capacity, slot } = bag.type;
  let message = valueOf(context, of.value);
  if (isSimple(element)) message = fitted(context, message, element, { kind: "message", place: written(of.multiset) });
  else {
    if (message.place !== undefined) link(context, message.place, { type: element, slot });
    if (message.type.id !== element.id)
      throw context.pass.refused(of.at, "a message of a type that is the multiset's only with these constants");
  }
  const given = [rawText(context, bag), message.text, context.bound(capacity), quoted(written(of.multiset))];
  return [assignment(context, bag, `${context.pass.helper("added")}(${given.join(", ")})`)];
}
