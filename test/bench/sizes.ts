// What a state costs as a search grows: `node dist/test/bench/sizes.js`. Each line is one search, in a process of its
// own, with one thread, that ends at so many states or at its end. It wants an otherwise idle machine, and 10 GB for
// the largest size.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../../checker/package.js";
import { textTable } from "../support/tables.js";
import { execute } from "../twins/peers.js";

const USAGE = `sizes.js [--most STATES] [--store exact|compressed|fingerprint] [MODEL [PARAMETERS]]
  --most STATES  the greatest size (1e8)
  --store STORE  how states are stored (exact)
  MODEL          what is searched, without symmetry reduction (german)
  PARAMETERS     its parameters as JSON ({"nodes":4})`;

/** The smallest size. The next ones are ten times as large each. */
const LEAST = 1e4;

interface Size {
  readonly distinct: number;
  readonly generated: number;
  readonly seconds: number;
  readonly storeBytes: number;
}

async function searched(model: string, parameters: string, options: object): Promise<Size> {
  const script = join("dist", "test", "bench", "measure.js");
  const run = await execute(process.execPath, [script, model, parameters, JSON.stringify(options)], packageRoot);
  if (run.status !== 0) throw new Error(`${model} ended with ${run.status}\n${run.stderr.trim()}`);
  return JSON.parse(run.stdout) as Size;
}

const { values, positionals } = parseArgs({
  options: {
    most: { type: "string", default: "1e8" },
    store: { type: "string", default: "exact" },
    help: { type: "boolean" },
  },
  allowPositionals: true,
});
const [model = "german", parameters = '{"nodes":4}'] = positionals;
const most = Number(values.most);
if (values.help || !(most >= LEAST)) {
  process.stdout.write(`${USAGE}\n`);
  process.exitCode = values.help ? 0 : 2;
} else {
  const rows = [["states", "seconds", "states/s", "ns a transition", "bytes a state"]];
  for (let maxStates = LEAST; maxStates <= most; maxStates *= 10) {
    const options = { symmetry: false, threads: 1, store: values.store, maxStates };
    const { distinct, generated, seconds, storeBytes } = await searched(model, parameters, options);
    rows.push([
      distinct.toLocaleString("en"),
      seconds.toFixed(2),
      Math.round(distinct / seconds).toLocaleString("en"),
      ((1e9 * seconds) / generated).toFixed(0),
      (storeBytes / distinct).toFixed(1),
    ]);
    if (distinct < maxStates) break;
  }
  process.stdout.write(`${textTable(rows, 0).join("\n")}\n`);
}
