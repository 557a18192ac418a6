/** Simulations: a workload run with several seeds, and what is measured over them. */
import type { Instance } from "../model/instance.js";
import { DrivenModel } from "./driven-model.js";
import type { RunFigures, RunViolation } from "./figures.js";
import { refuseUnknownKinds } from "./latency.js";
import { PageGraph } from "./page-graph.js";
import { type Observer, SimulatedRun, type TimeModel } from "./simulated-run.js";
import { type Estimate, estimate } from "./statistics.js";
import type { Workload } from "./workload.js";

/** What time costs if nothing else is said, in microseconds. */
export const DEFAULT_TIMES: TimeModel = { localAccess: 0.01, fault: 1, handling: 1, latency: [], clockSkew: [] };

/** A figure that is measured in each run. Null in a run in which there is nothing to measure. */
interface Figure {
  readonly name: string;
  readonly unit: "" | "us";
  readonly of: (run: RunFigures) => number | null;
}

const ratio = (a: number, b: number) => (b === 0 ? null : a / b);

/** The figures, in the order of the report. */
export const FIGURES = [
  { name: "time", unit: "us", of: ({ time }) => time },
  { name: "accesses", unit: "", of: ({ allAccesses }) => allAccesses },
  { name: "faults", unit: "", of: ({ faults }) => faults },
  { name: "messages", unit: "", of: (run) => run.messages() },
  { name: "messages per access", unit: "", of: (run) => ratio(run.messages(), run.allAccesses) },
  { name: "messages per fault", unit: "", of: (run) => ratio(run.messages(), run.faults) },
  { name: "latency of an access, mean", unit: "us", of: ({ latency }) => latency.mean },
  { name: "latency of an access, 99 %", unit: "us", of: ({ latency }) => latency.percentile(0.99) },
  { name: "latency of a fault, mean", unit: "us", of: ({ faultLatency }) => faultLatency.mean },
  { name: "latency of a fault, 50 %", unit: "us", of: ({ faultLatency }) => faultLatency.percentile(0.5) },
  { name: "latency of a fault, 99 %", unit: "us", of: ({ faultLatency }) => faultLatency.percentile(0.99) },
  { name: "latency of a fault, greatest", unit: "us", of: ({ faultLatency }) => faultLatency.percentile(1) },
  { name: "retries per write fault", unit: "", of: ({ retries, faultsOf }) => ratio(retries.write, faultsOf.write) },
  { name: "retries per read fault", unit: "", of: ({ retries, faultsOf }) => ratio(retries.read, faultsOf.read) },
  { name: "stale reads", unit: "", of: ({ staleReads }) => staleReads },
] as const satisfies readonly Figure[];
export type FigureName = (typeof FIGURES)[number]["name"];

/** The messages of one kind, over all runs. */
export interface MessageFigures {
  readonly kind: string;
  readonly sent: Estimate;
  /** By process, as `names` has them: how many it was sent, on average. */
  readonly toEach: readonly number[];
}

/** A property that some run violates. */
export interface ViolationFigures {
  readonly property: string;
  /** The seeds of the runs that violate it. */
  readonly seeds: readonly number[];
  readonly first: RunViolation;
}

/** What a simulation comes to. */
export interface SimulationOutcome {
  readonly workload: Workload;
  readonly times: TimeModel;
  readonly seeds: readonly number[];
  /** The names of the processes. */
  readonly names: readonly string[];
  /** Over the runs in which there is something to measure; undefined if there is none. */
  readonly figures: ReadonlyMap<FigureName, Estimate | undefined>;
  readonly messages: readonly MessageFigures[];
  readonly violations: readonly ViolationFigures[];
  readonly runs: readonly RunFigures[];
}

/** Runs workloads on one model. What one run learns of the model, the next ones know. */
export class Simulation {
  readonly driven: DrivenModel;
  private readonly graph: PageGraph;

  /** @throws UsageError for a model that cannot be driven */
  constructor(readonly instance: Instance) {
    this.driven = new DrivenModel(instance);
    this.graph = new PageGraph(this.driven);
  }

  /**
   * Runs a workload with each seed.
   * @throws UsageError for rules about processes or kinds of message that the model has not
   * @throws FunctionError for a function of the model that throws
   */
  run(workload: Workload, times: TimeModel, seeds: readonly number[], observer?: Observer): SimulationOutcome {
    const { kinds } = this.driven;
    if (kinds !== undefined) refuseUnknownKinds(times.latency, kinds);
    const runs = seeds.map((seed) => new SimulatedRun(this.graph, workload, times, seed, observer).run());
    const figures = FIGURES.map(({ name, of }) => {
      const values = runs.map(of).filter((value) => value !== null);
      return [name, values.length === 0 ? undefined : estimate(values)] as const;
    });
    const { names } = this.driven;
    return {
      workload,
      times,
      seeds,
      names,
      figures: new Map(figures),
      messages: messagesOf(runs, names.length),
      violations: violationsOf(runs),
      runs,
    };
  }
}

function messagesOf(runs: readonly RunFigures[], processes: number): readonly MessageFigures[] {
  const kinds = [...new Set(runs.flatMap(({ sent }) => [...sent.keys()]))].sort();
  return kinds.map((kind) => ({
    kind,
    sent: estimate(runs.map((run) => run.messages(kind))),
    toEach: Array.from({ length: processes }, (_, to) => estimate(runs.map(({ sent }) => sent.get(kind)?.[to] ?? 0)).mean), // biome-ignore format: one mapping
  }));
}

function violationsOf(runs: readonly RunFigures[]): readonly ViolationFigures[] {
  const properties = [...new Set(runs.flatMap(({ violations }) => [...violations.keys()]))];
  return properties.map((property) => {
    const violating = runs.filter(({ violations }) => violations.has(property));
    return { property, seeds: violating.map(({ seed }) => seed), first: violating[0]!.violations.get(property)! };
  });
}
