/** `npm test` says first how long it will take here: by the last run in this clone, else by how fast the machine is. */
import { availableParallelism } from "node:os";
import { relative } from "node:path";
import type { TestProject } from "vitest/node";
import { forecast, pieceSeconds, roughly } from "../../checker/cli/progress/forecast.js";
import { counted } from "../../traces/text/columns.js";

/**
 * How many pieces of work a file of tests is worth on average: 3.3 seconds, measured over the whole fast check with two
 * workers, on a machine where a piece took 0.19 milliseconds.
 */
const PIECES_PER_FILE = 17_400;
/** How much longer a file takes than its tests, since it is loaded first: measured in the same run. */
const WITH_LOADING = 1.2;

/**
 * Says how long files of tests will take.
 * @param durations how long the tests of each took in the last run, in milliseconds; undefined if they never ran here
 * @param workers how many files run at a time
 * @param piece measures how many seconds a piece of work takes
 */
export function howLong(
  durations: readonly (number | undefined)[],
  workers: number,
  piece: () => number = pieceSeconds,
): string {
  const known = durations.filter((duration) => duration !== undefined);
  const share = 1 / Math.max(1, Math.min(workers, durations.length));
  const seconds = share * WITH_LOADING * known.reduce((all, duration) => all + duration / 1000, 0);
  if (known.length === durations.length) return `takes ${roughly(seconds)} here, as in the last run`;
  const each = piece();
  return forecast(share * PIECES_PER_FILE * (durations.length - known.length) + seconds / each, each);
}

/** Vitest calls it once, before the first test. It keeps the durations of the last run itself, in its cache. */
export default function sayHowLong({ name, vitest, config: { root, maxWorkers } }: TestProject): void {
  const files = vitest.state.getPaths();
  const durations = files.map((file) => vitest.cache.getFileTestResults(`${name}:${relative(root, file)}`)?.duration);
  const workers = Math.min(Number(maxWorkers), availableParallelism());
  process.stdout.write(`${counted(files.length, "file")} of tests: ${howLong(durations, workers)}\n`);
}
