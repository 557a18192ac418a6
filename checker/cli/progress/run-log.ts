/**
 * The log of a run: lines of JSON, one at the start, one at intervals, one at the end. docs/reference/log.md documents
 * its fields, which stay as they are, like those of `--json`.
 */
import { closeSync, writeSync } from "node:fs";
import { jsonText } from "../../../traces/formats/json-text.js";
import type { ParameterValues } from "../../model/parameters.js";
import { type Remark, statusOf } from "../../reports/exit-status.js";
import { verdictInShort } from "../../reports/report.js";
import type { SearchOptions } from "../../search/options.js";
import type { Outcome } from "../../search/outcome.js";
import type { RandomSearchOptions } from "../../search/random/random-search.js";
import type { Sample } from "../../search/statistics.js";
import { openToAdd } from "../outputs/outputs.js";
import { outlookOf } from "./outlook.js";
import { Pace, type Rates } from "./pace.js";

export const LOG_FORMAT = "popcheck log 1";

/** What the first line says of the run. */
export interface RunHead {
  readonly version: string;
  readonly model: string;
  readonly parameters: ParameterValues;
  readonly options: SearchOptions | RandomSearchOptions;
}

/** Writes the log of a run. */
export class RunLog {
  private descriptor: number | undefined;
  private readonly pace = new Pace();
  private last: number | undefined;

  /**
   * Opens the file, to add to its end. Each line is written as soon as it is made.
   * @param every the milliseconds between samples
   * @param warn is called if the file cannot be written any more; the search goes on without it
   * @throws UsageError if the file cannot be written
   */
  constructor(
    private readonly file: string,
    private readonly every = 1000,
    private readonly warn: (message: string) => void = (message) => process.stderr.write(message),
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.descriptor = openToAdd("log", file);
  }

  start(head: RunHead): void {
    this.write({ event: "start", format: LOG_FORMAT, time: new Date().toISOString(), ...head });
  }

  /** Logs a sample, if the last one is old enough. */
  update(sample: () => Sample): void {
    const now = this.clock();
    if (this.last === undefined) this.pace.take(sample());
    this.last ??= now;
    if (now - this.last < this.every) return;
    this.last = now;
    const current = sample();
    this.write(sampleLine(current, this.pace.take(current)));
  }

  end(outcome: Outcome, failOn: readonly Remark[] = []): void {
    this.write(endLine(outcome, failOn));
    this.close();
  }

  /** Ends the log of a run that has no outcome. */
  fail(message: string): void {
    this.write({ event: "error", time: new Date().toISOString(), message });
    this.close();
  }

  private write(line: object): void {
    if (this.descriptor === undefined) return;
    try {
      writeSync(this.descriptor, `${jsonText(line, 0)}\n`);
    } catch (error) {
      this.close();
      this.warn(
        `warning: --log ${this.file} cannot be written any more, and the search goes on without it: ${(error as Error).message}\n`,
      );
    }
  }

  private close(): void {
    const { descriptor } = this;
    this.descriptor = undefined;
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Returns a sample as a line, with only the last of its levels: otherwise the log of a deep search would be all levels.
 */
export function sampleLine(sample: Sample, rates: Rates | undefined) {
  const { levels, levelDone, memoryLimit, seconds, growing, ...same } = sample;
  const outlook = outlookOf(sample, rates);
  return {
    event: "sample",
    seconds: rounded(seconds, 3),
    ...same,
    memoryLimit: memoryLimit ?? null,
    levelStates: levels?.at(-1) ?? null,
    levelDone: rounded(levelDone, 4),
    growing: growing?.variable ?? null,
    statesPerSecond: rounded(rates?.lookedAt, 0),
    newPerSecond: rounded(rates?.fresh, 0),
    generatedPerSecond: rounded(rates?.generated, 0),
    newShare: rounded(rates?.newShare, 4),
    trend: outlook?.trend ?? null,
    secondsLeft: rounded(outlook?.trend === "shrinking" ? outlook.secondsLeft : undefined, 1),
  } as const;
}

/** Rounds to `digits` digits after the point; null for an unknown value. */
function rounded(value: number | undefined, digits: number): number | null {
  return value === undefined ? null : Number(value.toFixed(digits));
}

function endLine(outcome: Outcome, failOn: readonly Remark[]) {
  const { distinct, generated, depth, seconds, functionRuns, incomplete, memory, statistics, properties } = outcome;
  const { sampled } = outcome;
  return {
    event: "end",
    time: new Date().toISOString(),
    seconds,
    distinct,
    generated,
    depth,
    complete: incomplete === undefined,
    incomplete: incomplete ?? null,
    status: statusOf(outcome, failOn),
    properties: Object.fromEntries(properties.map((property) => [property.name, verdictInShort(property)])),
    functionRuns,
    peakMemory: statistics?.peakMemory ?? memory,
    ...(sampled === undefined ? {} : { seed: sampled.seed, walks: sampled.parts, steps: sampled.steps }),
  } as const;
}
