// What a state costs as a search grows: `node dist/test/bench/sizes.js`. Each line is one search, in a process of its
// own, with one thread, that ends at so many states or at its end. It wants an otherwise idle machine, and 10 GB for
// the largest size.
import { parseArgs } from "node:util";
import { textTable } from "../support/tables.js";
import { measured } from "./measured.js";

const USAGE = `sizes.js [--most STATES] [--store exact|compressed|fingerprint] [MODEL [PARAMETERS]]
  --most STATES  the greatest size (1e8)
  --store STORE  how states are stored (exact)
  MODEL          what is searched, without symmetry reduction (german)
  PARAMETERS     its parameters as JSON ({"nodes":4})`;

/** The smallest size. The next ones are ten times as large each. */
const LEAST = 1e4;

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
    const { read } = await measured(model, JSON.parse(parameters) as object, options);
    const [distinct, seconds] = [read("distinct"), read("seconds")];
    rows.push([
      distinct.toLocaleString("en"),
      seconds.toFixed(2),
      Math.round(distinct / seconds).toLocaleString("en"),
      ((1e9 * seconds) / read("generated")).toFixed(0),
      (read("storeBytes") / distinct).toFixed(1),
    ]);
    if (distinct < maxStates) break;
  }
  process.stdout.write(`${textTable(rows, 0).join("\n")}\n`);
}
