/**
 * A trace as a sequence diagram, for Mermaid or PlantUML: a lifeline for everybody who acts, an arrow at the step that
 * receives a message, a note for what a step changed. The note of the step that sends a message says so too; a dotted
 * arrow shows the sending if the message overtakes another, is overtaken, or stays in flight. Pure functions of the
 * trace.
 */
import { changesOf } from "../analysis/change.js";
import {
  exchangesByStep,
  labelOf,
  type MessageExchange,
  type MessageHistory,
  messageHistoryOf,
  titleOf,
} from "../analysis/messages.js";
import { crossingIn } from "../analysis/race.js";
import { onOneLine } from "../text/shown.js";
import { cycleLengthOf, lengthOf, type Trace, whyNotTaken } from "../trace.js";

/** How a notation writes each part of a diagram. It is given texts as they are in the trace, and escapes them. */
interface Notation {
  readonly begin: (title: string) => readonly string[];
  readonly participant: (id: string, name: string) => string;
  readonly arrow: (kind: "received" | "sent" | "refused", from: string, to: string, text: string) => string;
  readonly note: (ids: readonly string[], lines: readonly string[]) => string;
  readonly loop: (text: string) => string;
  readonly end: string;
  readonly finish: readonly string[];
}

/** A character that stands for nothing but itself in Mermaid, wherever it occurs in a text. */
const PLAIN_IN_MERMAID = /^[\p{L}\p{M}\p{N} .,()[\]→–×_+-]$/u;

/** Escapes a text for Mermaid: any other character becomes an entity, which Mermaid takes as `#59;`. */
function inMermaid(text: string): string {
  const entity = (char: string) => (PLAIN_IN_MERMAID.test(char) ? char : `#${char.codePointAt(0)};`);
  return Array.from(onOneLine(text), entity).join("");
}

const MERMAID_ARROWS = { received: "->>", sent: "--)", refused: "-x" } as const;

const mermaid: Notation = {
  begin: (title) => ["sequenceDiagram", `  title ${inMermaid(title)}`],
  participant: (id, name) => `  participant ${id} as ${inMermaid(name)}`,
  arrow: (kind, from, to, text) => `  ${from}${MERMAID_ARROWS[kind]}${to}: ${inMermaid(text)}`,
  note: (ids, lines) => `  Note over ${ids.join(",")}: ${lines.map(inMermaid).join("<br/>")}`,
  loop: (text) => `  loop ${inMermaid(text)}`,
  end: "  end",
  finish: [],
};

/** Escapes a text for PlantUML, where two of these signs in a row are markup (`__`, `[[`). */
function inPlantuml(text: string): string {
  const chars = Array.from(onOneLine(text));
  const isWord = (char: string) => /^[\p{L}\p{M}\p{N} ]$/u.test(char);
  return chars
    .map((char, i) => {
      const doubled = !isWord(char) && (chars[i - 1] === char || chars[i + 1] === char);
      if (PLAIN_IN_MERMAID.test(char) && !doubled) return char;
      return `<U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}>`;
    })
    .join("");
}

const PLANTUML_ARROWS = { received: "->", sent: "-->>", refused: "->x" } as const;

const plantuml: Notation = {
  begin: (title) => ["@startuml", `title ${inPlantuml(title)}`],
  participant: (id, name) => `participant "${inPlantuml(name)}" as ${id}`,
  arrow: (kind, from, to, text) => `${from} ${PLANTUML_ARROWS[kind]} ${to} : ${inPlantuml(text)}`,
  note: (ids, lines) => `note over ${ids.join(", ")} : ${lines.map(inPlantuml).join("\\n")}`,
  loop: (text) => `loop ${inPlantuml(text)}`,
  end: "end",
  finish: ["@enduml"],
};

/** Returns a trace as a sequence diagram of Mermaid. */
export function mermaidOf(trace: Trace): string {
  return sequence(trace, mermaid);
}

/** Returns a trace as a sequence diagram of PlantUML. */
export function plantumlOf(trace: Trace): string {
  return sequence(trace, plantuml);
}

/** What all parts of a diagram are made from. */
interface Diagram {
  readonly trace: Trace;
  readonly history: MessageHistory;
  readonly notation: Notation;
  /** The identifier of each lifeline. */
  readonly ids: ReadonlyMap<string, string>;
  readonly byStep: ReturnType<typeof exchangesByStep>;
  /** The messages that overtake others, or are overtaken. */
  readonly crossing: ReadonlySet<MessageExchange>;
}

function sequence(trace: Trace, notation: Notation): string {
  const { property, explanation, model } = trace["#meta"];
  const history = messageHistoryOf(trace);
  const { lifelines } = history;
  const ids = new Map(lifelines.map((name, i) => [name, `p${i}`]));
  const diagram: Diagram = {
    trace,
    history,
    notation,
    ids,
    byStep: exchangesByStep(history),
    crossing: crossingIn(history),
  };
  const everybody = [...new Set(["p0", `p${lifelines.length - 1}`])];
  const cycle = cycleLengthOf(trace);
  const begins = cycle ? lengthOf(trace) - cycle + 1 : undefined;
  const lines = [
    ...notation.begin(`${model}: ${property.name}`),
    ...lifelines.map((name) => notation.participant(ids.get(name)!, name)),
    notation.note(everybody, ["initial", ...changesOf(trace, 0), ...sendings(diagram, 0)]),
    ...sendingArrows(diagram, 0),
  ];
  for (let index = 1; index < trace.states.length; index++) {
    if (index === begins) lines.push(notation.loop("again and again"));
    for (const line of stepOf(diagram, index)) lines.push(line);
  }
  if (begins !== undefined) lines.push(notation.end);
  if (cycle === 0) lines.push(notation.note(everybody, ["here the run stands still for ever"]));
  if (explanation !== "") lines.push(notation.note(everybody, [explanation]));
  return `${[...lines, ...notation.finish].join("\n")}\n`;
}

/** Returns the arrows of what a step receives, the note of what it does, and the arrows of what it sends. */
function stepOf(diagram: Diagram, index: number): string[] {
  const { trace, history, byStep, notation, ids } = diagram;
  const refused = whyNotTaken(trace.states[index]!["#meta"]);
  const arrows = byStep.received[index]!.map((exchange) => {
    const kind = exchange.unspecified ? "refused" : "received";
    return notation.arrow(kind, ids.get(exchange.from)!, ids.get(exchange.to)!, labelOf(exchange));
  });
  const lines = [titleOf(trace, index), ...changesOf(trace, index), ...sendings(diagram, index)];
  const note = notation.note([ids.get(history.actors[index]!)!], refused === undefined ? lines : [...lines, refused]);
  return [...arrows, note, ...sendingArrows(diagram, index)];
}

/** Returns `+ Fetch to K1` for each message that a step sends. */
function sendings({ byStep }: Diagram, index: number): string[] {
  return byStep.sent[index]!.map((exchange) => `+ ${labelOf(exchange)} to ${exchange.to}`);
}

function sendingArrows({ byStep, notation, ids, crossing }: Diagram, index: number): string[] {
  return byStep.sent[index]!.filter((exchange) => exchange.receivedAt === undefined || crossing.has(exchange)).map(
    (exchange) => {
      const when =
        exchange.receivedAt === undefined ? "still in flight at the end" : `received in step ${exchange.receivedAt}`;
      return notation.arrow("sent", ids.get(exchange.from)!, ids.get(exchange.to)!, `${labelOf(exchange)}, ${when}`);
    },
  );
}
