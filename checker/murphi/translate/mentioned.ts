/** Names that expressions mention. */
import { type Expression, partsOf } from "../syntax.js";

/** Returns the name of the variable that a designator begins with. */
export function rootName(of: Expression): string {
  if (of.kind === "field" || of.kind === "element") return rootName(of.of);
  return of.kind === "name" ? of.name : "";
}

/** Returns the names in an expression; an empty one for what is called. */
export function namesIn(of: Expression): readonly string[] {
  const own = of.kind === "name" ? [of.name] : of.kind === "call" ? [""] : [];
  return [...own, ...partsOf(of).flatMap(namesIn)];
}

/** Tells whether an expression mentions a name or, without one, whether it calls anything. */
export function mentions(of: Expression, name = ""): boolean {
  return namesIn(of).includes(name);
}

/** Tells whether an index of a designator mentions a name, or calls anything. */
export function mentionsInIndex(of: Expression, name: string): boolean {
  if (of.kind === "field") return mentionsInIndex(of.of, name);
  return of.kind === "element" && (mentions(of.index, name) || mentions(of.index) || mentionsInIndex(of.of, name));
}
