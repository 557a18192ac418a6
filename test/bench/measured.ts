/** One search by measure.js, in a process of its own. */
import { join } from "node:path";
import { packageRoot } from "../../checker/package.js";
import { execute } from "../twins/peers.js";

/** Something that is counted or timed, by the name that measure.js gives it. */
type Figure = "distinct" | "generated" | "seconds" | "functionRuns" | "storeBytes" | "peakMemory";

export interface Measured {
  /** The line that does it again. */
  readonly command: string;
  /** The seconds of the whole process. */
  readonly totalSeconds: number;
  /** Returns a figure. @throws Error if there is none */
  readonly read: (figure: Figure) => number;
}

/**
 * Measures a search.
 * @param options as measure.js takes them: the search's, and what the command line does not have
 * @throws Error if it fails
 */
export async function measured(model: string, parameters: object, options: object): Promise<Measured> {
  const script = join("dist", "test", "bench", "measure.js");
  const words = [model, JSON.stringify(parameters), JSON.stringify(options)];
  const run = await execute(process.execPath, [script, ...words], packageRoot);
  const command = `node ${script} ${words.map((word) => (/^[\w.-]+$/.test(word) ? word : `'${word}'`)).join(" ")}`;
  if (run.status !== 0) throw new Error(`${command}\nended with ${run.status}\n${run.stderr.trim()}`);
  const report: unknown = JSON.parse(run.stdout);
  const read = (figure: Figure): number => {
    const value = typeof report === "object" && report !== null ? Reflect.get(report, figure) : undefined;
    if (typeof value !== "number") throw new Error(`${command}\nits JSON has no number "${figure}"`);
    return value;
  };
  return { command, totalSeconds: run.seconds, read };
}

/** Returns what is in the middle by a figure; of an even number, the one with the lesser figure of the two. */
export function medianBy<T>(all: readonly T[], figureOf: (one: T) => number): T {
  const sorted = [...all].sort((a, b) => figureOf(a) - figureOf(b));
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error("nothing was measured");
  return middle;
}
