/** What the names of rulesets range over: domains of actions and properties, and all their values in a state. */
import { type Domains, oneOf } from "../model/action.js";
import type { IndexSet, Member } from "../model/scalarset.js";
import type { Binder } from "./check-file.js";
import type { SourceText } from "./source-text.js";
import type { Value } from "./types.js";

/** Returns the members of a scalarset. */
export type Members = (set: IndexSet) => readonly Member[];

/** The values of a ruleset's names, in the order of its quantifiers. */
export type Bindings = readonly Value[];

/** The values of the quantifiers around a rule as domains of an action. */
export interface BoundDomains {
  readonly domains: Domains;
  /** Makes the list of values of a binding. */
  readonly bindingsIn: (binding: object) => Bindings;
  /** The sets that this action ranges over where the rule ranges over a union of several. */
  readonly parts: readonly IndexSet[];
}

/**
 * Returns the values of quantifiers as domains of actions: of one action or, since a domain has one set at the most, of
 * one for each set of a union.
 */
export function domainsOf(source: SourceText, binders: readonly Binder[]): readonly BoundDomains[] {
  let all: readonly (readonly DomainPart[])[] = [[]];
  for (const binder of binders) {
    if (binder.kind !== "quantifier") continue;
    const parts = domainPartsOf(source, binder);
    all = all.flatMap((before) => parts.map((part) => [...before, part]));
  }
  return all.map((parts) => {
    const domains: Record<string, Domains[string]> = {};
    const keys = parts.map(({ name, domain }) => {
      let key = name;
      // A name of an inner ruleset may hide that of an outer one.
      while (key in domains) key += "'";
      domains[key] = domain;
      return key;
    });
    return {
      domains,
      bindingsIn: (binding) => keys.map((key) => (binding as Record<string, Value>)[key]!),
      parts: parts.flatMap(({ set }) => (set === undefined ? [] : [set])),
    };
  });
}

interface DomainPart {
  readonly name: string;
  readonly domain: Domains[string];
  /** The set, if the domain is but a part of what the quantifier ranges over. */
  readonly set: IndexSet | undefined;
}

function domainPartsOf(
  source: SourceText,
  { of, at, name }: Binder & { readonly kind: "quantifier" },
): readonly DomainPart[] {
  const whole = (domain: Domains[string]) => [{ name, domain, set: undefined }];
  if (of.fixed !== undefined) return whole(oneOf(...of.fixed));
  if (of.type.kind === "scalarset") return whole(of.type.set);
  if (of.type.kind !== "union") throw source.error(at, "the values of a ruleset are constants");
  const sets = of.type.of.flatMap((part) => (part.kind === "scalarset" ? [part.set] : []));
  const values = of.type.of.flatMap((part) => (part.kind === "enum" ? part.members : []));
  if (sets.length < 2) return whole({ kind: "choice", values, set: sets[0] });
  // The members of enums go with the first set.
  return sets.map((set, i) => ({ name, domain: { kind: "choice", values: i === 0 ? values : [], set }, set }));
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
