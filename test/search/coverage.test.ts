/** What is counted as covered, against the naive explorer, and against what other commands say of the same. */
import { Record as ImmutableRecord } from "immutable";
import { describe, expect, test } from "vitest";
import { ObservedMachine } from "../../checker/diagram/observed-machine.js";
import { disabled, model, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { cellName } from "../../checker/model/table.js";
import { loadModel } from "../../checker/models/models.js";
import { checkSync } from "../../checker/search/check.js";
import {
  type CellStatus,
  type Coverage,
  type CoveredStates,
  isDecided,
  statusOfCell,
} from "../../checker/search/covered/coverage.js";
import type { SearchOptions } from "../../checker/search/options.js";
import { exceptRelease, releaseTest } from "../support/extent.js";
import { type NaiveCounts, naiveCoverage } from "../support/naive-coverage.js";
import type { NaiveFunctions } from "../support/naive-evaluations.js";
import halfUsed from "./models/half-used.js";
import mesi from "./models/mesi.js";
import oneHolder from "./models/one-holder.js";
import { twoInterchangeablePages } from "./models/two-pages.js";

async function instanceOf(name: string, given: object = {}): Promise<Instance> {
  const own = new Map<string, unknown>(
    [halfUsed, oneHolder, twoInterchangeablePages].map((model) => [model.name, model]),
  );
  const model = own.get(name) ?? (await loadModel(name)).model;
  return new Instance(model as AnyModel, { ...given }, true);
}

function coverageOf(instance: Instance, options: SearchOptions = {}): Coverage {
  return checkSync(instance, { ...options, coverage: true }).coverage!;
}

/** Puts a coverage into the form of the naive one, in which what has no state does not stand. */
function countsOf({ tables, actions, values }: Coverage): NaiveCounts {
  const counts: { [what: string]: CoveredStates & { readonly steps: number } } = {};
  for (const { field, values: held } of values)
    for (const value of held) counts[`value ${field} = ${value.name}`] = { ...value, steps: 0 };
  for (const { name, rows, columns, cells } of tables) {
    for (const row of rows) counts[`row ${name}: ${row.name}`] = { ...row, steps: 0 };
    for (const column of columns) counts[`column ${name}: ${column.name}`] = { ...column, steps: 0 };
    for (const { row, column, met, taken } of cells) {
      counts[`met ${name}: ${cellName(row, column)}`] = { ...met, steps: 0 };
      counts[`taken ${name}: ${cellName(row, column)}`] = taken;
    }
  }
  for (const { name, choices, ...action } of actions) {
    counts[`action ${name}`] = action;
    for (const { name: bound, values } of choices)
      for (const value of values) counts[`choice ${name} ${bound} ${value.name}`] = { ...value, steps: 0 };
  }
  return Object.fromEntries(
    Object.entries(counts)
      .filter(([, { states }]) => states > 0)
      .map(([what, { states, depth, steps }]) => [what, { states, depth: depth ?? -1, steps }]),
  );
}

/** Puts the functions into the form of the naive ones, in which what was never evaluated does not stand. */
function functionsOf({ functions }: Coverage) {
  const evaluated = functions.filter(({ evaluations }) => evaluations > 0);
  return Object.fromEntries(
    evaluated.map(({ of, name, evaluations, inputs, reads }) => {
      const found = reads.flatMap(({ read, found }) =>
        found.map(({ value, ...of }) => [`${read} = ${value}`, { ...of, depth: of.depth ?? -1 }] as const),
      );
      return [`${of} ${name}`, { evaluations, inputs, found: Object.fromEntries(found) }];
    }),
  );
}

/** The naive counts of functions in the same form. @param isDeep whether depths are known */
function naiveFunctions(functions: NaiveFunctions, isDeep: boolean) {
  return Object.fromEntries(
    Object.entries(functions).map(([name, { evaluations, inputs, found, messageReads }]) => {
      const read = [...found].filter(([what]) => {
        const [name] = what.split(" = ");
        return !/^message(\.|$)/.test(name!) || messageReads.has(name!);
      });
      const counts = read.map(([what, of]) => [what, { ...of, depth: isDeep ? of.depth : -1 }] as const);
      return [name, { evaluations, inputs: inputs.size, found: Object.fromEntries(counts) }];
    }),
  );
}

/** The counters of bindings by their action, in one order: the naive explorer calls them otherwise. */
function bindingsOf(counts: readonly (readonly [action: string, of: CoveredStates & { steps: number }])[]): string[] {
  return counts.map(([action, { states, depth, steps }]) => `${action} ${states} ${depth} ${steps}`).sort();
}

interface Case {
  readonly name: string;
  readonly given?: object;
  readonly isSlow?: boolean;
}

const cases: readonly Case[] = [
  { name: "half-used", given: { caches: 3 } },
  { name: "one-holder" },
  { name: "two-pages", given: { pages: 2, caches: 3 } },
  { name: "die-hard" },
  { name: "popcorn", given: { stage: "4.2", kernels: 2 }, isSlow: true },
  { name: "two-phase-commit", isSlow: true },
  { name: "msi-bus", given: { kernels: 3 }, isSlow: true },
  { name: "token-ring" },
  { name: "popcorn", given: { stage: "4.7", kernels: 2 }, isSlow: true },
  { name: "popcorn", given: { stage: "4.8", kernels: 2 }, isSlow: true },
  { name: "german", given: { nodes: 1, data: 2 }, isSlow: true },
  { name: "kddm", given: { kernels: 2 }, isSlow: true },
  { name: "ivy", given: { kernels: 2, manager: "dynamic-distributed" }, isSlow: true },
];
const ways: readonly (readonly [string, SearchOptions])[] = [
  ["with symmetry", { symmetry: true }],
  ["without symmetry", { symmetry: false }],
  ["with two threads", { threads: 2, levelForThreads: 1 }],
  ["depth first", { search: "dfs" }],
  ["of compressed states", { store: "compressed" }],
];

describe.each(exceptRelease(cases, ({ isSlow = false }) => isSlow))(
  "each counter is the naive explorer's: $name $given",
  async ({ name, given }) => {
    const instance = await instanceOf(name, given);
    const sets = instance.layout.indexSets();
    const reduced = coverageSets(instance);
    const naiveOf = {
      reduced: naiveCoverage(
        instance,
        sets.filter((set) => reduced.includes(set.name)),
      ),
      whole: naiveCoverage(instance, []),
    };
    test.each(ways)("%s", async (_, options) => {
      // The threads of a search before may have learnt of this instance.
      const coverage = coverageOf(await instanceOf(name, given), options);
      const naive = naiveOf[options.symmetry === false ? "whole" : "reduced"];
      const depth = options.search === "dfs" ? { depth: -1 } : {};
      const counts = Object.entries(naive.counts).map(([what, of]) => [what, { ...of, ...depth }] as const);
      const [bindings, others] = [true, false].map((are) =>
        counts.filter(([what]) => what.startsWith("binding ") === are),
      );
      expect(coverage.incomplete).toBeNull();
      expect(coverage.states).toBe(naive.states);
      expect(countsOf(coverage)).toEqual(Object.fromEntries(others!));
      expect(functionsOf(coverage)).toEqual(naiveFunctions(naive.functions, options.search !== "dfs"));
      const classes = coverage.actions.flatMap(({ name, bindings }) =>
        bindings.filter(({ states }) => states > 0).map((of) => [name, { ...of, depth: of.depth ?? -1 }] as const),
      );
      expect(bindingsOf(classes)).toEqual(bindingsOf(bindings!.map(([what, of]) => [what.split(" ")[1]!, of])));
    });
  },
);

function coverageSets(instance: Instance): readonly string[] {
  return checkSync(instance, { maxDepth: 0 }).symmetry.sets;
}

describe("what is uncovered", () => {
  const agree = (model: AnyModel, given: Readonly<Record<string, unknown>>) => {
    const outcome = checkSync(new Instance(model, given), { coverage: true });
    const cells = outcome.coverage!.tables.flatMap(({ cells }) => cells);
    const named = (...status: CellStatus[]) =>
      cells
        .filter((cell) => status.includes(statusOfCell(cell)))
        .map(({ row, column }) => [row, cellName(row, column)]);
    const { goals } = outcome.properties.find(({ kind }) => kind === "coverage")!;
    expect(new Set(goals!.unmet)).toEqual(new Set(named("never").map(([, cell]) => cell)));
    const machine = new ObservedMachine(model, given);
    checkSync(machine.instance);
    const { rows } = outcome.coverage!.tables[0]!;
    const isEntered = (row: string) => rows.some(({ name, states }) => name === row && states > 0);
    const unreached = named("never").map(([row, cell]) => (isEntered(row!) ? cell : row));
    const stalling = named("stalled").map(([, cell]) => cell);
    const drawn = machine.machine(undefined);
    expect(new Set(drawn.unreached)).toEqual(new Set(unreached));
    expect(new Set(drawn.stalling)).toEqual(new Set(stalling));
    return { unreached: unreached.length, stalling: stalling.length };
  };

  test("agrees with the property of cells, as verify records it, and with the diagram", () => {
    expect(agree(halfUsed, {})).toEqual({ unreached: 4, stalling: 1 });
  });

  releaseTest("agrees with them of Popcorn", async () => {
    const { model } = await loadModel("popcorn");
    expect(agree(model, { stage: "4.2", kernels: 3 })).toEqual({ unreached: 0, stalling: 0 });
    expect(agree(model, { stage: "4.7", kernels: 3, network: "fifo" })).toEqual({ unreached: 1, stalling: 0 });
  });

  test("of an incomplete search, it says why, and counts the states that were looked at", async () => {
    const { coverage, distinct } = checkSync(await instanceOf("german", { nodes: 2, data: 1 }), {
      coverage: true,
      maxStates: 500,
    });
    expect(coverage!.incomplete).toMatch(/--max-states/);
    expect(coverage!.states).toBeGreaterThan(100);
    expect(coverage!.states).toBeLessThanOrEqual(distinct);
  });

  test("names what is never used, and nothing else", () => {
    const coverage = coverageOf(new Instance(halfUsed, {}, true));
    const states = (of: readonly { readonly name: string; readonly states: number }[]) =>
      of.filter(({ states }) => states === 0).map(({ name }) => name);
    const [table] = coverage.tables;
    expect(states(table!.rows)).toEqual(["X"]);
    expect(states(table!.columns)).toEqual(["Refuse"]);
    expect(table!.cells.map((cell) => `${cell.row} ${cell.column} ${statusOfCell(cell)}`)).toEqual([
      ...["I Grant impossible", "I Refuse impossible", "W Grant taken", "W Refuse never"],
      ...["S Grant stalled", "S Refuse never", "X Grant never", "X Refuse never"],
    ]);
    expect(states(coverage.actions)).toEqual(["Wait"]);
    expect(coverage.actions[0]!.choices.map(({ name, values }) => [name, states(values)])).toEqual([
      ["how", ["never"]],
    ]);
    expect(coverage.parameters.filter(({ isRead }) => !isRead).map(({ name }) => name)).toEqual(["quick"]);
    expect(coverage.unread).toEqual([
      { field: "copy.note", of: "variable" },
      { field: "total", of: "variable" },
      { field: "down.Grant.stamp", of: "message" },
    ]);
  });

  test("tells which values functions found where they read, and which they never did", () => {
    const functions = coverageOf(new Instance(oneHolder, {}, true)).functions;
    const told = functions.map(({ of, name, evaluations, inputs, reads }) => [
      `${of} ${name}: ${evaluations} evaluations, ${inputs} inputs`,
      ...reads.map(({ read, found, never }) => {
        const values = found.map(({ value, evaluations, depth }) => `${value} ${evaluations} @${depth}`);
        return `${read}: ${values.join(", ")}; never ${never.join(", ")}`;
      }),
    ]);
    // Two states: nobody holds it, and somebody does, which is one of three nodes.
    expect(told).toEqual([
      [
        "action Take: 6 evaluations, 3 inputs",
        "busy: false 6 @0; never true",
        "owner: n 1 @1, null 3 @0, other node 2 @1; never ",
      ],
      [
        "action Give: 6 evaluations, 2 inputs",
        "has[n]: false 5 @0, true 1 @1; never ",
        "level: 1 1 @1; never 0",
        "owner: n 1 @1; never null, other node",
      ],
      [
        "invariant an owner has it: 2 evaluations, 2 inputs",
        "has[any node]: false 2 @0, true 1 @1; never ",
        "owner: any node 1 @1, null 1 @0; never ",
      ],
    ]);
    expect(functions.flatMap(({ reads }) => reads.filter(isDecided).map(({ read }) => read))).toEqual([
      "busy",
      "level",
      "owner",
    ]);
  });

  test("lists the values that are held, those that are declared and never are, and the range of numbers", () => {
    const told = (model: AnyModel) =>
      coverageOf(new Instance(model, {}, true)).values.map(
        ({ field, of, values, least, greatest, declared, never }) => {
          const held = values.map(({ name, states, depth }) => `${name} ${states} @${depth}`).join(", ");
          return [`${of} ${field}: ${held}`, least, greatest, declared, never];
        },
      );
    expect(told(oneHolder)).toEqual([
      ["variable owner: null 1 @0, some node 1 @1", null, null, null, []],
      ["variable has: false 2 @0, true 1 @1", null, null, "booleans", []],
      ["variable level: 0 1 @0, 1 1 @1", 0, 1, null, []],
      ["variable busy: false 2 @0", null, null, "booleans", ["true"]],
    ]);
    const [at, ...others] = told(halfUsed);
    expect(at!.slice(3)).toEqual(["rows of copies", ["X"]]);
    // The kind of a message is told by its column; a message is counted with what it holds, not with what it could.
    expect(others.map(([what]) => /^\w+ ([^:]*)/.exec(what as string)![1])).toEqual([
      ...["copy.data", "copy.note", "copy.seen", "down", "down.Grant.data", "down.Grant.stamp", "total"],
    ]);
  });

  test("knows what only a step invariant reads, of what a step has written", () => {
    class Pair extends ImmutableRecord({ count: 0, ghost: 0 }) {}
    const { action, alwaysStep } = vocabulary<StateOf<{ pair: ReturnType<typeof single<Pair>> }>>();
    const unread = (reads: boolean) =>
      coverageOf(
        new Instance(
          model({
            name: "pair",
            about: "every step writes the only variable",
            parameters: {},
            variables: () => ({ pair: single(new Pair()) }),
            actions: () => [
              action("Count", {}, (state) =>
                state.pair().count < 2
                  ? state.withPair(state.pair().merge({ count: state.pair().count + 1, ghost: 1 }))
                  : disabled,
              ),
            ],
            properties: () => [
              alwaysStep({
                name: "ghost",
                says: "it is 1",
                for: {},
                holds: (_, after) => (reads ? after.pair().ghost === 1 : true),
                explain: () => "it is not",
              }),
            ],
          }) as AnyModel,
        ),
      ).unread.map(({ field }) => field);
    expect(unread(false)).toEqual(["pair.ghost"]);
    expect(unread(true)).toEqual([]);
  });

  test("tells an impossible cell that is met from one that is not", async () => {
    const given = { upgrade: "impossible" };
    const cells = coverageOf(new Instance(mesi as never, given, true)).tables.flatMap(({ cells }) => cells);
    const met = cells.filter((cell) => statusOfCell(cell) === "met");
    expect(met.map(({ row, column, says }) => [row, column, says])).toEqual([
      ["SM_W", "Inv", "RACE: nobody thought of it"],
    ]);
  });
});
