/** Writes of places: of one variable, or of each variable of a family, at indices that are looked for once. */
import type { Place, Step } from "./code.js";
import type { Context } from "./context.js";
import { lowered } from "./names.js";
import { assignment, elementAt, isFamily } from "./places.js";
import { valuesText } from "./values.js";

export function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === "" ? line : `  ${line}`));
}

/** Returns the place with indices that mean the same later on: those that may change are kept in constants. */
export function stable(context: Context, place: Place, at: number): Place {
  const steps = place.steps.map((step): Step => {
    if (step.kind === "field" || step.isStable) return step;
    if (!context.canHoist) throw context.pass.refused(at, "an index that may change, here,");
    const text = context.env.fresh(lowered(step.index.name ?? "index"));
    context.hoist(`const ${text} = ${step.text};`);
    return { ...step, text, isStable: true };
  });
  return { ...place, steps };
}

/** Returns the statements that write a place, member by member where it is a family. */
export function writes(context: Context, place: Place, value: (place: Place) => string): readonly string[] {
  if (!isFamily(place) || place.type.kind !== "array") {
    const found = place.canFault ? stable(context, place, 0) : place;
    return [...context.takeHoisted(), assignment(context, found, value(found))];
  }
  const inner = context.within();
  inner.canHoist = true;
  const name = inner.env.fresh("i");
  const { index } = place.type;
  let lines: readonly string[] = [];
  context.flow.loop(
    () => {
      lines = writes(inner, elementAt(place, name), value);
    },
    { name, type: index },
  );
  return [`for (const ${name} of ${valuesText(context, index)}) {`, ...indented(lines), "}"];
}

/** Returns the statements that write a value to a place; that of a family is an array. */
export function writesFrom(context: Context, place: Place, text: string): readonly string[] {
  if (!isFamily(place)) return writes(context, place, () => text);
  const name = /^\w+$/.test(text) ? text : context.env.fresh("values");
  const element = (each: Place) =>
    each.steps
      .slice(place.steps.length)
      .reduce((of, step) => `${of}.get(${step.kind === "key" ? step.text : ""})!`, name);
  return [...(name === text ? [] : [`const ${name} = ${text};`]), ...writes(context, place, element)];
}
