/** What the workers of a cluster do, a line each, below the line of a check's progress on a terminal. */
import { align, count, counted } from "../../../traces/text/columns.js";
import type { ClusterSample, WorkerSample } from "../../search/statistics.js";

/**
 * Returns a line for each worker, those that have held a task longest first, and one for the workers that are left out.
 * @param most the most lines that there may be: at least 2
 */
export function workerLines({ workers }: ClusterSample, width: number, most: number): string[] {
  const sorted = workers.toSorted((a, b) => (b.taskSeconds ?? -1) - (a.taskSeconds ?? -1));
  const shown = sorted.length > most ? sorted.slice(0, most - 1) : sorted;
  const others = sorted.length - shown.length;
  const lines = [...align(shown.map(cellsOf)), ...(others === 0 ? [] : [`and ${counted(others, "worker")} more`])];
  return lines.map((line) => `  ${line}`.slice(0, width));
}

function cellsOf({ name, statesPerSecond, task, taskSeconds = 0 }: WorkerSample): string[] {
  return [
    name,
    task === undefined ? "waits" : `${task} for ${Math.floor(taskSeconds)} s`,
    statesPerSecond === undefined ? "" : `${count(statesPerSecond)} states/s`,
  ];
}
