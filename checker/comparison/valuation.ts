/**
 * What two models are compared by: some of their variables, or fields of them, whose values are told apart by what they
 * say and not by which of the two models has made them.
 */
import { isRecord } from "immutable";
import { toItf } from "../../traces/formats/itf.js";
import { UsageError } from "../errors.js";
import { Channel } from "../model/channel.js";
import type { Instance, Values } from "../model/instance.js";
import { Floor, OrdinalValue } from "../model/ordinal.js";
import { partsOf } from "../model/process.js";
import { renumber } from "../model/reference.js";
import { memberInfo } from "../model/scalarset.js";
import { type AnyRecord, described, fieldsOf, keyOf } from "../model/value.js";
import { didYouMean } from "../nearest.js";

/** What two models are compared by. */
export interface Chosen {
  /** The names of variables, as `copy`, and of fields of variables, as `copy.page`. */
  readonly variables: readonly string[];
  /** Whether the user has named them. If not, they are all that both models have with the same shape. */
  readonly given: boolean;
  /** By name: why a variable that one of the models has is not among them. Empty if the user has named them. */
  readonly leftOut: readonly { readonly variable: string; readonly why: string }[];
}

/**
 * Returns what two models are compared by.
 * @param given the names that the user gave; undefined: all variables that both have with the same shape. Of records
 * with different fields, these are the fields that both have with the same shape
 * @throws UsageError for a name that one of the models has not, or has in another shape
 */
export function chosenOf(a: Instance, b: Instance, given: readonly string[] | undefined): Chosen {
  if (given !== undefined) {
    for (const name of given) refuseUnlike(a, b, name);
    return { variables: [...new Set(given)], given: true, leftOut: [] };
  }
  const variables: string[] = [];
  const leftOut: { variable: string; why: string }[] = [];
  for (const variable of new Set([...a.layout.variables, ...b.layout.variables])) {
    const why = whyUnlike(a, b, variable);
    if (why === undefined) {
      variables.push(variable);
      continue;
    }
    const fields = fieldsOfBoth(a, b, variable).map((field) => `${variable}.${field}`);
    variables.push(...fields.filter((name) => whyUnlike(a, b, name) === undefined));
    leftOut.push({ variable, why });
  }
  return { variables, given: false, leftOut };
}

function fieldsOfBoth(a: Instance, b: Instance, variable: string): readonly string[] {
  const [ours, theirs] = [a, b].map((instance) => {
    const value = initialOf(instance, variable);
    return isRecord(value) ? fieldsOf(value as AnyRecord) : [];
  });
  return ours!.filter((field) => theirs!.includes(field));
}

function refuseUnlike(a: Instance, b: Instance, name: string): void {
  const why = whyUnlike(a, b, name);
  if (why === undefined) return;
  const { variable } = partsOf(name, a.layout.variables);
  const known = a.layout.variables.filter((each) => b.layout.variables.includes(each));
  const hint = known.includes(variable) ? "" : didYouMean(variable, known);
  throw new UsageError(
    `--variables takes what both models have with the same shape, not ${name || "nothing"}: ${why}${hint}\n  Both have the variables ${known.join(", ") || "(none)"}.`,
  );
}

/** Says why two models cannot be compared by a variable or a field; undefined if they can. */
function whyUnlike(a: Instance, b: Instance, name: string): string | undefined {
  const { variable } = partsOf(name, [...a.layout.variables, ...b.layout.variables]);
  for (const [side, { layout }] of [
    ["A", a],
    ["B", b],
  ] as const)
    if (!layout.variables.includes(variable)) return `${side} has no variable ${variable}`;
  const [ours, theirs] = [a, b].map((instance) => shapeOf(instance, name));
  if (ours === theirs) return undefined;
  return `in A it is ${ours}, in B ${theirs}`;
}

/** Returns the value of a variable in the first place of the first initial state. */
function initialOf({ layout, initial }: Instance, variable: string): unknown {
  return initial[0]![layout.slots.findIndex((slot) => slot.variable === variable)];
}

/**
 * Returns the shape of a variable, or of a field, in words: its index sets with their sizes, and the sort of its value.
 * The sort is that of the first initial state; a value that is null there has the shape `null`.
 */
function shapeOf(instance: Instance, name: string): string {
  const { layout } = instance;
  const { variable, field } = partsOf(name, layout.variables);
  const sets = layout.declarations[variable]!.sets.map((set) => `${layout.sizeOf(set)} ${set.name} (${set.prefix})`);
  const value = initialOf(instance, variable);
  const sort = field === undefined ? sortOf(value) : sortOfField(value, field);
  return sets.length === 0 ? sort : `${sort} by ${sets.join(" and ")}`;
}

function sortOfField(value: unknown, field: string): string {
  if (!isRecord(value)) return `${sortOf(value)}, without the field ${field}`;
  return fieldsOf(value as AnyRecord).includes(field)
    ? sortOf((value as AnyRecord).get(field))
    : `${sortOf(value)}, without the field ${field}`;
}

function sortOf(value: unknown): string {
  if (typeof value === "symbol") return `a ${memberInfo(value)?.set.name ?? "member"}`;
  if (value instanceof OrdinalValue) return `a value of ${value.ordinal.name}`;
  if (value instanceof Floor) return `a floor of ${value.ordinal.name}`;
  if (isRecord(value)) return `a record of ${fieldsOf(value as AnyRecord).join(", ")}`;
  if (value instanceof Channel) return `a ${value.constructor.name.toLowerCase()}`;
  if (typeof value !== "object") return `a ${typeof value}`;
  return value === null ? "null" : described(value).replace(/^an object of the class /, "a ");
}

/**
 * The valuations of two models, each with a number that both use for it. Members are told apart by their names,
 * values of an ordinal by their order among those of the same valuation.
 */
export class Valuations {
  private readonly numbers = new Map<string, number>();
  constructor(private readonly chosen: readonly string[]) {}

  /** Returns a function from a state of a model to the number of its valuation. */
  of({ layout, model }: Instance): (values: Values) => number {
    const places = this.chosen.flatMap((name) => {
      const { variable, field } = partsOf(name, layout.variables);
      return layout.slots.flatMap((slot, index) =>
        slot.variable === variable
          ? [{ index, field, place: field === undefined ? slot.name : `${slot.name}.${field}` }]
          : [],
      );
    });
    return (values) => {
      const exact = renumber(values);
      const parts = places.map(({ index, field, place }) => {
        if (field === undefined || exact[index] === null) return exact[index];
        if (isRecord(exact[index])) return (exact[index] as AnyRecord).get(field);
        throw new UsageError(`${place} of ${model.name} is ${described(exact[index])}, which has no fields`);
      });
      const key = renumber(parts).map(keyOfBoth).join(";");
      const number = this.numbers.get(key) ?? this.numbers.size;
      this.numbers.set(key, number);
      return number;
    };
  }
}

/**
 * Returns a text that two values share exactly if they say the same, whichever model has made them: the key tells
 * sorts of values apart, ITF has the names of fields.
 */
function keyOfBoth(value: unknown): string {
  return `${keyOf(value, { named: true })} ${JSON.stringify(toItf(value))}`;
}
