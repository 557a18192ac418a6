/**
 * A trace as a digraph for Graphviz: a node for each state with what changed, an edge for each step. A pure function of
 * the trace.
 */
import { changesOf, messagesOf } from "../analysis/change.js";
import { stepNameOf } from "../analysis/step-names.js";
import { onOneLine } from "../text/shown.js";
import { cycleLengthOf, lengthOf, type Trace, whyNotTaken } from "../trace.js";

/** Returns a trace as a text of DOT. */
export function dotOf(trace: Trace): string {
  const { property, explanation, loop, model } = trace["#meta"];
  const last = lengthOf(trace);
  const cycle = cycleLengthOf(trace);
  // The last state of a cycle is its first again, and gets no node of its own.
  const nodes = trace.states.slice(0, cycle ? last : last + 1).map((_, i) => `  s${i} [${attributes(trace, i)}];`);
  const edges = trace.states.slice(1).map((_, i) => {
    const closes = cycle !== undefined && cycle > 0 && i + 1 === last;
    return `  s${i} -> s${closes ? loop : i + 1} [label=${quoted(stepLines(trace, i + 1, closes))}];`;
  });
  const standstill = cycle === 0 ? [`  s${last} -> s${last} [label=${quoted(["stands still for ever"])}];`] : [];
  return `${[
    "digraph run {",
    `  label=${quoted([`${model}: ${property.name}`, ...(explanation === "" ? [] : [explanation])])};`,
    "  node [shape=box, fontname=monospace];",
    ...nodes,
    ...edges,
    ...standstill,
    "}",
  ].join("\n")}\n`;
}

function attributes(trace: Trace, index: number): string {
  const refused = whyNotTaken(trace.states[index]!["#meta"]);
  const label = quoted([
    `state ${index}`,
    ...changesOf(trace, index),
    ...(index === 0 ? messagesOf(trace, 0) : []),
    ...(refused === undefined ? [] : [refused]),
  ]);
  const violates = index === lengthOf(trace) && trace["#meta"].loop === undefined;
  return `label=${label}${violates ? ", color=red" : ""}`;
}

/**
 * Returns the label of an edge. What the step changed stands in the node that the edge leads to; an edge that closes a
 * cycle has no new node, and says it itself.
 */
function stepLines(trace: Trace, index: number, closes: boolean): string[] {
  return [stepNameOf(trace, index), ...(closes ? changesOf(trace, index) : []), ...messagesOf(trace, index)];
}

/** Writes lines as a string of DOT, in which backslashes escape and entities of HTML are understood. */
function quoted(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    onOneLine(line).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("&", "&amp;"),
  );
  return `"${escaped.join("\\n")}"`;
}
