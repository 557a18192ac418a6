/** Examples in a model's own words: a condition on its states, and what its steps can be searched for. */
import { isRecord } from "immutable";
import { Channel } from "../model/channel.js";
import type { Instance } from "../model/instance.js";
import { nameOf } from "../model/scalarset.js";
import { standingsOf } from "../model/standings.js";
import { type AnyRecord, fieldsOf, format } from "../model/value.js";
import { parseCondition } from "./condition.js";

/**
 * Returns a condition that the model understands, which speaks of the states of two members if it has such:
 * `some j, k: copy[j] = Modified and copy[k] = Shared`.
 */
export function exampleCondition(instance: Instance): string {
  const candidates = instance.layout.variables.flatMap((variable, family) => conditionsOn(instance, variable, family));
  const best = [...candidates].sort((a, b) => b.weight - a.weight).map(({ text }) => text);
  return best.find((text) => isUnderstood(text, instance)) ?? "";
}

function isUnderstood(text: string, instance: Instance): boolean {
  try {
    parseCondition(text, instance);
    return true;
  } catch {
    return false;
  }
}

/** Returns conditions on a variable. Those that say more weigh more. */
function conditionsOn(instance: Instance, variable: string, family: number): { text: string; weight: number }[] {
  const { layout, initial, model } = instance;
  const ofFamily = layout.slots.flatMap((each, at) => (each.family === family ? [at] : []));
  // A pair of two members says more than one of a member with itself.
  const slot = ofFamily.find((at) => new Set(layout.slots[at]!.indices).size > 1) ?? ofFamily[0]!;
  const value = initial[0]![slot];
  const { sets } = layout.declarations[variable]!;
  const members = layout.slots[slot]!.indices.map((index, i) => nameOf(sets[i]!.member(index)));
  const place = members.length === 0 ? variable : `${variable}[${members.join(",")}]`;
  if (value instanceof Channel) return [{ text: `${place} is not empty`, weight: 1 }];
  const standings = standingsOf(instance)[variable];
  if (standings !== undefined && standings.length > 0) {
    // The first is that of the initial state in most models, which needs no search.
    const second = standings[1] ?? standings[0]!;
    const first = standings[2] ?? second;
    const size = sets.length === 1 ? ofFamily.length : 0;
    const one = { text: `${place} = ${quoted(first)}`, weight: 3 };
    if (size < 2) return [one];
    const two = `some j, k: ${variable}[j] = ${quoted(first)} and ${variable}[k] = ${quoted(second)}`;
    return [{ text: two, weight: 4 }, one];
  }
  // What is nothing at first has no fields, whatever the headline.
  const field = isRecord(value) ? (model.headline?.[variable] ?? fieldsOf(value as AnyRecord)[0]) : undefined;
  const own = field === undefined ? value : (value as AnyRecord).get(field);
  const is = own === null || own === undefined ? "!= –" : `= ${quoted(format(own))}`;
  return [{ text: `${place}${field === undefined ? "" : `.${field}`} ${is}`, weight: 2 }];
}

/** Quotes what is not one word. */
function quoted(text: string): string {
  return /^\w+$/.test(text) ? text : JSON.stringify(text);
}

/** Returns some words that occur in the names of steps and the guards that close: `K1, Invalid`. */
export function exampleWords({ layout, tables, actions }: Instance): string {
  const [set] = Object.values(layout.declarations).flatMap(({ sets }) => sets);
  const member = set === undefined ? [] : [nameOf(set.member(0))];
  const [kind = actions[0]?.action.name] = tables.flatMap(({ columns }) => columns);
  return [...member, ...(kind === undefined ? [] : [kind])].join(", ");
}
