/** Names of rules and properties: their own, or their lines; several of one name are told apart by their lines. */
import type { CheckedFile } from "./check-file.js";
import type { SourceText } from "./source-text.js";

/** Gives each of several things a name: its own, or its line; and its line besides, where two share one. */
export function givenNames<T extends { readonly at: number }>(
  source: SourceText,
  all: readonly { readonly of: T; readonly name: string | undefined; readonly kind: string }[],
): ReadonlyMap<T, string> {
  const wanted = all.map(({ of, name, kind }) => ({
    of,
    name: name === undefined || name.trim() === "" ? `${kind} of line ${source.lineOf(of.at)}` : name,
  }));
  const uses = new Map<string, number>();
  for (const { name } of wanted) uses.set(name, (uses.get(name) ?? 0) + 1);
  const names = new Map<T, string>();
  const taken = new Map<string, number>();
  for (const { of, name } of wanted) {
    const isShared = uses.get(name)! > 1;
    const placed = isShared && !name.includes(" of line ") ? `${name} (line ${source.lineOf(of.at)})` : name;
    const before = taken.get(placed) ?? 0;
    taken.set(placed, before + 1);
    names.set(of, before === 0 ? placed : `${placed}, ${before + 1}`);
  }
  return names;
}

/** Gives each rule and each property of a file a name. */
export function namesInFile({ source, rules, properties }: CheckedFile): ReadonlyMap<{ readonly at: number }, string> {
  return new Map<{ readonly at: number }, string>([
    ...givenNames(
      source,
      rules.map((rule) => ({ of: rule, name: rule.name, kind: "rule" })),
    ),
    ...givenNames(
      source,
      properties.map((property) => ({
        of: property,
        name: property.words,
        kind: property.category === "assert" ? "invariant" : property.category,
      })),
    ),
  ]);
}
