/** What a simulation comes to, as JSON. docs/reference/simulation.md documents the fields. */
import type { Figure7 } from "../simulation/figure-7.js";
import type { RunFigures } from "../simulation/figures.js";
import { FIGURES, type SimulationOutcome } from "../simulation/simulate.js";
import type { Simulated } from "./simulation-report.js";

export const SIMULATION_FORMAT = "popcheck simulate 1";

/** Returns the outcome of a workload as JSON. */
export function simulationJson(outcome: SimulationOutcome, of: Simulated) {
  return { ...headOf(outcome, of), ...outcomeOf(outcome) };
}

/** Returns the outcome of the workload figure-7 as JSON. */
export function figure7Json({ points, observations }: Figure7, of: Simulated) {
  return {
    ...headOf(points[0]!.outcome, of),
    points: points.map(({ letter, array, iterations, counts, outcome }) => ({
      chart: letter,
      array,
      iterations,
      counts,
      ...outcomeOf(outcome),
    })),
    observations,
  };
}

function headOf({ times, seeds, names }: SimulationOutcome, { model, parameters, workload }: Simulated) {
  return {
    format: SIMULATION_FORMAT,
    model,
    parameters,
    workload,
    processes: names,
    seeds,
    times: {
      localAccess: times.localAccess,
      fault: times.fault,
      handling: times.handling,
      latency: times.latency.map(({ text }) => text),
      clockSkew: times.clockSkew.map(({ text }) => text),
    },
  };
}

function outcomeOf({ figures, messages, names, violations, runs }: SimulationOutcome) {
  return {
    figures: Object.fromEntries(FIGURES.map(({ name }) => [name, figures.get(name) ?? null])),
    messages: Object.fromEntries(
      messages.map(({ kind, sent, toEach }) => [
        kind,
        { ...sent, to: Object.fromEntries(toEach.map((mean, i) => [names[i]!, mean])) },
      ]),
    ),
    violations,
    runs: runs.map(runOf),
  };
}

function runOf(run: RunFigures) {
  const { seed, steps, accesses, faultsOf, retries, violations, stuck } = run;
  return {
    seed,
    steps,
    accesses,
    faults: faultsOf,
    retries,
    figures: Object.fromEntries(FIGURES.map(({ name, of }) => [name, of(run)])),
    messages: Object.fromEntries([...run.sent.keys()].sort().map((kind) => [kind, run.messages(kind)])),
    inFlight: Object.fromEntries(run.inFlight),
    violations: [...violations.values()],
    stuck: stuck ?? null,
  };
}
