/** A state graph in the formats of other tools. Pure functions of the graph. */

import { showItf } from "../../traces/formats/json.js";
import { jsonText } from "../../traces/formats/json-text.js";
import { onOneLine } from "../../traces/text/shown.js";
import type { StateGraphData } from "./state-graph-data.js";

/** The formats by the names that they have on the command line. */
export const GRAPH_FORMATS: { readonly [format: string]: (graph: StateGraphData) => string } = {
  dot: dotOf,
  json: (graph) => `${jsonText(graph)}\n`,
  aut: autOf,
};

/**
 * Writes a graph in the Aldebaran format, which CADP and mCRL2 read. It has one initial state: several are reached from
 * one more state, the last one, by transitions labelled `initial`.
 */
function autOf({ states, initial, transitions }: StateGraphData): string {
  const several = initial.length > 1;
  const first = several ? states.length : initial[0]!;
  const all = [...transitions, ...(several ? initial.map((to) => ({ from: first, to, label: "initial" })) : [])];
  const lines = all.map(({ from, to, label }) => `(${from},"${onOneLine(label).replaceAll('"', "'")}",${to})`);
  return `${[`des (${first},${all.length},${states.length + (several ? 1 : 0)})`, ...lines].join("\n")}\n`;
}

/** Writes a graph for Graphviz, with the values of each state as its tooltip. */
function dotOf({ model, states, initial, transitions, orbits }: StateGraphData): string {
  const note = orbits.length === 0 ? "" : `; a state stands for all renamings of: ${orbits.join(", ")}`;
  const nodes = states.map((values, index) => {
    const text = Object.entries(values).map(([slot, value]) => `${slot} = ${showItf(value)}`);
    const shape = initial.includes(index) ? ", peripheries=2" : "";
    return `  ${index} [tooltip=${quoted(text.join(", "))}${shape}];`;
  });
  const edges = transitions.map(({ from, to, label }) => `  ${from} -> ${to} [label=${quoted(label)}];`);
  return `${[`digraph ${quoted(model)} {`, `  label=${quoted(`${model}${note}`)};`, ...nodes, ...edges, "}"].join("\n")}\n`;
}

function quoted(text: string): string {
  return `"${onOneLine(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
