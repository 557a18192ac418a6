/** What the tests of simulations share: Popcorn's stages, workloads of a few operations, what was seen of a run. */
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import { DrivenModel } from "../../checker/simulation/driven-model.js";
import type { RunFigures } from "../../checker/simulation/figures.js";
import { type GraphLimits, PageGraph } from "../../checker/simulation/page-graph.js";
import { DEFAULT_TIMES } from "../../checker/simulation/simulate.js";
import { type ObservedStep, SimulatedRun, type TimeModel } from "../../checker/simulation/simulated-run.js";
import type { Workload } from "../../checker/simulation/workload.js";
import { workloadOf } from "../../checker/simulation/workload-file.js";

const { model } = await loadModel("popcorn");

export function popcornOf(parameters: Readonly<Record<string, unknown>>): Instance {
  return new Instance(model, parameters);
}

/** A workload of one page, in which each process that is named, as K1 or N1, does its operations. */
export function workload(threads: Readonly<Record<string, readonly object[]>>): Workload {
  const [prefix] = Object.keys(threads)[0]!;
  const names = Array.from({ length: 16 }, (_, i) => `${prefix}${i + 1}`);
  const { threads: all, ...others } = workloadOf(JSON.stringify({ threads }), "a test", names);
  return { ...others, threads: all.slice(0, all.findLastIndex((thread) => thread !== undefined) + 1) };
}

export interface Run {
  readonly figures: RunFigures;
  readonly steps: readonly ObservedStep[];
}

export function runOf(
  instance: Instance,
  what: Workload,
  seed = 1,
  times: Partial<TimeModel> = {},
  limits?: GraphLimits,
): Run {
  const steps: ObservedStep[] = [];
  const graph = new PageGraph(new DrivenModel(instance), limits);
  const run = new SimulatedRun(graph, what, { ...DEFAULT_TIMES, ...times }, seed, (step) => steps.push(step));
  return { figures: run.run(), steps };
}

/** The messages of a run, by kind. */
export function messagesOf({ sent }: RunFigures): Record<string, number> {
  return Object.fromEntries([...sent].map(([kind, to]) => [kind, to.reduce((sum, count) => sum + count, 0)]));
}

/** Everything that is measured, as data that can be compared. */
export function plainFigures({ latency, faultLatency, ...figures }: RunFigures): unknown {
  const parts = [0.1, 0.5, 0.99, 1];
  return {
    ...figures,
    latency: [latency.mean, ...parts.map((part) => latency.percentile(part))],
    faultLatency: [faultLatency.mean, ...parts.map((part) => faultLatency.percentile(part))],
  };
}
