/**
 * Traces of described models followed by the plain interpreter: whether each step is one, and the property violated.
 */
import { cycleLengthOf, entriesOf, type Trace, type TraceState, type TraceStep } from "../../../traces/trace.js";
import { type Field, isLivenessOf, LEVELS, type LivenessOf, type PropertyOf, type Type } from "./description.js";
import { fairGraphOf, isAtRest, unmetBy } from "./plain-fairness.js";
import type { PlainGraph } from "./plain-graph.js";
import type { Names, PlainStep } from "./plain-semantics.js";
import { keyOfPlain, type Plain, type PlainLayout, type PlainState, sorted } from "./plain-state.js";
import { canGetOn } from "./plain-verdicts.js";

type Json = null | boolean | number | string | readonly Json[] | { readonly [field: string]: Json };

/** Returns what is wrong with a trace that is said to violate `property`; undefined if nothing is. */
export function wrongWithTrace(graph: PlainGraph, property: PropertyOf, trace: Trace): string | undefined {
  const { layout } = graph.model;
  const steps = trace.states.map((state) => state["#meta"]);
  const isStuck = steps[steps.length - 1]!.unspecified !== undefined;
  const run: number[] = [];
  /** By step: the steps of the plain interpreter that it can be, by their numbers in the state before. */
  const taken: number[][] = [];
  for (const [i, state] of trace.states.entries()) {
    const number = graph.numbers.get(keyOfPlain(layout.renumber(stateOf(layout, state))));
    if (number === undefined) return `state ${i} is not reachable`;
    if (i === 0 && !graph.initial.includes(number)) return "it does not begin in an initial state";
    if (i > 0) {
      const before = run[i - 1]!;
      const last = isStuck && i === steps.length - 1;
      const like = graph.steps[before]!.flatMap((step, n) => {
        const leads = last ? step.next === undefined : graph.to[before]![n] === number;
        return leads && isNamed(step, steps[i]!) ? [n] : [];
      });
      if (like.length === 0) return `step ${i}, ${steps[i]!.action}, is no step from state ${i - 1}`;
      taken.push(like);
    }
    run.push(number);
  }
  if (!isLivenessOf(property))
    return endsWell(graph, property, run, taken) ? undefined : "it does not end in a violation";
  return wrongWithLasso(graph, property, run, taken, cycleLengthOf(trace));
}

function isNamed(step: PlainStep, { action, binding }: TraceStep): boolean {
  return (
    step.action.of.name === action &&
    step.action.of.domains.every((domain) => {
      const value = step.action.names.get(domain.name)!;
      const written = "set" in domain ? (value < 0 ? "null" : `${domain.set}${value + 1}`) : LEVELS[value];
      return binding[domain.name] === written;
    })
  );
}

function endsWell(
  { model, states, steps }: PlainGraph,
  property: PropertyOf,
  run: readonly number[],
  taken: number[][],
) {
  const state = states[run[run.length - 1]!]!;
  switch (property.kind) {
    case "invariant":
      return model.bindings(property.domains).some((names) => !model.holdsOf(property, property.holds, state, names));
    case "no deadlock":
      return !canGetOn(steps[run[run.length - 1]!]!) && model.holds(property.stuck, { state, names: new Map() });
    case "no unspecified reception":
    case "step invariant": {
      const before = run[run.length - 2]!;
      return taken[taken.length - 1]!.some((n) => {
        const step = steps[before]![n]!;
        if (property.kind === "no unspecified reception") return step.next === undefined;
        return model.bindings(property.domains).some((names) => model.violates(property, states[before]!, step, names));
      });
    }
    default:
      return false;
  }
}

function wrongWithLasso(
  graph: PlainGraph,
  property: LivenessOf,
  run: readonly number[],
  taken: readonly (readonly number[])[],
  length: number | undefined,
): string | undefined {
  if (length === undefined) return "it has no cycle";
  const { model, states } = graph;
  const fair = fairGraphOf(graph);
  const loop = run.length - 1 - length;
  const round = length === 0 ? [run[loop]!] : run.slice(loop, -1);
  if (run[loop] !== run[run.length - 1]) return "its cycle does not close";
  if (length === 0 && !isAtRest(fair, round[0]!)) return "it stands still where a fair step is possible";
  // The edges of a state leave out its steps to nowhere.
  const edges = taken.slice(loop).flatMap((like, i) => {
    const from = run[loop + i]!;
    const before = graph.steps[from]!.slice(0, like[0]).filter(({ next }) => next !== undefined).length;
    return [fair.edges[from]![before]!];
  });
  const unmet = unmetBy(fair, round, edges);
  if (length > 0 && unmet.length > 0) return `its cycle is not fair: requirement ${unmet.join()}`;
  const violates = (names: Names) => {
    const holds = (i: number) => model.holdsOf(property, property.holds, states[i]!, names);
    if (property.kind === "always eventually") return !round.some(holds);
    if (property.kind === "eventually always") return !round.every(holds);
    if (property.kind === "eventually") return !run.some(holds);
    return run.some((at, i) => {
      const after = i < loop ? run.slice(i) : round;
      return model.isDue(property, states[at]!, names) && !after.some(holds);
    });
  };
  return model.bindings(property.domains).some(violates) ? undefined : "it does not violate the property";
}

/** Reads a state of a trace. */
function stateOf(layout: PlainLayout, state: TraceState): PlainState {
  const read: Plain[] = [];
  for (const variable of layout.of.variables) {
    for (const [place, value] of entriesOf(state, variable.name)) {
      const indices = place === "" ? [] : place.split("→").map((name) => Number(name.slice(1)) - 1);
      read[layout.slotOf(variable.name, indices)] = valueOf(layout, variable.type, value as Json);
    }
  }
  return read;
}

function valueOf(layout: PlainLayout, type: Type, json: Json): Plain {
  const of = json as { readonly [field: string]: Json };
  const fields = (record: Json, all: readonly Field[]): Plain =>
    all.map((field) => valueOf(layout, field.type, (record as typeof of)[field.name]!));
  const memberOf = (name: Json) => Number((name as string).slice(1)) - 1;
  switch (type.kind) {
    case "level":
      return LEVELS.indexOf(json as (typeof LEVELS)[number]);
    case "member":
      return typeof json === "string" ? memberOf(json) : -1;
    case "set":
      return (of["#set"] as readonly Json[]).reduce<number>((bits, name) => bits | (1 << memberOf(name)), 0);
    case "map": {
      const levels = Array<Plain>(layout.sizeOf(type.set)).fill(-1);
      for (const [key, level] of of["#map"] as readonly [Json, Json][])
        levels[memberOf(key)] = LEVELS.indexOf(level as (typeof LEVELS)[number]);
      return levels;
    }
    case "stamp":
      return Number((json as string).slice(1));
    case "floor":
      return json === "any" ? -1 : Number((json as string).slice(2));
    case "record":
      return fields(json, type.fields);
    case "queue":
      return (json as readonly Json[]).map((message) => fields(message, type.fields));
    case "bag":
      return sorted(
        (of["#map"] as readonly [Json, { readonly "#bigint": string }][]).flatMap(([message, count]) =>
          Array<Plain>(Number(count["#bigint"])).fill(fields(message, type.fields)),
        ),
      );
  }
}
