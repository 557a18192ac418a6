/**
 * A state machine as a digraph for Graphviz, drawn as the paper draws its Figures 2 to 6. Pure functions of the
 * machine.
 */
import { colourNumbered, colourNumbersOf, FILLS, INK } from "../../traces/analysis/state-colours.js";
import { onOneLine } from "../../traces/text/shown.js";
import { isLoop, type StateMachine, type Transition, type TriggerKind } from "./state-machine.js";

/** In the paper, steps of the application are dashed and those of messages solid; it draws no internal steps. */
const STYLES: Readonly<Record<TriggerKind, string>> = { application: "dashed", message: "solid", internal: "dotted" };
const COLOURS: Readonly<Record<TriggerKind, string>> = {
  application: "#1f4e8c",
  message: "#222222",
  internal: "#8a3b12",
};

export interface DiagramOptions {
  /** Whether to draw transitions that leave a state as it is. */
  readonly loops?: boolean;
}

export function titleOf({ model, of, variable }: StateMachine): string {
  return `${model}${of === "" ? "" : `, ${of}`}: the reached states of ${variable}`;
}

/** Describes every line of the drawing in words, for those who cannot see it. */
export function descriptionOf(machine: StateMachine, options: DiagramOptions = {}): string {
  const drawn = edgesOf(machine, options).map(
    ({ from, to, kind, triggers }) => `${from} to ${to} by ${triggers.join(", ")} (${kind})`,
  );
  return [
    ...(machine.incomplete === undefined ? [] : [`Incomplete: ${machine.incomplete}.`]),
    `Initially ${machine.initial.join(" or ")}.`,
    ...(drawn.length === 0 ? [] : [`${drawn.join("; ")}.`]),
  ].join(" ");
}

/** Returns the state machine as a text of DOT, for Graphviz. */
export function stateDiagram(machine: StateMachine, options: DiagramOptions = {}): string {
  const { states, initial, incomplete } = machine;
  const open = new Set(machine.transitions.filter(({ kind }) => kind === "application").map(({ from }) => from));
  const number = new Map(states.map((state, i) => [state, i]));
  const colours = colourNumbersOf(machine.standings, states);
  const nodes = states.map((state, i) => {
    const { fill, dashed } = colourNumbered(colours.get(state)!);
    const outline = `${open.has(state) ? ", penwidth=2.6" : ""}${dashed ? ', style="rounded,filled,dashed"' : ""}`;
    return `  s${i} [label=${quoted([state])}, fillcolor="${FILLS[fill]}"${outline}];`;
  });
  const starts = initial.flatMap((state, i) => [
    `  start${i} [shape=point, width=0.1, label=""];`,
    `  start${i} -> s${number.get(state)} [color="#222222"];`,
  ]);
  const edges = edgesOf(machine, options).map(({ from, to, kind, triggers }) => {
    const look = `style=${STYLES[kind]}, color="${COLOURS[kind]}", fontcolor="${COLOURS[kind]}"`;
    return `  s${number.get(from)} -> s${number.get(to)} [label=${quoted(triggers.map((trigger) => ` ${trigger} `))}, ${look}];`;
  });
  const caption = [
    "",
    titleOf(machine),
    ...(incomplete === undefined ? [] : [`INCOMPLETE: ${incomplete}`]),
    // Short lines: Graphviz takes Helvetica's letters for narrower than those that some machines have in its place.
    "dashed: the application · solid: a message received",
    "dotted: a step of the protocol itself · dot: initial",
    "thick outline: the application can act there",
    "colours: those of the pages of runs",
  ];
  return `${[
    "digraph states {",
    `  graph [label=${quoted(caption)}, labelloc=b, bgcolor="#ffffff", pad=0.4, nodesep=0.45, ranksep=0.75, fontsize=12, ${FONT}];`,
    `  node [shape=box, style="rounded,filled", color="#222222", fontcolor="${INK}", margin="0.2,0.06", ${FONT}];`,
    `  edge [fontsize=11, arrowsize=0.8, ${FONT}];`,
    ...starts,
    ...nodes,
    ...edges,
    "}",
  ].join("\n")}\n`;
}

const FONT = 'fontname="Helvetica"';

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: TriggerKind;
  readonly triggers: readonly string[];
}

/** Returns the edges. Transitions of one kind with the same ends share an edge. */
function edgesOf({ transitions }: StateMachine, { loops = false }: DiagramOptions): readonly Edge[] {
  const edges = new Map<string, Transition[]>();
  for (const transition of transitions) {
    if (isLoop(transition) && !loops) continue;
    const key = JSON.stringify([transition.from, transition.to, transition.kind]);
    edges.set(key, [...(edges.get(key) ?? []), transition]);
  }
  return [...edges.values()].map((group) => ({ ...group[0]!, triggers: group.map(({ trigger }) => trigger) }));
}

/** Writes lines as a string of DOT, in which backslashes escape and entities of HTML are understood. */
function quoted(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    onOneLine(line).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("&", "&amp;"),
  );
  return `"${escaped.join("\\n")}"`;
}
