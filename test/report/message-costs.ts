/**
 * What a read miss and a write cost in messages: counted over all runs of a bounded length, each run counted once.
 * Every request gets one answer, so that requests are counted twice; what Copy_Later costs is counted as it is.
 */

import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { ExhaustiveSearch } from "../../checker/search/exhaustive/exhaustive-search.js";
import { popcorn } from "../../spec/popcorn/index.js";
import type { Kind, Message } from "../../spec/popcorn/messages.js";

/** Means over all runs of a length. */
export interface MessageCosts {
  /** Messages that reads send and are answered with, for each read miss that begins. */
  readonly perReadMiss: number;
  /** Messages that writes send and are answered with, for each write that begins. */
  readonly perWrite: number;
}

/** What one step adds: the messages that it costs, and the accesses that begin with it. */
interface Weights {
  readonly readMessages: Float64Array;
  readonly writeMessages: Float64Array;
  readonly readMisses: Float64Array;
  readonly writes: Float64Array;
}

/**
 * The steps between the states of the first `length` levels, as lists: the steps of state s are those from `first[s]`
 * on.
 */
interface Steps extends Weights {
  readonly initial: readonly number[];
  readonly first: Int32Array;
  readonly to: Int32Array;
}

/** @param length the steps of a run */
export function messageCosts(parameters: Readonly<Record<string, unknown>>, length: number): MessageCosts {
  const steps = stepsOf(parameters, length);
  const total = (weight: Float64Array) => totalOverRuns(steps, weight, length);
  return {
    perReadMiss: total(steps.readMessages) / total(steps.readMisses),
    perWrite: total(steps.writeMessages) / total(steps.writes),
  };
}

function stepsOf(parameters: Readonly<Record<string, unknown>>, length: number): Steps {
  const instance = new Instance(popcorn as unknown as AnyModel, parameters);
  const explorer = new ExhaustiveSearch(instance, { maxDepth: length });
  explorer.run();
  const places = new Map<string, number>();
  const rows: Uint16Array[] = [];
  const width = instance.initial[0]!.length;
  const placeOf = (row: Uint16Array) => {
    const key = row.subarray(0, width).join();
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, rows.length);
    rows.push(row.slice(0, width));
    return rows.length - 1;
  };
  const initial = instance.initial.map((values) => placeOf(explorer.result.inspector.rowOf(values)));
  const first = [0];
  const to: number[] = [];
  const weights: Record<keyof Weights, number[]> = { readMessages: [], writeMessages: [], readMisses: [], writes: [] };
  const sentBetween = countingSent(explorer, width);
  // States are met breadth first; those at the last level begin no step.
  for (let place = 0, depth = 0, end = rows.length; depth < length; depth++, end = rows.length) {
    for (; place < end; place++) {
      for (const { row, action } of explorer.result.inspector.successorsOf(rows[place]!)) {
        const next = row.slice(0, width);
        const sent = sentBetween(rows[place]!, next);
        const { name } = instance.actions[action]!.action;
        to.push(placeOf(next));
        weights.readMessages.push(2 * sent("Fetch") + sent("Copy_Later"));
        weights.writeMessages.push(2 * (sent("Invalid") + sent("Fetch_Write")));
        weights.readMisses.push(name === "App_Read" ? 1 : 0);
        weights.writes.push(name === "App_Write" ? 1 : 0);
      }
      first.push(to.length);
    }
  }
  while (first.length <= rows.length) first.push(to.length);
  const packed = Object.fromEntries(Object.entries(weights).map(([name, of]) => [name, Float64Array.from(of)]));
  return { initial, first: Int32Array.from(first), to: Int32Array.from(to), ...(packed as unknown as Weights) };
}

/**
 * How many messages of a kind a step has sent, by what is in flight before and after it. No step receives a kind that
 * it sends.
 */
function countingSent({ instance, engine: { canonicalizer } }: ExhaustiveSearch, width: number) {
  const known = new Map<string, ReadonlyMap<Kind, number>>();
  const inFlight = (row: Uint16Array): ReadonlyMap<Kind, number> => {
    const key = row.join();
    let kinds = known.get(key);
    if (kinds === undefined) {
      const count = new Map<Kind, number>();
      canonicalizer.valuesOf(row).forEach((value, slot) => {
        if (slot >= width || !instance.layout.slots[slot]!.name.startsWith("link")) return;
        for (const { kind } of (value as { messages(): readonly Message[] }).messages())
          count.set(kind, (count.get(kind) ?? 0) + 1);
      });
      kinds = count;
      known.set(key, kinds);
    }
    return kinds;
  };
  return (before: Uint16Array, after: Uint16Array) => {
    const [then, now] = [inFlight(before), inFlight(after)];
    return (kind: Kind) => Math.max(0, (now.get(kind) ?? 0) - (then.get(kind) ?? 0));
  };
}

/** The sum of a weight over the steps of all runs of a length. */
function totalOverRuns({ initial, first, to }: Steps, weight: Float64Array, length: number): number {
  // By states, for the steps that are left: how many runs there are, and what they weigh in all.
  let runs = new Float64Array(first.length - 1).fill(1);
  let weights = new Float64Array(runs.length);
  for (let left = 1; left <= length; left++) {
    const moreRuns = new Float64Array(runs.length);
    const moreWeights = new Float64Array(runs.length);
    for (let state = 0; state < runs.length; state++) {
      for (let step = first[state]!; step < first[state + 1]!; step++) {
        const next = to[step]!;
        moreRuns[state]! += runs[next]!;
        moreWeights[state]! += weights[next]! + weight[step]! * runs[next]!;
      }
    }
    [runs, weights] = [moreRuns, moreWeights];
  }
  return initial.reduce((sum, state) => sum + weights[state]!, 0);
}
