/**
 * Traces as a page carries them. Most places of most states hold what they held before, so each distinct value is
 * written once and states are lists of numbers. Pure; `unpack(pack(traces))` equals `traces`.
 */
import type { Json } from "../formats/json.js";
import type { Trace, TraceState, TraceStep } from "../trace.js";

interface PackedTrace {
  readonly meta: Trace["#meta"];
  readonly vars: readonly string[];
  readonly steps: readonly TraceStep[];
  /** For each state and variable, the number of its value; for a family, the numbers of its entries. */
  readonly states: readonly (readonly (number | readonly number[])[])[];
}

export interface Packed {
  /** The values, and the entries of families: pairs of a place and a value. */
  readonly values: readonly Json[];
  readonly traces: readonly PackedTrace[];
}

type PackedFamily = { readonly "#map": readonly Json[]; readonly "#family": true };

export function pack(traces: readonly Trace[]): Packed {
  const values: Json[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (value: Json): number => {
    const key = JSON.stringify(value);
    const known = numbers.get(key) ?? values.push(value) - 1;
    numbers.set(key, known);
    return known;
  };
  return {
    values,
    traces: traces.map(({ "#meta": meta, vars, states }) => ({
      meta,
      vars,
      steps: states.map((state) => state["#meta"]),
      states: states.map((state) =>
        vars.map((variable) => {
          const value = state[variable] as Json;
          return isFamily(value) ? value["#map"].map(numberOf) : numberOf(value);
        }),
      ),
    })),
  };
}

export function unpack({ values, traces }: Packed): Trace[] {
  const valueOf = (of: number | readonly number[]): Json =>
    typeof of === "number" ? values[of]! : ({ "#map": of.map((number) => values[number]!), "#family": true } as Json);
  return traces.map(({ meta, vars, steps, states }) => ({
    "#meta": meta,
    vars,
    states: states.map(
      (state, i) =>
        ({
          "#meta": steps[i]!,
          ...Object.fromEntries(vars.map((variable, v) => [variable, valueOf(state[v]!)])),
        }) as TraceState,
    ),
  }));
}

function isFamily(value: Json): value is PackedFamily {
  return typeof value === "object" && value !== null && "#family" in value;
}
