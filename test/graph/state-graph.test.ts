/** The state graph as data: the counts of a check, and the graph that the naive semantics has. */
import { describe, expect, test } from "vitest";
import { GRAPH_FORMATS } from "../../checker/graph/graph-formats.js";
import { type StateGraphData, stateGraphOf } from "../../checker/graph/state-graph-data.js";
import { Instance } from "../../checker/model/instance.js";
import { type AnyModel, withProperties } from "../../checker/model/model.js";
import { checkSync } from "../../checker/search/check.js";
import { popcornProperties } from "../../invariants/popcorn/index.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { dieHard } from "../../spec/toy/die-hard.js";
import { naiveMutex } from "../../spec/toy/naive-mutex.js";
import { tokenRing } from "../../spec/toy/token-ring.js";
import { popcheck } from "../support/command-line.js";
import { exceptRelease } from "../support/extent.js";
import { OwnSemantics, type OwnValues } from "../support/own-semantics.js";

const cases: [string, AnyModel, object][] = [
  ["popcorn 4.2", withProperties(popcorn, popcornProperties), { stage: "4.2", kernels: 2 }],
  ["popcorn 4.3", withProperties(popcorn, popcornProperties), { stage: "4.3", kernels: 2 }],
  ["naive-mutex", naiveMutex, {}],
  ["die-hard", dieHard, {}],
  ["token-ring", tokenRing, {}],
];

/** A graph whose states are numbered, with actions as labels. */
interface PlainGraph {
  readonly initial: readonly number[];
  readonly states: number;
  readonly edges: readonly (readonly [from: number, action: string, to: number])[];
}

/** Makes the graph by a semantics of the tests' own. */
function naiveGraph({ model, parameters }: Instance): PlainGraph {
  const semantics = new OwnSemantics(model, parameters);
  const numbers = new Map<string, number>();
  const frontier: OwnValues[] = [];
  const numberOf = (next: OwnValues): number => {
    const values = semantics.renumbered(next);
    const key = semantics.text(values);
    if (!numbers.has(key)) frontier.push(values);
    numbers.set(key, numbers.get(key) ?? numbers.size);
    return numbers.get(key)!;
  };
  const initial = [...new Set(semantics.initial.map(numberOf))];
  const edges: [number, string, number][] = [];
  for (let from = 0; from < frontier.length; from++)
    for (const { next, action } of semantics.steps(frontier[from]!))
      if (next) edges.push([from, action.name, numberOf(next)]);
  return { initial, states: frontier.length, edges };
}

/** Reads a graph in the Aldebaran format. */
function readAut(text: string): PlainGraph {
  const [head, ...lines] = text.trimEnd().split("\n");
  const [, first, count, states] = /^des \((\d+),(\d+),(\d+)\)$/.exec(head!)!.map(Number);
  const edges = lines.map((line) => {
    const [, from, label, to] = /^\((\d+),"([^"]+)",(\d+)\)$/.exec(line)!;
    return [Number(from), /^\w+/.exec(label!)![0], Number(to)] as const;
  });
  expect(edges).toHaveLength(count!);
  return { initial: [first!], states: states!, edges };
}

/** Colours the states until no round tells more of them apart, and returns how many states have each colour. */
function colourings({ initial, states, edges }: PlainGraph): string[] {
  let colours: string[] = Array.from({ length: states }, (_, i) => (initial.includes(i) ? "initial" : ""));
  for (let kinds = 0; new Set(colours).size > kinds; ) {
    kinds = new Set(colours).size;
    const around = colours.map((colour) => [colour]);
    for (const [from, action, to] of edges) {
      around[from]!.push(`> ${action} ${colours[to]}`);
      around[to]!.push(`< ${action} ${colours[from]}`);
    }
    const texts = around.map(([own, ...others]) => [own, ...others.sort()].join("\n"));
    const ranks = new Map([...new Set(texts)].sort().map((text, rank) => [text, String(rank)]));
    colours = texts.map((text) => ranks.get(text)!);
  }
  return [...colours].sort();
}

const transitionsOf = ({ transitions }: StateGraphData) =>
  transitions.map(({ from, action, to }) => [from, action, to] as const);

describe.each(exceptRelease(cases, ([name]) => name === "popcorn 4.3"))("the graph of %s", (_, model, given) => {
  const instance = new Instance(model, { ...given });
  const whole = stateGraphOf(instance, { symmetry: false });

  test.each([true, false])("has the states and transitions that check counts, with symmetry: %s", (symmetry) => {
    const { distinct, generated, symmetry: inForce } = checkSync(instance, { symmetry });
    const graph = symmetry ? stateGraphOf(instance) : whole;
    expect([graph.states.length, graph.transitions.length]).toEqual([distinct, generated]);
    expect(graph.orbits).toEqual(inForce.sets);
    expect(graph.initial.length).toBeGreaterThan(0);
  });

  test("is, read back from .aut, the graph of the naive semantics", () => {
    const naive = naiveGraph(instance);
    const read = readAut(GRAPH_FORMATS.aut!(whole));
    const isPlain = whole.initial.length === 1;
    // Several initial states are reached from one more.
    if (!isPlain) expect(read.states).toBe(whole.states.length + 1);
    const compared = isPlain
      ? read
      : { initial: whole.initial, states: whole.states.length, edges: transitionsOf(whole) };
    expect([compared.states, compared.edges.length]).toEqual([naive.states, naive.edges.length]);
    expect(colourings(compared)).toEqual(colourings(naive));
    if (isPlain) expect(read.edges).toEqual(transitionsOf(whole));
  });
});

describe("popcheck export --graph", () => {
  test("writes the graph with its counts, and says what a state stands for", () => {
    const { status, stdout, stderr } = popcheck(
      "export",
      "--graph",
      "aut",
      "popcorn",
      "--stage",
      "4.2",
      "--kernels",
      "2",
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^des \(0,85,45\)\n/);
    expect(stdout).toContain('"Receive Fetch K2→K1"');
    expect(stderr).toBe("the graph has 45 states, 85 transitions; a state stands for all renamings of: kernel\n");
    const apart = popcheck("export", "naive-mutex", "--graph", "json", "--no-symmetry");
    const graph = JSON.parse(apart.stdout) as StateGraphData;
    expect(graph).toEqual(JSON.parse(JSON.stringify(stateGraphOf(new Instance(naiveMutex), { symmetry: false }))));
    expect(graph.orbits).toEqual([]);
    expect(graph.states[0]).toEqual({ "location[P1]": "rest", "location[P2]": "rest", locked: false });
    expect(popcheck("export", "naive-mutex", "--graph", "dot").stdout).toContain('[label="Request(P1)"]');
  });

  test.each<[string, string[], RegExp]>([
    ["a graph that is too large", ["die-hard", "--graph", "aut", "--max-states", "5"], /has more than 5 states/],
    ["a format that is none", ["die-hard", "--graph", "svg"], /--graph takes dot, json, aut, not svg/],
    [
      "two formats",
      ["die-hard", "--graph", "aut", "--format", "dot"],
      /--format is for a trace, and --graph for a model/,
    ],
    ["a bound for a trace", ["x.json", "--format", "dot", "--max-states", "5"], /--max-states is for --graph/],
  ])("refuses %s, and writes nothing", (_, words, message) => {
    const { status, stdout, stderr } = popcheck("export", ...words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  test("a graph of just as many states is none too many", () => {
    expect(stateGraphOf(new Instance(dieHard), { maxStates: 16 }).states).toHaveLength(16);
    expect(() => stateGraphOf(new Instance(dieHard), { maxStates: 15 })).toThrow("more than 15 states");
  });
});
