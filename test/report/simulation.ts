/**
 * The tables of docs/explanation/simulation.md: what the paper's section 6 measures, and what it could not measure. All
 * figures are computed here, and are the same on any machine.
 */
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import { figure7Svg } from "../../checker/reports/figure-7-chart.js";
import { inDigits } from "../../checker/reports/simulation-report.js";
import { skewRuleOf } from "../../checker/simulation/clocks.js";
import { ARRAYS, CHARTS, type Figure7, figure7, ITERATIONS } from "../../checker/simulation/figure-7.js";
import { latencyRuleOf } from "../../checker/simulation/latency.js";
import {
  DEFAULT_TIMES,
  type FigureName,
  Simulation,
  type SimulationOutcome,
} from "../../checker/simulation/simulate.js";
import type { TimeModel } from "../../checker/simulation/simulated-run.js";
import { type BuiltInWorkload, builtInWorkload, type Workload } from "../../checker/simulation/workload.js";
import { table, withTables } from "./markdown.js";

const { model } = await loadModel("popcorn");

type Parameters = Readonly<Record<string, unknown>>;

const seedsUpTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

function simulated(parameters: Parameters, workload: Workload, seeds: number, times: Partial<TimeModel> = {}) {
  const simulation = new Simulation(new Instance(model, parameters));
  return simulation.run(workload, { ...DEFAULT_TIMES, ...times }, seedsUpTo(seeds));
}

const PAGES = 4;

/**
 * A built-in workload of threads on the first kernels; the other kernels run none. It has no barrier, at which all
 * kernels write one page at once: of many kernels, that would be most of what is measured.
 * @param visits how often a thread visits some page
 */
function workload(name: BuiltInWorkload, threads: number, visits: number, pages = PAGES): Workload {
  const size = { pages, elements: 256, iterations: Math.ceil(visits / pages), writeShare: 0.3 };
  const { threads: programs, ...others } = builtInWorkload(name, threads, size);
  const visitsOf = (program: (typeof programs)[number]) =>
    program && ((seed: number) => [...program(seed)].filter(({ kind }) => kind !== "barrier").slice(0, visits));
  return { ...others, threads: programs.map(visitsOf) };
}

const MEASURED: readonly (readonly [FigureName, string])[] = [
  ["faults", "faults"],
  ["messages per fault", "messages per fault"],
  ["latency of a fault, mean", "latency, mean"],
  ["latency of a fault, 99 %", "99 %"],
  ["retries per write fault", "retries per write"],
];
const HEADS = MEASURED.map(([, head]) => head);

function measured(outcome: SimulationOutcome): string[] {
  return MEASURED.map(([name]) => {
    const of = outcome.figures.get(name);
    return of === undefined ? "–" : `${inDigits(of.mean)}${of.halfWidth ? ` ± ${inDigits(of.halfWidth)}` : ""}`;
  });
}

/** What went wrong: in how many runs a property was violated, a read was stale, or threads waited for ever. */
function wrongIn({ runs }: SimulationOutcome): string {
  const count = (isSo: (run: (typeof runs)[number]) => boolean) => runs.filter(isSo).length;
  const parts = [
    [count(({ violations }) => violations.size > 0), "violated"],
    [count(({ staleReads }) => staleReads > 0), "stale reads"],
    [count(({ stuck }) => stuck !== undefined), "stuck"],
  ] as const;
  const told = parts.flatMap(([number, what]) => (number === 0 ? [] : [`${number} of ${runs.length} ${what}`]));
  return told.join(", ") || "–";
}

const STAGES = ["4.7", "4.8", "repaired", "repaired-4.8"];

/** By number of kernels: the visits of each, and the seeds. Runs with many kernels take long. */
const SIZES = [
  [2, 16, 20],
  [3, 16, 20],
  [4, 16, 10],
  [8, 4, 5],
  [16, 2, 3],
] as const;

function byKernels(): string {
  const rows = STAGES.flatMap((stage) =>
    SIZES.map(([kernels, visits, seeds]) => {
      const outcome = simulated({ stage, kernels }, workload("mixed", kernels, visits), seeds);
      return [stage, String(kernels), ...measured(outcome), wrongIn(outcome)];
    }),
  );
  return table(["stage", "kernels", ...HEADS, "wrong"], rows);
}

const LADDER = ["4.2", "4.3", "4.4", "4.5", "4.6", "4.7a", "4.7", "4.8", "repaired", "repaired-4.8"];

/** What goes wrong in each stage, in a workload of two threads that write eight pages in turn. */
function byStage(): string {
  const rows = LADDER.map((stage) => {
    const outcome = simulated({ stage, kernels: 2 }, workload("writers", 2, 800, 8), 10);
    const violated = outcome.violations.map(({ property, seeds }) => `*${property}* ${seeds.length}`);
    const stuck = outcome.runs.filter((run) => run.stuck !== undefined).length;
    const messages = inDigits(outcome.figures.get("messages")!.mean);
    return [stage, violated.join(", ") || "–", stuck === 0 ? "–" : String(stuck), messages];
  });
  return table(["stage", "violated, in so many of 10 runs", "stuck", "messages"], rows);
}

const SWITCHES: readonly (readonly [string, Parameters])[] = [
  ["none", {}],
  ["`--owner`", { owner: true }],
  ["`--multicast`", { multicast: true }],
  ["`--owner --multicast`", { owner: true, multicast: true }],
  ["`--one-kernel`", { oneKernel: true }],
];

function bySwitch(): string {
  const rows = ["4.8", "repaired-4.8"].flatMap((stage) =>
    SWITCHES.map(([name, given]) => {
      const all = simulated({ stage, kernels: 4, ...given }, workload("mixed", 4, 20), 10);
      const two = simulated({ stage, kernels: 6, ...given }, workload("mixed", 2, 20), 10);
      const alone = simulated({ stage, kernels: 4, ...given }, workload("writers", 1, 8), 1);
      const perFault = (outcome: SimulationOutcome) => measured(outcome).slice(1, 3);
      const messages = inDigits(alone.figures.get("messages")!.mean);
      return [stage, name, ...perFault(all), ...perFault(two), messages, wrongIn(all)];
    }),
  );
  const heads = ["four of four kernels: messages per fault", "latency", "two of six: messages per fault", "latency"];
  return table(["stage", "switch", ...heads, "one of four: messages", "wrong"], rows);
}

const SKEWS: readonly (readonly [string, readonly string[]])[] = [
  ["exact", []],
  ["off by 10 us at most", ["10"]],
  ["off by 100 us at most", ["100"]],
  ["off by 1 ms at most", ["1000"]],
  ["K1 is 1 ms ahead", ["K1=1000"]],
  ["K1 is 1 % too fast", ["K1=0,10000"]],
];

export function bySkew(): string {
  const rows = SKEWS.map(([name, rules]) => {
    const clockSkew = rules.map(skewRuleOf);
    const outcome = simulated({ stage: "repaired", kernels: 3 }, workload("writers", 3, 40, 1), 10, { clockSkew });
    return [name, ...measured(outcome), inDigits(outcome.figures.get("time")!.mean), wrongIn(outcome)];
  });
  return table(["clocks", ...HEADS, "time of the run", "wrong"], rows);
}

const LINKS: readonly (readonly [string, readonly string[]])[] = [
  ["alike", []],
  ["K1 and K2 ten times slower", ["K1-K2=times(10)"]],
  ["all to and from K3 ten times slower", ["K1-K3=times(10)", "K2-K3=times(10)"]],
  ["never the same: exponential(10)", ["exponential(10)"]],
];

function byLinks(): string {
  const rows = ["4.7", "repaired"].flatMap((stage) =>
    LINKS.map(([name, rules]) => {
      const latency = rules.map(latencyRuleOf);
      const outcome = simulated({ stage, kernels: 3 }, workload("mixed", 3, 30), 10, { latency });
      return [stage, name, ...measured(outcome), wrongIn(outcome)];
    }),
  );
  return table(["stage", "links", ...HEADS, "wrong"], rows);
}

/** What an access to an element costs, in the experiments of Figure 7. */
const LOCAL_ACCESSES = [0.0001, 0.001, 0.01, 0.1];

const SEEDS = 5;

function experiment(localAccess: number, seeds: number): Figure7 {
  const simulation = new Simulation(new Instance(model, { stage: "repaired-4.8", kernels: 2 }));
  return figure7(simulation, { ...DEFAULT_TIMES, localAccess }, seedsUpTo(seeds));
}

function byLocalAccess(experiments: readonly (readonly [number, Figure7])[]): string {
  const last = ITERATIONS.at(-1)!;
  const rows = experiments.flatMap(([localAccess, { points }]) =>
    CHARTS.map(({ letter }) => {
      const cells = ARRAYS.map(({ name }) => {
        const at = points.find((point) => point.letter === letter && point.array === name && point.iterations === last);
        return `${inDigits(at!.counts.requests.mean)}, ${inDigits(at!.counts.Invalid.mean)}`;
      });
      return [`${localAccess} us`, inDigits(localAccess * 1024), `(${letter})`, ...cells];
    }),
  );
  const heads = ["an element", "a page, us", "", ...ARRAYS.map(({ name }) => `${name}: requests, Invalids`)];
  return table(heads, rows);
}

function observed(experiments: readonly (readonly [number, Figure7])[]): string {
  const [[, { observations }]] = experiments as [readonly [number, Figure7]];
  const rows = observations.map(({ letter, says }, i) => [
    letter === "all" ? "" : `(${letter})`,
    says,
    ...experiments.map(([, each]) => (each.observations[i]!.isFound ? "found" : "not found")),
  ]);
  return table(["", "observation", ...experiments.map(([localAccess]) => `${localAccess} us`)], rows);
}

/** The experiments of Figure 7, by what a local access costs. */
export function experiments(): readonly (readonly [number, Figure7])[] {
  return LOCAL_ACCESSES.map((localAccess) => [localAccess, experiment(localAccess, SEEDS)] as const);
}

/** The page, with its tables written anew. */
export function simulationPage(page: string, experiments: readonly (readonly [number, Figure7])[]): string {
  return withTables(page, {
    observations: observed(experiments),
    "local access": byLocalAccess(experiments),
    stages: byStage(),
    kernels: byKernels(),
    switches: bySwitch(),
    clocks: bySkew(),
    links: byLinks(),
  });
}

/** The picture of Figure 7, simulated, with the costs that are taken by default. */
export function figure7Picture(experiments: readonly (readonly [number, Figure7])[]): string {
  const [, shown] = experiments.find(([localAccess]) => localAccess === DEFAULT_TIMES.localAccess)!;
  return figure7Svg(shown, "Figure 7, simulated: popcorn, stage repaired-4.8, 2 kernels");
}
