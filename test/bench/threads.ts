// Two threads compared with one, in turns: `node dist/test/bench/threads.js`. Exits with 1 if a case is slower than is
// promised. It wants an otherwise idle machine with two cores or more.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../../checker/package.js";
import { execute } from "../twins/peers.js";

const USAGE = `threads.js [--case NAME] [--repeat N]
  --case NAME  only this case
  --repeat N   pairs of runs, one thread first, of which the median ratio counts (3)`;

interface ThreadCase {
  readonly name: string;
  readonly model: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
  /** The multiple of the states a second of one thread that two must reach. */
  readonly required: number;
}

const asymmetric = { symmetry: false };

const cases: readonly ThreadCase[] = [
  {
    name: "german-4",
    model: "german",
    parameters: { nodes: 4 },
    options: { ...asymmetric, maxStates: 60e6 },
    required: 1.85,
  },
  {
    name: "popcorn-4",
    model: "popcorn",
    parameters: { stage: "4.7", kernels: 4 },
    options: { maxStates: 20e6 },
    required: 1.8,
  },
  { name: "german-3", model: "german", parameters: { nodes: 3 }, options: asymmetric, required: 1.6 },
  {
    name: "popcorn-3",
    model: "popcorn",
    parameters: { stage: "4.7", kernels: 3, emptySeen: "flagged-entering-writing-read" },
    options: {},
    required: 1.2,
  },
];

/** Returns the states a second of one search with `threads` threads, in a process of its own. */
async function rateOf({ name, model, parameters, options }: ThreadCase, threads: number): Promise<number> {
  const script = join("dist", "test", "bench", "measure.js");
  const words = [model, JSON.stringify(parameters), JSON.stringify({ ...options, threads })];
  const run = await execute(process.execPath, [script, ...words], packageRoot);
  if (run.status !== 0) throw new Error(`${name} ended with ${run.status}\n${run.stderr.trim()}`);
  const { distinct, seconds } = JSON.parse(run.stdout) as { readonly distinct: number; readonly seconds: number };
  return distinct / seconds;
}

const { values } = parseArgs({
  options: { case: { type: "string" }, repeat: { type: "string", default: "3" }, help: { type: "boolean" } },
});
const chosen = cases.filter(({ name }) => values.case === undefined || values.case === name);
const repeat = Number(values.repeat);
if (values.help || chosen.length === 0 || !(repeat > 0)) {
  process.stdout.write(`${USAGE}\ncases: ${cases.map(({ name }) => name).join(", ")}\n`);
  process.exitCode = values.help ? 0 : 2;
} else {
  for (const one of chosen) {
    const ratios: number[] = [];
    for (let turn = 0; turn < repeat; turn++) {
      const [alone, two] = [await rateOf(one, 1), await rateOf(one, 2)];
      ratios.push(two / alone);
      const rates = [alone, two].map((rate) => Math.round(rate).toLocaleString("en"));
      process.stdout.write(`${one.name}: ${rates.join(" and ")} states/s, ${(two / alone).toFixed(2)} x\n`);
    }
    const median = ratios.sort((a, b) => a - b)[Math.floor((repeat - 1) / 2)]!;
    const isReached = median >= one.required;
    const verdict = isReached ? "as is promised" : "LESS than is promised";
    process.stdout.write(`${one.name}: median ${median.toFixed(2)} x, ${verdict}: ${one.required}\n`);
    if (!isReached) process.exitCode = 1;
  }
}
