/**
 * What the benchmark came to before: ratios of speed, a line of JSON for each case of each full run. A ratio is
 * compared with the last one on the same machine, since neither absolute times nor another machine's ratios say what
 * a change has done.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";

/**
 * The share of its last value that a ratio must reach: two noisy cores let medians of three runs differ by some
 * percent.
 */
export const TOLERANCE = 0.9;

export interface Entry {
  /** The day, as 2026-11-28. */
  readonly date: string;
  /** Processor, cores and Node's major version. */
  readonly machine: string;
  readonly case: string;
  /** By tool: how many times as fast popcheck was as a peer, or a variant as popcheck. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** This machine, as far as it matters for ratios. */
export function thisMachine(): string {
  const [first] = cpus();
  return `${first?.model ?? "unknown"} x ${cpus().length}, Node ${process.versions.node.split(".")[0]}`;
}

/** @param file lines of JSON; none if it does not exist */
export function readHistory(file: string): Entry[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Entry);
}

export function addToHistory(file: string, entry: Entry): void {
  appendFileSync(file, `${JSON.stringify(entry)}\n`);
}

/** The last entry of the same case on the same machine. */
export function lastOf(history: readonly Entry[], { machine, case: name }: Entry): Entry | undefined {
  return history.filter((entry) => entry.machine === machine && entry.case === name).at(-1);
}

/** The ratios that have fallen, a sentence each; none if there is nothing to compare with. */
export function regressions(before: Entry | undefined, now: Entry): string[] {
  return Object.entries(before?.ratios ?? {}).flatMap(([tool, last]) => {
    const ratio = now.ratios[tool];
    if (ratio === undefined || ratio >= TOLERANCE * last) return [];
    return [
      `${now.case}: the ratio to ${tool} is ${ratio.toFixed(2)}, and was ${last.toFixed(2)} on ${before!.date} on this machine`,
    ];
  });
}
