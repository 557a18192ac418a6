/** The paper's experiment: its points, what is observed in them, and its pictures. */
import { describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { figure7Svg } from "../../checker/reports/figure-7-chart.js";
import { figure7Json, simulationJson } from "../../checker/reports/simulation-json.js";
import { figure7Report, inDigits, simulationReport } from "../../checker/reports/simulation-report.js";
import { plain } from "../../checker/reports/terminal.js";
import { ARRAYS, CHARTS, figure7, ITERATIONS } from "../../checker/simulation/figure-7.js";
import { DEFAULT_TIMES, Simulation } from "../../checker/simulation/simulate.js";
import { builtInWorkload } from "../../checker/simulation/workload.js";
import { lendingHome } from "./models.js";
import { popcornOf } from "./simulated.js";

const simulation = new Simulation(popcornOf({ stage: "4.7", kernels: 2 }));
const experiment = figure7(simulation, DEFAULT_TIMES, [1, 2], 64);
const of = {
  model: "popcorn",
  parameters: { stage: "4.7", kernels: 2 },
  given: { stage: "4.7" },
  carryPage: ["Copy"],
  workload: "figure-7: two threads",
};
const at = (letter: string, array: string, iterations: number) =>
  experiment.points.find((point) => [point.letter, point.array, point.iterations].join() === [letter, array, iterations].join())!; // biome-ignore format: one condition

test("has a point for each chart, array and number of iterations", () => {
  expect(experiment.points.length).toBe(CHARTS.length * ARRAYS.length * ITERATIONS.length);
  const { outcome } = at("c", "64 pages", 10);
  // Each of two threads goes ten times over 64 pages of 64 elements; the barrier adds a write, and a read or more.
  const accesses = outcome.figures.get("accesses")!.mean - 2 * 10 * 64 * 64;
  expect(accesses).toBeGreaterThanOrEqual(4);
  expect(accesses).toBeLessThan(10);
});

test("counts requests, Invalids and all the others", () => {
  const { counts, outcome } = at("d", "one page", 30);
  const sent = (kind: string) => outcome.messages.find((each) => each.kind === kind)?.sent.mean ?? 0;
  expect(counts.requests.mean).toBe(sent("Fetch") + sent("Fetch_Write"));
  expect(counts.Invalid.mean).toBe(sent("Invalid"));
  const all = counts.requests.mean + counts.Invalid.mean + counts.others.mean;
  expect(outcome.figures.get("messages")!.mean).toBeCloseTo(all, 9);
});

test("readers fetch each page once, whatever the iterations", () => {
  // In 4.7 the copies of one kernel are Modified at first: the other one fetches 64 pages, and the shared variable.
  for (const iterations of ITERATIONS)
    expect(at("b", "64 pages", iterations).counts.requests.mean).toBeGreaterThanOrEqual(65);
  const requests = ITERATIONS.map((iterations) => at("b", "64 pages", iterations).counts.requests.mean);
  expect(new Set(requests).size).toBe(1);
  expect(experiment.observations[0]).toMatchObject({ letter: "b", isFound: true });
});

test("an observation is found only where its figures say so", () => {
  for (const { says, isFound } of experiment.observations) {
    if (says.includes("more requests than")) {
      const isMore = ARRAYS.every(({ name }) => at("c", name, 90).counts.requests.mean > at("b", name, 90).counts.requests.mean); // biome-ignore format: one condition
      expect(isFound).toBe(isMore);
    }
    if (says.startsWith("with two writers and 64 pages")) {
      const messages = (array: string) => at("d", array, 90).outcome.figures.get("messages")!.mean;
      expect(isFound).toBe(messages("64 pages") < messages("one page"));
    }
  }
  expect(experiment.observations.map(({ isFound }) => isFound)).toContain(false);
});

test("a model without Fetch and Invalid is refused", () => {
  const other = new Simulation(new Instance(lendingHome as unknown as AnyModel));
  expect(() => figure7(other, DEFAULT_TIMES, [1])).toThrow(
    /^lending has no Fetch and Invalid, which the workload figure-7 counts/,
  );
});

describe("reports", () => {
  const text = figure7Report(experiment, of, plain);

  test("the text has the charts, the observations, and what it is worth", () => {
    for (const { letter, says } of CHARTS) expect(text).toContain(`(${letter}) ${says}\n`);
    expect(text).toMatch(/^found {8}\(b\) with two readers, more iterations change nothing/m);
    expect(text).toMatch(/^not found {4}\(c\) with one writer, all the other messages/m);
    expect(text).toMatch(/^64 pages, 90: requests +[\d,]+ {2}█/m);
    expect(text).toContain("no property was seen violated, in 90 runs\n");
    expect(text).toContain("a simulation is a sample of runs");
    expect(text).toContain("messages that create, migrate and synchronize threads are left out");
  });

  test("the picture has a curve for each array and series, in each chart", () => {
    const svg = figure7Svg(experiment, "Figure 7 <simulated>");
    expect(svg).toContain("<title>Figure 7 &lt;simulated&gt;</title>");
    expect(svg.match(/<path d="M[\d. L]+" fill="none"/g)!.length).toBe(CHARTS.length * ARRAYS.length * 2);
    expect(svg.match(/<circle /g)!.length).toBe(CHARTS.length * ARRAYS.length * 2 * ITERATIONS.length);
    expect(svg).not.toContain("NaN");
  });

  test("the JSON has the points and the observations", () => {
    const json = JSON.parse(JSON.stringify(figure7Json(experiment, of)));
    expect(json).toMatchObject({
      format: "popcheck simulate 1",
      model: "popcorn",
      seeds: [1, 2],
      processes: ["K1", "K2"],
    });
    expect(json.points.length).toBe(45);
    expect(json.points[0]).toMatchObject({ chart: "b", array: "below a page", iterations: 1 });
    expect(json.observations).toEqual(experiment.observations);
  });

  test("of a workload: figures with intervals, messages by receiver, violations, who is stuck", () => {
    const broken = new Simulation(popcornOf({ stage: "4.2", kernels: 3 }));
    const what = builtInWorkload("writers", 3, { pages: 1, elements: 4, iterations: 3, writeShare: 0 });
    const outcome = broken.run(what, DEFAULT_TIMES, [1, 2, 3]);
    const report = simulationReport(outcome, { ...of, workload: "writers" }, plain);
    expect(report).toMatch(/^messages per fault +[\d.]+ +± [\d.]+$/m);
    expect(report).toMatch(/^messages of each run +mean +95 % +to K1 +to K2 +to K3$/m);
    expect(report).toMatch(/^VIOLATED {5}SWMR, in \d of 3 runs; first with seed \d, at [\d.]+ us, on (page 1|the shared variable): Modified: K/m); // biome-ignore format: one pattern
    expect(report).toMatch(/^STUCK {8}in \d of 3 runs; first with seed \d: no message is under way/m);
    const json = JSON.parse(JSON.stringify(simulationJson(outcome, of)));
    expect(json.violations.map(({ property }: { property: string }) => property)).toContain("SWMR");
    expect(json.runs.map(({ seed }: { seed: number }) => seed)).toEqual([1, 2, 3]);
    expect(json.messages.Fetch.to).toEqual(Object.fromEntries(outcome.names.map((name, i) => [name, outcome.messages.find(({ kind }) => kind === "Fetch")!.toEach[i]]))); // biome-ignore format: one mapping
  });

  test.each([
    [0, "0"],
    [0.01234, "0.012"],
    [1.234, "1.23"],
    [12, "12"],
    [123.44, "123.4"],
    [123, "123"],
    [12345.6, "12,346"],
  ])("%f is written %s", (value, text) => {
    expect(inDigits(value)).toBe(text);
  });
});
