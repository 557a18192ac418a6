/** The colours of states: of the model and not of the run, legible, and as far as can be from each other. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ObservedMachine } from "../../checker/diagram/observed-machine.js";
import { stateDiagram } from "../../checker/diagram/state-diagram.js";
import { Instance } from "../../checker/model/instance.js";
import { renumber, successorsOf } from "../../checker/model/reference.js";
import { standingsOf } from "../../checker/model/standings.js";
import { format } from "../../checker/model/value.js";
import { loadModel } from "../../checker/models/models.js";
import { packageRoot } from "../../checker/package.js";
import { checkSync } from "../../checker/search/check.js";
import { colourNumbered, colourNumbersOf, FILLS, INK } from "../../traces/analysis/state-colours.js";
import { coloursOf } from "../../traces/page/drawing.js";
import { pageModelOf } from "../../traces/page/page-model.js";
import type { Trace } from "../../traces/trace.js";
import mesi from "../search/models/mesi.js";
import { counterexampleOf } from "../support/counterexamples.js";

const coloursIn = (...traces: Trace[]) => coloursOf(traces.map(pageModelOf));
const of42 = await counterexampleOf("popcorn", { stage: "4.2", kernels: 2 }, "SWMR");
const of48 = await counterexampleOf(
  "popcorn",
  { stage: "4.8", kernels: 3, invalidInUnmapped: "impossible" },
  "no unspecified reception",
);
const withoutStandings = (trace: Trace): Trace => {
  const { standings: _, ...meta } = trace["#meta"];
  return { ...trace, "#meta": meta };
};

describe("one colour for a state, whatever run or picture shows it", () => {
  test("runs of different stages agree, alone and beside each other", () => {
    const [small, large, both] = [coloursIn(of42), coloursIn(of48), coloursIn(of48, of42)];
    const shared = [...small.keys()].filter((standing) => large.has(standing));
    expect(shared).toEqual(expect.arrayContaining(["Invalid", "Shared", "Modified"]));
    for (const standing of shared) {
      expect(large.get(standing)).toBe(small.get(standing));
      expect(both.get(standing)).toBe(small.get(standing));
    }
    expect(small.get("Invalid")).toBe(0);
  });

  test("a diagram fills a state with the colour that runs give it", async () => {
    const observed = new ObservedMachine((await loadModel("popcorn")).model, { stage: "4.2", kernels: 2 });
    const machine = observed.machine(checkSync(observed.instance).incomplete);
    const drawn = stateDiagram(machine);
    const colours = coloursIn(of42);
    for (const state of machine.states) {
      const fill = FILLS[colourNumbered(colours.get(state)!).fill];
      expect(drawn).toContain(`[label="${state}", fillcolor="${fill}"`);
    }
  });

  test("what a run meets and its model does not declare goes by its name, not by its turn", () => {
    const [first, second] = [
      ["busy", "idle"],
      ["idle", "busy"],
    ].map((met) => colourNumbersOf([], met));
    expect(first).toEqual(second);
    // A run that meets less gives the rest the same colours, unless two names ask for one.
    expect(colourNumbersOf(["a", "b"], ["idle"]).get("a")).toBe(0);
    const many = Array.from({ length: 40 }, (_, i) => `state ${i}`);
    expect(new Set(colourNumbersOf(["a"], many).values()).size).toBe(41);
  });

  test("a trace of an earlier release, which says nothing of its model's states, has colours too", () => {
    const colours = coloursIn(withoutStandings(of42));
    expect(new Set(colours.values()).size).toBe(colours.size);
    expect(colours.has("Modified")).toBe(true);
  });

  test("beyond the last fill they begin again, with dashed outlines", () => {
    expect(colourNumbered(FILLS.length)).toEqual({ fill: 0, dashed: true });
    const names = Array.from({ length: 2 * FILLS.length }, (_, number) => JSON.stringify(colourNumbered(number)));
    expect(new Set(names).size).toBe(2 * FILLS.length);
  });
});

describe("where a model says that processes can stand", () => {
  const standings = (model: unknown, given = {}) => standingsOf(new Instance(model as never, given));

  test.each(["popcorn", "german", "naive-mutex", "peterson", "starving-mutex", "token-ring", "two-phase-commit"])(
    "%s declares it, and its states stay within",
    async (name) => {
      const instance = new Instance((await loadModel(name)).model, {});
      const { standings, headline } = instance.model;
      const [[variable, declared]] = Object.entries(standings!) as [[string, readonly string[]]];
      const field = headline?.[variable];
      const family = instance.layout.familyOf(variable);
      const met = new Set<string>();
      const seen = new Set<string>();
      const waiting = instance.initial.map((values) => renumber(values, "in order"));
      while (seen.size < 300 && waiting.length > 0) {
        const values = waiting.shift()!;
        const known = seen.size;
        if (seen.add(values.map(format).join(";")).size === known) continue;
        for (const [slot, value] of values.entries()) {
          if (instance.layout.slots[slot]!.family !== family) continue;
          met.add(String(field === undefined ? value : (value as { get(field: string): unknown }).get(field)));
        }
        for (const { next } of successorsOf(instance, values)) if (next) waiting.push(renumber(next, "in order"));
      }
      expect(met.size).toBeGreaterThan(1);
      expect([...met].filter((standing) => !declared.includes(standing))).toEqual([]);
    },
  );

  test("the rows of the receive table say it, if the model does not", () => {
    expect(standings(mesi).cache!.slice(0, 2)).toEqual(["I", "S"]);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ["no variable", { page: ["a"] }, /standings names the variable page, and there is none: location, locked/],
    ["no list", { location: "rest" }, /standings of location is the text "rest"\n {2}Give a list of names/],
    ["a name twice", { location: ["rest", "set", "rest"] }, /standings of location names rest twice/],
    ["no initial standing", { location: ["set"] }, /location stands in rest in an initial state.*standings are set/],
  ])("%s is refused", async (_, standings, message) => {
    const { model } = await loadModel("naive-mutex");
    expect(() => new Instance({ ...model, standings } as never, {})).toThrow(message);
  });
});

describe("the fills", () => {
  const linear = (hex: string) =>
    [1, 3, 5].map((at) => {
      const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
  const luminance = ([r, g, b]: number[]) => 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  const contrast = (a: string, b: string) => {
    const [dark, light] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => x - y);
    return (light! + 0.05) / (dark! + 0.05);
  };
  /** Lab of Ottosson, in which distances agree with the eye. */
  const lab = ([r, g, b]: number[]) => {
    const l = Math.cbrt(0.4122214708 * r! + 0.5363325363 * g! + 0.0514459929 * b!);
    const m = Math.cbrt(0.2119034982 * r! + 0.6806995451 * g! + 0.1073969566 * b!);
    const s = Math.cbrt(0.0883024619 * r! + 0.2817188376 * g! + 0.6299787005 * b!);
    return [
      0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ];
  };
  /** What eyes without one kind of cone see (Machado, Oliveira and Fernandes 2009). */
  const eyes: Record<string, number[][]> = {
    protan: [
      [0.152286, 1.052583, -0.204868],
      [0.114503, 0.786281, 0.099216],
      [-0.003882, -0.048116, 1.051998],
    ],
    deutan: [
      [0.367322, 0.860646, -0.227968],
      [0.280085, 0.672501, 0.047413],
      [-0.01182, 0.04294, 0.968881],
    ],
  };
  const seen = (eye: number[][] | undefined, hex: string) => {
    const rgb = linear(hex);
    return lab(eye ? eye.map((row) => Math.max(0, row[0]! * rgb[0]! + row[1]! * rgb[1]! + row[2]! * rgb[2]!)) : rgb);
  };
  const leastDistance = (eye: number[][] | undefined) =>
    Math.min(
      ...FILLS.flatMap((a, i) =>
        FILLS.slice(i + 1).map((b) => {
          const [x, y] = [seen(eye, a), seen(eye, b)];
          return Math.hypot(x[0]! - y[0]!, x[1]! - y[1]!, x[2]! - y[2]!);
        }),
      ),
    );

  test("carry their text with a contrast of AA, and stand out from dark paper", () => {
    for (const fill of FILLS) {
      expect(contrast(fill, INK)).toBeGreaterThan(4.5);
      expect(contrast(fill, "#16181c")).toBeGreaterThan(3);
    }
  });

  test("are told apart, also by eyes that see no red or no green", () => {
    expect(leastDistance(undefined)).toBeGreaterThan(0.07);
    for (const eye of Object.values(eyes)) expect(leastDistance(eye)).toBeGreaterThan(0.06);
  });

  test("are those of the page's style", () => {
    const style = readFileSync(join(packageRoot, "traces", "page", "chart.css"), "utf8");
    const inStyle = [...style.matchAll(/^\.colour-(\d+) \{\n {2}fill: (#\w+);/gm)].map(([, i, fill]) => [i, fill]);
    expect(inStyle).toEqual(FILLS.map((fill, i) => [`${i}`, fill]));
  });
});
