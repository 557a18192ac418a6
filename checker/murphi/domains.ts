/** What the names of rulesets range over: domains of actions and properties, and all their values in a state. */
import { type Domains, oneOf } from "../model/action.js";
import type { IndexSet } from "../model/scalarset.js";
import type { Binder } from "./check-file.js";
import type { Bindings, Members } from "./run-rule.js";
import type { SourceText } from "./source-text.js";
import type { Value } from "./types.js";

/** Returns the values of quantifiers as domains of an action, and what makes a list of a binding. */
export function domainsOf(
  source: SourceText,
  binders: readonly Binder[],
): { readonly domains: Domains; readonly bindingsIn: (binding: object) => Bindings } {
  const domains: Record<string, Domains[string]> = {};
  const keys: string[] = [];
  for (const binder of binders) {
    if (binder.kind !== "quantifier") continue;
    let key = binder.name;
    // A name of an inner ruleset may hide that of an outer one.
    while (key in domains) key += "'";
    keys.push(key);
    domains[key] = domainOf(source, binder);
  }
  return { domains, bindingsIn: (binding) => keys.map((key) => (binding as Record<string, Value>)[key]!) };
}

function domainOf(source: SourceText, { of, at }: Binder & { readonly kind: "quantifier" }): Domains[string] {
  if (of.fixed !== undefined) return oneOf(...of.fixed);
  if (of.type.kind === "scalarset") return of.type.set;
  if (of.type.kind !== "union") throw source.error(at, "the values of a ruleset are constants");
  const sets = of.type.of.flatMap((part) => (part.kind === "scalarset" ? [part.set] : []));
  const values = of.type.of.flatMap((part) => (part.kind === "enum" ? part.members : []));
  if (sets.length > 1)
    throw source.error(at, "a ruleset over a union of several scalarsets is not supported: write one for each of them");
  return { kind: "choice", values, set: sets[0] };
}

/** Returns all values of the quantifiers around a rule. @param members returns those of a scalarset */
export function allBindings(binders: readonly Binder[], members: Members): readonly Bindings[] {
  return binders.reduce<readonly Bindings[]>(
    (all, binder) => {
      if (binder.kind !== "quantifier") return all;
      const values = binder.of.fixed ?? binder.of.valuesIn(members);
      return all.flatMap((before) => values.map((value) => [...before, value]));
    },
    [[]],
  );
}

/** Returns the scalarsets that the names around a rule range over. */
export function setsIn(binders: readonly Binder[]): readonly IndexSet[] {
  return binders.flatMap((binder) => {
    if (binder.kind !== "quantifier") return [];
    const { type } = binder.of;
    const parts = type.kind === "union" ? type.of : [type];
    return parts.flatMap((part) => (part.kind === "scalarset" ? [part.set] : []));
  });
}
