/** The progress of a check, in words. */
import { count, counted, widthOf } from "../../../traces/text/columns.js";
import { onOneLine } from "../../../traces/text/shown.js";
import { memory } from "../../reports/report.js";
import type { ClusterSample, DecidingSample, Sample } from "../../search/statistics.js";
import { type Outlook, outlookOf } from "./outlook.js";
import { Pace, type Rates } from "./pace.js";
import { type Destination, ProgressLine } from "./progress-line.js";
import { workerLines } from "./worker-lines.js";

/**
 * Returns `1,234,567 states, 512,000 states/s, depth 14 (73% of its 20,301 states), still growing, 812 MB of 6.0 GB,
 * …`. The most important parts come first, and those that do not fit whole into `width` are left out.
 */
export function lineOf(sample: Sample, rates?: Rates, width = Number.POSITIVE_INFINITY): string {
  const [first, ...rest] = partsOf(sample, rates);
  let line = first!;
  for (const part of rest) {
    if (widthOf(line) + 2 + widthOf(part) > width) break;
    line = `${line}, ${part}`;
  }
  return line;
}

function partsOf(sample: Sample, rates: Rates | undefined): string[] {
  return sample.search === undefined ? exhaustiveSearchParts(sample, rates) : randomSearchParts(sample, rates);
}

function randomSearchParts(sample: Sample, rates: Rates | undefined): string[] {
  const { search, walks = 0, steps = 0, distinct, threads, memoryLimit } = sample;
  const [each, done] = search === "random" ? ["steps", counted(steps, "step")] : ["states", counted(distinct, "state")];
  return [
    counted(walks, search === "random" ? "walk" : "member"),
    done,
    ...(rates === undefined ? [] : [`${count(rates.lookedAt)} ${each}/s`]),
    `${memory(sample.memory)}${memoryLimit === undefined ? "" : ` of ${memory(memoryLimit)}`}`,
    ...(threads === 1 ? [] : [`${threads} threads`]),
  ];
}

/** The number of states of a level from which on it is told how much of it is done. */
const WORTH_A_SHARE = 1000;

function exhaustiveSearchParts(sample: Sample, rates: Rates | undefined): string[] {
  const {
    deciding,
    distinct,
    depth,
    levels,
    levelDone = 0,
    growing,
    frontier,
    storeBytes,
    threads,
    spilled,
    memoryLimit,
    cluster,
  } = sample;
  const level = levels?.at(-1) ?? 0;
  // Of a level that is done in an instant a share says nothing.
  const done = level < WORTH_A_SHARE ? "" : ` (${Math.floor(100 * levelDone)}% of its ${counted(level, "state")})`;
  const share = rates?.newShare === undefined ? "" : ` (${Math.round(100 * rates.newShare)}% of the generated)`;
  const outlook = outlookOf(sample, rates);
  const taken = `${memory(sample.memory)}${memoryLimit === undefined ? "" : ` of ${memory(memoryLimit)}`}`;
  // The search is over.
  if (deciding !== undefined) return [counted(distinct, "state"), ...decidingParts(deciding), taken];
  return [
    counted(distinct, "state"),
    ...(rates === undefined ? [] : [`${count(rates.lookedAt)} states/s`]),
    `depth ${depth}${done}`,
    ...(outlook === undefined ? [] : [wordsOf(outlook)]),
    ...(cluster === undefined ? [] : clusterParts(cluster, threads)),
    ...(growing === undefined ? [] : [`new values of ${onOneLine(growing.variable)} at each depth`]),
    taken,
    `frontier ${count(frontier)}`,
    ...(rates === undefined ? [] : [`${count(rates.fresh)} new/s${share}`]),
    ...(spilled === 0 ? [] : [`${count(spilled)} on disk`]),
    ...(threads === 1 || cluster !== undefined ? [] : [`${threads} threads`]),
    ...(distinct === 0 ? [] : [`${count(storeBytes / distinct)} bytes a state`]),
  ];
}

/** Returns `3 workers`, `merged 4 of 32 parts`, `2 retries`, `40 MB written and 120 MB read`. */
function clusterParts({ doing, tasks, tasksDone, retries, bytesWritten, bytesRead }: ClusterSample, workers: number) {
  return [
    counted(workers, "worker"),
    ...(doing === "merging" ? [`merged ${count(tasksDone)} of ${counted(tasks, "part")}`] : []),
    ...(retries === 0 ? [] : [`${count(retries)} ${retries === 1 ? "retry" : "retries"}`]),
    `${memory(bytesWritten)} written and ${memory(bytesRead)} read`,
  ];
}

/** Returns `deciding eventual read (2 of 3)`, and `searching nodes 43%`. */
function decidingParts({ property, number, of, doing, share }: DecidingSample): string[] {
  const which = `deciding ${onOneLine(property)}${of === 1 ? "" : ` (${number} of ${of})`}`;
  if (doing === undefined) return [which];
  return [which, share === undefined ? doing : `${doing} ${Math.floor(100 * share)}%`];
}

function wordsOf(outlook: Outlook): string {
  if (outlook.trend === "growing") return "still growing";
  if (outlook.trend === "steady") return "levels of one size";
  if (outlook.trend === "waves") return `shrinking, as ${outlook.times} times before they grew again`;
  const { secondsLeft } = outlook;
  return secondsLeft === undefined ? "shrinking" : `about ${rough(secondsLeft)} left if the levels go on shrinking`;
}

/** Writes a time no more precisely than a guess is: `40 s`, `3 min`, `5 h`, `4 days`. */
function rough(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** Shows the progress of a check on a stream. */
export class Progress {
  private readonly line: ProgressLine;
  private readonly pace = new Pace();
  private begun = false;

  constructor(to: Destination, label = "", clock: () => number = () => performance.now()) {
    this.line = new ProgressLine(to, label, clock);
  }

  /** Shows where the search is, if the last line is old enough. */
  update(sample: () => Sample): void {
    if (!this.begun) this.pace.take(sample());
    this.begun = true;
    let cluster: ClusterSample | undefined;
    this.line.update(
      () => {
        const current = sample();
        const rates = this.pace.take(current);
        cluster = current.cluster;
        return (width) => lineOf(current, rates, width);
      },
      (width, most) => (cluster === undefined ? [] : workerLines(cluster, width, most)),
    );
  }

  /** Removes what is live. */
  clear(): void {
    this.line.clear();
  }
}
