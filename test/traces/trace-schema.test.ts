/**
 * A trace file is input from a stranger: what is accepted can be shown in every way, and what is not is refused with
 * its place.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { Explainer } from "../../checker/explanation/explained.js";
import { Instance } from "../../checker/model/instance.js";
import { type AnyModel, withProperties } from "../../checker/model/model.js";
import { checkSync } from "../../checker/search/check.js";
import { popcornProperties } from "../../invariants/popcorn/index.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { dieHard } from "../../spec/toy/die-hard.js";
import { naiveMutex } from "../../spec/toy/naive-mutex.js";
import { starvingMutex } from "../../spec/toy/starving-mutex.js";
import { messageHistoryOf } from "../../traces/analysis/messages.js";
import { projectable } from "../../traces/analysis/processes.js";
import { raceOf } from "../../traces/analysis/race.js";
import { FORMATS } from "../../traces/formats/formats.js";
import { BadTrace, parseTrace } from "../../traces/formats/parse.js";
import { jsonSchemaOfTraces } from "../../traces/formats/schema.js";
import { pack, unpack } from "../../traces/page/pack.js";
import { pageModelOf } from "../../traces/page/page-model.js";
import { textOfTrace } from "../../traces/text/text.js";
import type { Trace } from "../../traces/trace.js";
import { folder, popcheck, root } from "../support/command-line.js";
import { dice } from "../support/dice.js";

type Dice = ReturnType<typeof dice>;
const pick = <T>(d: Dice, from: readonly T[]): T => from[d(from.length)]!;

/** @param explains whether the traces say why they violate their properties */
function counterexamples(model: AnyModel, given: object = {}, explains = false): [string, Trace][] {
  const instance = new Instance(model, { ...given });
  const explainer = new Explainer(instance);
  return checkSync(instance).properties.flatMap(({ name, trace }) =>
    trace === undefined
      ? []
      : [[`${model.name}: ${name}`, explains ? explainer.trace(trace) : trace] as [string, Trace]],
  );
}

const kernels = withProperties(popcorn, popcornProperties);
popcheck("check", "relay.ts", "--trace", "relay");
const relayText = readFileSync(join(folder, "relay", "relay-no-unspecified-reception.json"), "utf8");
const samples: [string, Trace][] = [
  ...counterexamples(kernels, { stage: "4.2", kernels: 2 }),
  ...counterexamples(dieHard),
  ...counterexamples(naiveMutex, {}, true),
  ...counterexamples(starvingMutex, {}, true),
  ["an unspecified reception", JSON.parse(relayText) as Trace],
];

/** Shows a trace with everything that reads one. */
function showInEveryWay(trace: Trace): void {
  for (const options of [{}, { width: 60, full: true }, { only: projectable(trace).slice(0, 1) }])
    textOfTrace(trace, options);
  messageHistoryOf(trace);
  raceOf(trace);
  pageModelOf(trace);
  for (const write of Object.values(FORMATS)) write(trace);
  expect(unpack(JSON.parse(JSON.stringify(pack([trace]))))).toHaveLength(1);
}

test.each(samples)("a counterexample of popcheck is a trace, and the same one when it was read: %s", (_, trace) => {
  const read = parseTrace(JSON.stringify(trace));
  expect(read).toEqual(trace);
  expect(Object.keys(read.states[0]!)).toEqual(Object.keys(trace.states[0]!));
  showInEveryWay(read);
});

type Bag = Record<string, unknown>;
const isBag = (value: unknown): value is Bag => typeof value === "object" && value !== null;

/** Returns every object or list in a value, with its keys. */
function insides(value: unknown): Bag[] {
  return isBag(value) ? [value, ...Object.values(value).flatMap(insides)] : [];
}

const STRANGE: readonly unknown[] = [null, true, -1, 1.5, 1e300, 1e15, "", "K1", "K9→K1", "#meta", "\u001b[2J", [], {}, [[]], [["K1"]], { "#map": [] }, { "#map": [], "#family": true }, { "#map": [[{ "#tup": [] }, 1]], "#family": true }, { "#set": [[], {}] }, { "#bigint": "007" }, { "#bigint": "x" }, { tag: "None" }, { "#tup": ["K1", "K1"] }, { kind: "Ack" }, { kind: 5 }, { "#family": true }, [null], ["K1", "K1"]]; // biome-ignore format: a list of values

/** Deletes, retypes, nests, doubles or exchanges something in a trace. */
function mutated(trace: Trace, d: Dice): string {
  const copy = JSON.parse(JSON.stringify(trace)) as Bag;
  for (let times = pick(d, [1, 1, 1, 2]); times > 0; times--) {
    // The place is drawn from the whole trace, from its header, or from one state, so that what stands at the top is
    // met as often as what stands deep.
    const places = pick(d, [
      insides(copy),
      insides(copy["#meta"]),
      [copy, ...insides(pick(d, [copy.states].flat() as Bag[]) ?? {})],
    ]).filter((each) => Object.keys(each).length > 0);
    const inside = pick(d, places.length > 0 ? places : [copy]);
    const key = pick(d, Object.keys(inside));
    const old = inside[key];
    const change = pick(d, ["delete", "retype", "retype", "nest", "double", "exchange", "add"]);
    if (change === "delete") Array.isArray(inside) ? inside.splice(Number(key), 1) : delete inside[key];
    else if (change === "nest")
      inside[key] = pick(d, [
        [old],
        { "#set": [old] },
        { a: old },
        { "#map": [[old, old]] },
        { tag: "Some", value: old },
      ]);
    else if (change === "double" && Array.isArray(inside)) inside.splice(Number(key), 0, old);
    else if (change === "exchange") inside[key] = structuredClone(pick(d, insides(copy)));
    else if (change === "add")
      inside[pick(d, ["#set", "#map", "#tup", "#bigint", "#family", "tag", "kind", "loop", "x"])] = pick(d, STRANGE);
    else inside[key] = pick(d, STRANGE);
  }
  return JSON.stringify(copy);
}

describe("a damaged trace", () => {
  test.each(samples)("is refused with a reason, or can be shown in every way: %s", (name, trace) => {
    const d = dice(samples.findIndex(([of]) => of === name) + 1);
    let [accepted, refused] = [0, 0];
    for (let i = 0; i < 45; i++) {
      const text = mutated(trace, d);
      let read: Trace | undefined;
      try {
        read = parseTrace(text);
      } catch (error) {
        if (!(error instanceof BadTrace)) throw new Error(`parsing ${text}`, { cause: error });
        expect(error.message).toMatch(/^[^\n\p{Cc}]{10,450}$/u);
        refused += 1;
        continue;
      }
      accepted += 1;
      try {
        showInEveryWay(read);
      } catch (error) {
        throw new Error(`showing ${text}`, { cause: error });
      }
    }
    expect(accepted).toBeGreaterThan(1);
    expect(refused).toBeGreaterThan(12);
  });

  const relay = () => structuredClone(JSON.parse(relayText)) as Bag & { "#meta": Bag; vars: string[]; states: Bag[] };
  type Relay = ReturnType<typeof relay>;
  const stepOf = (trace: Relay, index: number) => trace.states[index]!["#meta"] as Bag;
  const entries = (trace: Relay, index: number, variable: string) =>
    (trace.states[index]![variable] as { "#map": unknown[][] })["#map"];

  test.each<[string, (trace: Relay) => void, RegExp]>([
    ["a value deep inside", (t) => { entries(t, 0, "sent")[0]![1] = { a: { b: { "#set": 5 } } }; }, /^state 0, sent K1: "a b #set" is no list$/],
    ["a value of a pair", (t) => { entries(t, 0, "link")[1]![1] = { "#map": [[1]] }; }, /^state 0, link K2→K1: "#map 0" is too short$/],
    ["a value that changes late", (t) => { entries(t, 1, "sent")[1]![1] = { "#bigint": "1.5" }; }, /^state 1, sent K2: "#bigint" is no whole number$/],
    ["a mark that does not exist", (t) => { entries(t, 0, "sent")[0]![1] = { "#seq": [] }; }, /^state 0, sent K1: "#seq" is no name of a field$/],
    ["a place that is none", (t) => { entries(t, 0, "sent")[0]![0] = 5; }, /^state 0, sent: it is no map from places to values$/],
    ["a place with two values", (t) => { entries(t, 0, "sent").push(["K1", true]); }, /^state 0, sent K1: it has two values$/],
    ["a number that JSON has not", (t) => { entries(t, 0, "sent")[0]![1] = "INFINITE"; }, /^state 0, sent K1: it is no value of a model$/],
    ["a state", (t) => { t.states[1] = [] as never; }, /^state 1 (is no object|has no "#meta")$/],
    ["the #meta of a state", (t) => { delete t.states[1]!["#meta"]; }, /^state 1 has no "#meta"$/],
    ["an index", (t) => { stepOf(t, 1).index = 0; }, /^"index" of state 1 is 0: states are numbered from 0 on$/],
    ["an action", (t) => { stepOf(t, 1).action = 5; }, /^"action" of state 1 is no text$/],
    ["a binding", (t) => { stepOf(t, 1).binding = { from: null }; }, /^"binding from" of state 1 is no text$/],
    ["a message", (t) => { stepOf(t, 1).message = { "#tup": null }; }, /^"message #tup" of state 1 is no list$/],
    ["a choice", (t) => { stepOf(t, 1).choice = 0.5; }, /^"choice" of state 1 is no whole number$/],
    ["a choice below 0", (t) => { stepOf(t, 1).choice = -1; }, /^"choice" of state 1 is below 0$/],
    ["what a step says", (t) => { stepOf(t, 1).says = []; }, /^"says" of state 1 is no text$/],
    ["what it is called", (t) => { stepOf(t, 1).cell = {}; }, /^"cell" of state 1 is no text$/],
    ["why it cannot be", (t) => { stepOf(t, 1).unspecified = true; }, /^"unspecified" of state 1 is no text$/],
    ["the model", (t) => { delete t["#meta"].model; }, /^"model" in its "#meta" is missing$/],
    ["the format", (t) => { t["#meta"].format = "itf"; }, /^"format" in its "#meta" is not "ITF"$/],
    ["parameters", (t) => { t["#meta"].parameters = { n: [] }; }, /^"parameters n" in its "#meta" is no value of a model$/],
    ["a kind", (t) => { t["#meta"].property = { name: "x", says: "" }; }, /^"property kind" in its "#meta" is missing$/],
    ["a headline", (t) => { t["#meta"].headline = { copy: 1 }; }, /^"headline copy" in its "#meta" is no text$/],
    ["what is held back", (t) => { t["#meta"].heldBack = { copy: "queue" }; }, /^"heldBack copy" in its "#meta" is no list$/],
    ["a loop", (t) => { t["#meta"].loop = 1.5; }, /^"loop" in its "#meta" is no whole number$/],
    ["a loop from outside", (t) => { t["#meta"].loop = 99; }, /^its cycle begins at state 99, which it does not have$/],
    ["channels", (t) => { t["#meta"].channels = [1]; }, /^"channels 0" in its "#meta" is no text$/],
    ["a channel that is no variable", (t) => { t["#meta"].channels = ["lonk"]; }, /^lonk holds no messages: "channels" names it, and "vars" does not$/],
    ["a channel named twice", (t) => { t["#meta"].channels = ["link", "link"]; }, /^"channels" names link twice$/],
    ["a channel without messages", (t) => { t["#meta"].channels = ["sent"]; }, /^sent holds no messages in state 0, as a channel does$/],
    ["a variable named twice", (t) => { t.vars.push("sent"); }, /^"vars" names sent twice$/],
    ["a variable called #meta", (t) => { t.vars.push("#meta"); }, /^"vars" has #meta, which is no name of a variable$/],
    ["a variable called as what every object has", (t) => { t.vars.push("toString"); }, /^"vars" has toString, which is no name/],
    ["a variable without value", (t) => { delete t.states[1]!.sent; }, /^state 1 has no value for sent$/],
    ["vars", (t) => { t.vars = [1] as never; }, /^"vars" is no list of variables: number 0 is no text$/],
    ["states", (t) => { t.states = []; }, /^"states" is no list of states: it is too short$/],
    ["escape sequences in a name", (t) => { t.vars.push("a\u001b[2Jb\nc"); }, /^state 0 has no value for a\\u001b\[2Jb c$/],
  ])("is told by its place: %s", (_, damage, reason) => {
    const trace = relay();
    damage(trace);
    const text = JSON.stringify(trace).replace('"INFINITE"', "1e999");
    expect(() => parseTrace(text)).toThrow(BadTrace);
    expect(() => parseTrace(text)).toThrow(reason);
  }); // biome-ignore format: a row is a damage

  test("a byte order mark before it says nothing", () => {
    expect(parseTrace(`\ufeff${relayText}`)).toEqual(parseTrace(relayText));
    expect(() => parseTrace(`\ufeff\ufeff${relayText}`)).toThrow(/^it is not JSON/);
  });

  const nested = (levels: number, open: string, close: string) => `${open.repeat(levels)}1${close.repeat(levels)}`;
  const withValue = (value: string) => relayText.replace(/("K1",\s*)false/, (_, before) => before + value);

  test.each([
    ["lists", "[", "]"],
    ["records", '{"a":', "}"],
    ["sets", '{"#set":[', "]}"],
  ])("is refused, and does not use up the stack: %s nested without end", (_, open, close) => {
    expect(() => parseTrace(withValue(nested(100_000, open, close)))).toThrow(
      /^state 0, sent K1: it is nested deeper than 100 levels$/,
    );
    expect(() => parseTrace(relayText.replace('"vars"', `"x": ${nested(100_000, open, close)}, "vars"`))).toThrow(
      BadTrace,
    );
    expect(() => parseTrace(nested(100_000, open, close))).toThrow(BadTrace);
    expect(parseTrace(withValue(nested(40, open, close)))).toHaveProperty("vars");
  });

  test.each(["__proto__", "constructor", "valueOf", "toString", "hasOwnProperty"])(
    "is refused if it has a field that every object has by nature: %s",
    (name) => {
      expect(() => parseTrace(withValue(`{"${name}": {"polluted": 1}}`))).toThrow(/^state 0, sent K1: it has a field/);
      expect(() => parseTrace(relayText.replace('"vars"', `"${name}": {"polluted": 1}, "vars"`))).toThrow(BadTrace);
      expect(({} as Bag).polluted).toBeUndefined();
    },
  );
});

describe("the format is published", () => {
  test("docs/reference/trace.schema.json is the schema that files are validated by (vitest -u writes it)", async () => {
    await expect(`${JSON.stringify(jsonSchemaOfTraces(), undefined, 2)}\n`).toMatchFileSnapshot(
      join(root, "docs", "reference", "trace.schema.json"),
    );
  });

  test("docs/reference/trace.md tells of every field", () => {
    const page = readFileSync(join(root, "docs", "reference", "trace.md"), "utf8");
    type Schema = {
      properties?: Record<string, Schema>;
      items?: Schema;
      additionalProperties?: Schema;
      anyOf?: Schema[];
    };
    const fieldsOf = ({ properties = {}, items, anyOf = [] }: Schema): string[] => [
      ...Object.entries(properties).flatMap(([name, inner]) => [name, ...fieldsOf(inner)]),
      ...(items ? fieldsOf(items) : []),
      ...anyOf.flatMap(fieldsOf),
    ];
    const { $defs, ...top } = jsonSchemaOfTraces() as Schema & { $defs: Record<string, Schema> };
    const fields = new Set([top, ...Object.values($defs)].flatMap(fieldsOf));
    expect(fields.size).toBeGreaterThan(25);
    const documented = new Set([...page.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name));
    expect([...fields].filter((field) => !documented.has(field))).toEqual([]);
    expect([...documented].filter((field) => !fields.has(field!))).toEqual([]);
  });
});

/** Returns what a source file imports as soon as it is loaded, and what those files import. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(root, file), "utf8");
  for (const [, to] of text.matchAll(/^(?:import|export)(?! type)[^;]*? from "([^"]+)"/gm)) {
    if (!to!.startsWith(".")) seen.add(to!);
    else
      loadedBy(
        [".ts", ".tsx"]
          .map((end) => join(dirname(file), to!.replace(/\.js$/, end)))
          .find((path) => existsSync(join(root, path)))!,
        seen,
      );
  }
  return seen;
}

test.each(["checker/cli/popcheck.ts", "checker/cli/commands/check.ts", "traces/page/viewer.tsx"])(
  "the schema's library is loaded where a trace is read, and not by %s",
  (file) => {
    expect([...loadedBy(file)].filter((each) => each.includes("zod"))).toEqual([]);
    expect(loadedBy(file).size).toBeGreaterThan(5);
    expect(loadedBy("checker/cli/commands/replay.ts")).toContain("zod/mini");
  },
);
