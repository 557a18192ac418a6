/**
 * A trace in the formats of other tools says what the trace says, and nothing that stands in it breaks out of its
 * place.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Walk } from "../../checker/explorer/walk.js";
import { Instance } from "../../checker/model/instance.js";
import { type AnyModel, withProperties } from "../../checker/model/model.js";
import { checkSync } from "../../checker/search/check.js";
import { popcornProperties } from "../../invariants/popcorn/index.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { starvingMutex } from "../../spec/toy/starving-mutex.js";
import { type MessageExchange, messageHistoryOf } from "../../traces/analysis/messages.js";
import { crossingIn } from "../../traces/analysis/race.js";
import { FORMATS } from "../../traces/formats/formats.js";
import { type Json, showItf } from "../../traces/formats/json.js";
import { parseTrace } from "../../traces/formats/parse.js";
import { SHIVIZ_PARSER } from "../../traces/formats/shiviz.js";
import { onOneLine } from "../../traces/text/shown.js";
import { cycleLengthOf, entriesOf, lengthOf, type Trace } from "../../traces/trace.js";
import { folder, popcheck } from "../support/command-line.js";

function counterexample(model: AnyModel, given: object, property: string): Trace {
  const [outcome] = checkSync(new Instance(model, { ...given }), { properties: [property] }).properties;
  return parseTrace(JSON.stringify(outcome!.trace));
}

const kernels = withProperties(popcorn, popcornProperties);
const swmr = counterexample(kernels, { stage: "4.2", kernels: 2 }, "SWMR");
const lost = counterexample(kernels, { stage: "4.2", kernels: 2 }, "no lost update");
const lasso = counterexample(starvingMutex, {}, "who waits gets in");
const standstill = counterexample(starvingMutex, {}, "the lock is used");
popcheck("check", "relay.ts", "--trace", "relay");
const relayFile = join(folder, "relay", "relay-no-unspecified-reception.json");
const relay = parseTrace(readFileSync(relayFile, "utf8"));
const real: [string, Trace][] = [["a safety violation", swmr], ["a longer one", lost], ["an unspecified reception", relay]]; // biome-ignore format: a trace is a pair
const all: [string, Trace][] = [...real, ["a lasso", lasso], ["a run that stands still", standstill]];

/** Everything that ends a string, a label, a line, an element or a block in one of the formats. */
const HOSTILE = `x"\r\nend\n@enduml\n</testcase>]]>-->;#59;%%{init}%%\\" ]; } \\N &lt;<b>{"K9":9}\u2028\u202e__[[a]]\u0007'`;

/** Returns the trace with hostile words for some of its words, wherever they stand. */
function hostile(trace: Trace, ...words: string[]): Trace {
  const renamed = (text: string) => (words.includes(text) ? `${text}${HOSTILE}` : text);
  const through = (value: unknown): unknown => {
    if (typeof value === "string") return renamed(value);
    if (Array.isArray(value)) return value.map(through);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, through(inner)]));
  };
  const processes = through(trace["#meta"].processes);
  const meta = { ...trace["#meta"], processes, model: `m${HOSTILE}`, explanation: HOSTILE };
  const property = { ...meta.property, name: HOSTILE, says: HOSTILE };
  const states = trace.states.map((state) => through(state));
  return parseTrace(JSON.stringify({ ...trace, "#meta": { ...meta, property }, states }));
}

const bad = hostile(lost, "K1", "Fetch", "Shared", "App_Write", "Receive", "v1");

/** Returns how many of a message a place of a channel holds in a state. */
function held(trace: Trace, index: number, { channel, place, text }: MessageExchange): number {
  const content = new Map(entriesOf(trace.states[index]!, channel)).get(place) as { "#map": [Json, Json][] };
  const found = content["#map"].find(([message]) => showItf(message) === text);
  return found ? Number(showItf(found[1])) : 0;
}

describe("messages", () => {
  test.each(real)(
    "lie in their channel from the step that sends them to the one that receives them: %s",
    (_, trace) => {
      const { exchanges } = messageHistoryOf(trace);
      expect(exchanges.length).toBeGreaterThan(0);
      for (const exchange of exchanges) {
        const { sentAt, receivedAt = trace.states.length, unspecified } = exchange;
        expect(sentAt).toBeLessThan(receivedAt);
        if (sentAt > 0) expect(held(trace, sentAt, exchange)).toBeGreaterThan(held(trace, sentAt - 1, exchange));
        for (let i = sentAt; i < receivedAt; i++) expect(held(trace, i, exchange)).toBeGreaterThan(0);
        if (exchange.receivedAt === undefined || unspecified) continue;
        expect(held(trace, receivedAt, exchange)).toBeLessThan(held(trace, receivedAt - 1, exchange));
      }
    },
  );

  test.each(real)("are received by the steps that say so, by him whom their binding names: %s", (_, trace) => {
    const { exchanges, actors } = messageHistoryOf(trace);
    const receiving = trace.states.flatMap(({ "#meta": { index, message, binding } }) =>
      message === undefined ? [] : [[index, showItf(message), binding.from, binding.to]],
    );
    const received = exchanges.filter(({ receivedAt }) => receivedAt !== undefined);
    expect(received.map(({ receivedAt, text, from, to }) => [receivedAt, text, from, to])).toEqual(receiving);
    for (const { receivedAt, to, from, sentAt } of received)
      expect([actors[receivedAt!], actors[sentAt]]).toEqual([to, from]);
  });

  const message = { kind: "Go" };
  const queueTrace = (...contents: object[][]): Trace =>
    made(contents.map((content) => ({ "#map": [[{ "#tup": ["A", "B"] }, content]], "#family": true })));
  const bagTrace = (...contents: [object, number][][]): Trace =>
    made(contents.map((counts) => ({ "#map": [[{ "#tup": ["A", "B"] }, { "#map": counts }]], "#family": true })));
  const made = (links: object[], steps: object[] = []): Trace =>
    parseTrace(
      JSON.stringify({
        "#meta": { ...swmr["#meta"], channels: ["link"], headline: {}, processes: undefined },
        vars: ["link"],
        states: links.map((link, index) => ({
          "#meta": { index, action: "Step", binding: {}, choice: 0, ...steps[index] },
          link,
        })),
      }),
    );

  test("that are equal are received oldest first, as many as are taken", () => {
    const { exchanges } = messageHistoryOf(bagTrace([], [[message, 1]], [[message, 3]], [[message, 1]], []));
    expect(exchanges.map(({ sentAt, receivedAt, count }) => [sentAt, receivedAt, count])).toEqual([
      [1, 3, 1],
      [2, 3, 1],
      [2, 4, 1],
    ]);
  });

  test("that are in flight from the start, or at the end, are told as such", () => {
    const late = { kind: "Late" };
    const { exchanges } = messageHistoryOf(queueTrace([message], [message, late], [late]));
    expect(exchanges.map(({ text, sentAt, receivedAt }) => [text, sentAt, receivedAt])).toEqual([
      ["Go", 0, 2],
      ["Late", 1, undefined],
    ]);
  });

  test("that have no rule are those on the way that the step names, though equal ones are on another", () => {
    const ways = (...pairs: [string, string][]) => ({ "#map": pairs.map((pair) => [{ "#tup": pair }, [message]]), "#family": true }); // biome-ignore format: a state is a line
    const both = ways(["A", "B"], ["B", "A"]);
    const refused = { binding: { from: "B", to: "A" }, message, unspecified: "nobody sends it" };
    const { exchanges, actors } = messageHistoryOf(made([both, both], [{}, refused]));
    expect(actors[1]).toBe("A");
    expect(exchanges.map(({ from, receivedAt, unspecified }) => [from, receivedAt, unspecified])).toEqual([
      ["B", 1, true],
      ["A", undefined, false],
    ]);
  });

  test("in a channel that does not name both ends are said to come from nobody, and to go to nobody", () => {
    const inbox = (...messages: object[]) => ({ "#map": [["A", []], ["B", messages]], "#family": true }); // biome-ignore format: a state is a line
    const history = messageHistoryOf(made([inbox(), inbox(message), inbox()], [{}, { binding: { i: "A" } }]));
    expect(history.exchanges).toMatchObject([{ from: "channel link", to: "channel link", at: "B", receivedAt: 2 }]);
    expect(history.lifelines).toEqual([swmr["#meta"].model, "channel link"]);
  });

  test("that overtake, or are overtaken, have an arrow for their sending too", () => {
    const [first, second] = [{ kind: "First" }, { kind: "Second" }];
    const trace = bagTrace([], [[first, 1]], [[first, 1], [second, 1]], [[first, 1]], []); // biome-ignore format: a state is a list
    const history = messageHistoryOf(trace);
    expect(crossingIn(history)).toEqual(new Set(history.exchanges));
    expect(FORMATS.mermaid!(trace).match(/^ {2}p0--\)p1: .*$/gm)).toEqual([
      "  p0--)p1: First, received in step 4",
      "  p0--)p1: Second, received in step 3",
    ]);
    expect(FORMATS.plantuml!(trace).match(/^p0 -->> p1 : .*$/gm)).toHaveLength(2);
    expect(FORMATS.mermaid!(swmr)).not.toContain("--)");
  });
});

/** A sequence diagram, read again line by line. */
interface Drawn {
  readonly names: Map<string, string>;
  readonly lines: { kind: string; ids: string[]; text: string }[];
}

const notations = {
  mermaid: {
    participant: /^ {2}participant (p\d+) as (.*)$/,
    arrow: /^ {2}(p\d+)(->>|--\)|-x)(p\d+): (.*)$/,
    note: /^ {2}Note over (p\d+(?:,p\d+)?): (.*)$/,
    loop: /^ {2}(loop again and again|end)$/,
    other: /^(sequenceDiagram| {2}title (.*))$/,
    // Of the signs that mean something to Mermaid only entities are left, and the line breaks of the format.
    text: /^(?:[\p{L}\p{M}\p{N} .,()[\]→–×_+-]|#\d+;|<br\/>)*$/u,
    decode: (text: string) => text.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))),
    arrows: { "->>": "received", "--)": "sent", "-x": "refused" } as Record<string, string>,
  },
  plantuml: {
    participant: /^participant "(?<name>[^"]*)" as (?<id>p\d+)$/,
    arrow: /^(p\d+) (->|-->>|->x) (p\d+) : (.*)$/,
    note: /^note over (p\d+(?:, p\d+)?) : (.*)$/,
    loop: /^(loop again and again|end)$/,
    other: /^(@startuml|@enduml|title (.*))$/,
    text: /^(?:[\p{L}\p{M}\p{N} ]|([.,()[\]→–×_+-])(?!\1)|<U\+[0-9A-F]{4,}>|\\n)*$/u,
    decode: (text: string) =>
      text.replace(/<U\+([0-9A-F]+)>/g, (_, code) => String.fromCodePoint(Number.parseInt(code, 16))),
    arrows: { "->": "received", "-->>": "sent", "->x": "refused" } as Record<string, string>,
  },
};

function drawn(format: keyof typeof notations, trace: Trace): Drawn {
  const { participant, arrow, note, loop, other, text, decode, arrows } = notations[format];
  const names = new Map<string, string>();
  const lines: Drawn["lines"] = [];
  const plain = (words: string) => {
    expect(words).toMatch(text);
    return decode(words);
  };
  for (const line of FORMATS[format]!(trace).trimEnd().split("\n")) {
    const [named, sent, noted, looped] = [participant, arrow, note, loop].map((form) => form.exec(line));
    if (named) names.set(named.groups?.id ?? named[1]!, plain(named.groups?.name ?? named[2]!));
    else if (sent) lines.push({ kind: arrows[sent[2]!]!, ids: [sent[1]!, sent[3]!], text: plain(sent[4]!) });
    else if (noted) lines.push({ kind: "note", ids: noted[1]!.split(/, ?/), text: plain(noted[2]!) });
    else if (looped) lines.push({ kind: looped[1]!.split(" ")[0]!, ids: [], text: "" });
    else {
      const found = other.exec(line);
      expect(found, `not understood: ${line}`).not.toBeNull();
      plain(found![2] ?? "");
    }
  }
  return { names, lines };
}

describe.each(["mermaid", "plantuml"] as const)("as a sequence diagram for %s", (format) => {
  test.each(real)("what is received was sent before, by whom the arrow comes from: %s", (_, trace) => {
    const { names, lines } = drawn(format, trace);
    const arrows = lines.filter(({ kind }) => kind === "received" || kind === "refused");
    const steps = trace.states.map((state) => state["#meta"]).filter(({ message }) => message !== undefined);
    expect(arrows.map(({ text, ids }) => [text, ...ids.map((id) => names.get(id))])).toEqual(
      steps.map(({ message, binding }) => [showItf(message), binding.from, binding.to]),
    );
    for (const arrow of arrows) {
      const before = lines.slice(0, lines.indexOf(arrow));
      const sending = before.find(({ kind, ids, text }) =>
        kind === "note" && ids[0] === arrow.ids[0] && text.includes(`+ ${arrow.text} to ${names.get(arrow.ids[1]!)}`)); // biome-ignore format: a condition
      expect(sending, arrow.text).toBeDefined();
    }
  });

  test("every step has a note, at him who acts", () => {
    const { names, lines } = drawn(format, swmr);
    const notes = lines.filter(({ kind, text }) => kind === "note" && /^\d/.test(text));
    expect(notes.map(({ text }) => Number.parseInt(text, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(notes.map(({ ids }) => names.get(ids[0]!))).toEqual(["K2", "K1", "K2", "K1", "K2", "K1", "K1", "K2"]);
    expect(notes[1]!.text).toContain("K1 Modified → Shared");
    expect(lines.at(-1)!.text).toBe("Modified: K1; Shared: K2");
  });

  test("what has no rule is an arrow that is lost", () => {
    expect(drawn(format, relay).lines.filter(({ kind }) => kind === "refused")).toHaveLength(1);
  });

  test("a cycle's steps, and no others, stand in a loop", () => {
    const { lines } = drawn(format, lasso);
    const [from, to] = [lines.findIndex(({ kind }) => kind === "loop"), lines.findIndex(({ kind }) => kind === "end")];
    const inside = lines.slice(from, to).filter(({ kind }) => kind === "note");
    expect(inside.map(({ text }) => text.split(/[<\\]/)[0])).toEqual(["2 Request(P2)", "3 Acquire(P2)", "4 Leave(P2)"]);
    expect(drawn(format, standstill).lines.map(({ kind }) => kind)).not.toContain("loop");
  });

  test("nothing in a trace breaks out of its text", () => {
    const kinds = (trace: Trace) => drawn(format, trace).lines.map(({ kind }) => kind);
    expect(kinds(bad)).toEqual(kinds(lost));
    expect(FORMATS[format]!(bad).split("\n")).toHaveLength(FORMATS[format]!(lost).split("\n").length);
  });
});

describe("as a log for ShiViz", () => {
  /** Returns the events, read with the expression that the log begins with. */
  function events(trace: Trace) {
    const [parser, delimiter, ...lines] = FORMATS.shiviz!(trace).trimEnd().split("\n");
    expect([parser, delimiter]).toEqual([SHIVIZ_PARSER, ""]);
    return lines.map((line) => {
      const { host, clock, event } = new RegExp(`^${parser}$`).exec(line)!.groups!;
      return {
        host: host!,
        clock: new Map(Object.entries(JSON.parse(clock!) as Record<string, number>)),
        event: event!,
      };
    });
  }

  test.each([...all, ["hostile words", bad] as [string, Trace]])(
    "each event is the next of its host: %s",
    (_, trace) => {
      const log = events(trace);
      const seen = new Map<string, number>();
      for (const { host, clock } of log) {
        expect(clock.get(host)).toBe((seen.get(host) ?? 0) + 1);
        seen.set(host, clock.get(host)!);
        for (const [other, at] of clock) expect(at).toBeLessThanOrEqual(seen.get(other)!);
      }
      expect(log).toHaveLength(messageHistoryOf(trace).lifelines.length + lengthOf(trace));
    },
  );

  test.each(real)("who receives knows all that the sender knew, and the sender does not know of it: %s", (_, trace) => {
    const log = events(trace);
    const ofStep = (index: number) => log.find(({ event }) => index > 0 && event.startsWith(`${index} `))!;
    for (const { sentAt, receivedAt, to } of messageHistoryOf(trace).exchanges) {
      if (receivedAt === undefined) continue;
      const [sending, receiving] = [ofStep(sentAt), ofStep(receivedAt)];
      for (const [host, at] of sending.clock) expect(receiving.clock.get(host)).toBeGreaterThanOrEqual(at);
      expect(sending.clock.get(to) ?? 0).toBeLessThan(receiving.clock.get(to)!);
    }
  });

  test("who was told nothing knows nothing", () => {
    const [last] = events(swmr).slice(-1);
    expect(last).toMatchObject({ host: "K2" });
    // K1's steps 6 and 7 came after the last message that K2 got from K1.
    expect(Object.fromEntries(last!.clock)).toEqual({ K2: 5, K1: 3 });
  });
});

describe("as a digraph for Graphviz", () => {
  const STRING = String.raw`"(?:[^"\\\n]|\\[\\"n])*"`;
  const node = new RegExp(String.raw`^  s(\d+) \[label=${STRING}(?:, color=red)?\];$`);
  const edge = new RegExp(String.raw`^  s(\d+) -> s(\d+) \[label=${STRING}\];$`);
  const first = new RegExp(`^  label=${STRING};$`);
  function graph(trace: Trace) {
    const lines = FORMATS.dot!(trace).trimEnd().split("\n");
    const inner = lines.slice(3, -1);
    expect([lines[0], lines[2], lines.at(-1)]).toEqual([
      "digraph run {",
      "  node [shape=box, fontname=monospace];",
      "}",
    ]);
    expect(lines[1]).toMatch(first);
    const nodes = inner.flatMap((line) => node.exec(line)?.[1] ?? []).map(Number);
    const edges = inner
      .flatMap((line) => [edge.exec(line)])
      .flatMap((found) => (found ? [[Number(found[1]), Number(found[2])]] : []));
    expect(nodes.length + edges.length).toBe(inner.length);
    return { nodes, edges };
  }

  test("a run is a path", () => {
    const { nodes, edges } = graph(swmr);
    expect(nodes).toEqual(swmr.states.map((_, i) => i));
    expect(edges).toEqual(nodes.slice(1).map((i) => [i - 1, i]));
    expect(FORMATS.dot!(swmr)).toContain(String.raw`[label="Receive Fetch K2→K1\n+ Copy(data v1) K1→K2"]`);
  });

  test("a cycle is closed by an edge back, and its last state is no node again", () => {
    expect(graph(lasso)).toEqual({ nodes: [0, 1, 2, 3], edges: [[0, 1], [1, 2], [2, 3], [3, 1]] }); // biome-ignore format: edges
    expect(graph(standstill)).toEqual({ nodes: [0], edges: [[0, 0]] });
  });

  test("nothing in a trace ends its string", () => {
    expect(graph(bad)).toEqual(graph(lost));
    expect(FORMATS.dot!(bad)).toContain(String.raw`\\N &amp;lt;<b>`);
  });
});

/** Reads RFC 4180, without the writer's help. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let found = cell.exec(text); found; found = cell.exec(text)) {
    row.push(found[1]?.replaceAll('""', '"') ?? found[2]!);
    if (found[3] === ",") continue;
    rows.push(row);
    row = [];
  }
  expect(
    rows.map((cells) => cells.map(() => 0).length),
    "every row has as many cells",
  ).toEqual(rows.map(() => rows[0]!.length));
  return rows;
}

describe("as CSV", () => {
  test.each([...all, ["hostile words", bad] as [string, Trace]])(
    "every value of every state stands in its column: %s",
    (_, trace) => {
      const [head, ...rows] = csvRows(FORMATS.csv!(trace));
      expect(rows).toHaveLength(trace.states.length);
      rows.forEach((row, i) => {
        const { index, action, binding } = trace.states[i]!["#meta"];
        const actor = i === 0 ? "" : messageHistoryOf(trace).actors[i]!;
        expect(row.slice(0, 4)).toEqual([`${index}`, actor, action, Object.entries(binding).map((pair) => pair.join(" ")).join(", ")].map(onOneLine)); // biome-ignore format: a row
        const values = trace.vars.flatMap((variable) =>
          entriesOf(trace.states[i]!, variable).map(([place, value]) => [
            onOneLine(`${variable} ${place}`.trim()),
            onOneLine(showItf(value)),
          ]),
        );
        expect(head!.slice(4).map((name, column) => [name, row[column + 4]])).toEqual(values);
      });
    },
  );

  test.each([
    [",", ","],
    ['"', '"'],
    ["\n", " "],
    ["\r\n", " "],
    ["\u001b[31m", "\\u001b[31m"],
    ["\u202e", "\\u202e"],
  ])("a value with %j alone stays one cell of one line", (sign, shown) => {
    const trace = parseTrace(JSON.stringify(lasso).replaceAll('"wait"', JSON.stringify(`a${sign}b`)));
    expect(csvRows(FORMATS.csv!(trace)).flat()).toContain(`a${shown}b`);
  });

  test.each(["\n=1+1", "\t@x", " -1+1", "\u200b=1", "\uff1d1+1"])(
    "a value that hides a formula stays a text: %j",
    (formula) => {
      const trace = parseTrace(JSON.stringify(lasso).replaceAll('"wait"', JSON.stringify(formula)));
      for (const cell of csvRows(FORMATS.csv!(trace)).flat())
        expect(cell).not.toMatch(/^[\s\p{C}]*[=+@\uff1d]|^\s*-\D|^\s+-/u);
    },
  );

  test("a value that looks like a formula is a text, and a number a number", () => {
    const trace = parseTrace(JSON.stringify(lasso).replaceAll('"wait"', `"=1+1"`).replaceAll('"rest"', '"-5"'));
    const cells = csvRows(FORMATS.csv!(trace)).flat();
    expect(cells).toContain("'=1+1");
    expect(cells).not.toContain("=1+1");
    expect(cells).toContain("-5");
  });
});

describe("as plain ITF", () => {
  test("a walk violates nothing", () => {
    const { trace } = new Walk(new Instance(starvingMutex, {}));
    expect(JSON.parse(FORMATS.itf!(trace))["#meta"].description).toBe("a walk, which violates nothing");
    expect(JSON.parse(FORMATS.itf!(swmr))["#meta"].description).toBe("violates SWMR");
  });

  test.each(all)("has the values of the trace, and none of its own marks: %s", (_, trace) => {
    const itf = JSON.parse(FORMATS.itf!(trace));
    expect(itf.vars).toEqual(trace.vars);
    expect(JSON.stringify(itf)).not.toMatch(/#family|popcheck trace|"choice"/);
    itf.states.forEach((state: Record<string, unknown>, i: number) => {
      expect(Object.keys(state)).toEqual(["#meta", ...trace.vars]);
      expect(state["#meta"]).toMatchObject({ index: i });
      for (const variable of trace.vars) {
        const { "#family": _mark, ...value } = Object(trace.states[i]![variable]);
        expect(typeof state[variable] === "object" ? state[variable] : Object(state[variable])).toEqual(
          typeof state[variable] === "object" ? value : Object(trace.states[i]![variable]),
        );
      }
    });
  });
  test("a run that goes on for ever has its loop at the top, and no state twice for it", () => {
    const of = (trace: Trace) => JSON.parse(FORMATS.itf!(trace));
    expect(cycleLengthOf(lasso)).toBe(3);
    expect([of(lasso).loop, of(lasso).states.length]).toEqual([1, 4]);
    expect([of(standstill).loop, of(standstill).states.length]).toEqual([0, 1]);
    expect([of(swmr).loop, of(swmr).states.length]).toEqual([undefined, 9]);
  });
});
