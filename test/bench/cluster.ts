// A search on a cluster of this machine compared with one process and one thread, in turns:
// `node dist/test/bench/cluster.js`. It starts a Redis server (Debian's `redis-server`) and workers of its own, which
// write to a folder for temporary files. Exits with 1 if it is slower than is promised, or comes to other counts. It
// wants an otherwise idle machine with two cores or more.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { FolderStorage } from "../../checker/cluster/folder-storage.js";
import { RUNS } from "../../checker/cluster/run-request.js";
import { packageRoot } from "../../checker/package.js";
import {
  Cluster,
  essenceOf,
  freePort,
  killAll,
  listening,
  pause,
  type Report,
  readReport,
} from "../support/cluster-processes.js";
import { bin } from "../support/program.js";
import { execute } from "../twins/peers.js";
import { medianBy } from "./measured.js";

const USAGE = `cluster.js [--repeat N] [MODEL [OPTION…]]
  --repeat N  turns, of which the median ratios count (3)
  MODEL …     what is searched, in the words of \`check\` (german --nodes 3 --no-symmetry)`;

/** What the rate of one worker is to be at least, as a multiple of one process's; of two, of one worker's. */
const REQUIRED = { oneWorker: 0.5, twoWorkers: 1.7 };

/** How long workers have to be ready before a search begins, in milliseconds: their start does not count. */
const START = 3000;

interface Timed {
  readonly essence: unknown;
  readonly distinct: number;
  readonly generated: number;
  readonly seconds: number;
}

const folder = mkdtempSync(join(tmpdir(), "popcheck-bench-cluster-"));

function timed(file: string): Timed {
  const report = readReport(file) as Report & { readonly seconds: number };
  return { ...report, essence: essenceOf(report) };
}

async function oneProcess(model: readonly string[]): Promise<Timed> {
  const file = join(folder, "one.json");
  const run = await execute(process.execPath, [bin, "check", ...model, "--threads", "1", "--json", file], packageRoot);
  if (run.status === 2 || run.status === 70) throw new Error(run.stderr.trim());
  return timed(file);
}

/** Returns what a search by some workers came to, and how many bytes of files it left for each transition. */
async function byWorkers(model: readonly string[], workers: number): Promise<Timed & { readonly bytes: number }> {
  const [dir, out] = [join(folder, "shared"), join(folder, "out")];
  for (const each of [dir, out]) mkdirSync(each, { recursive: true });
  const port = await freePort();
  const cluster = new Cluster({ port, dir, out, model, lease: 30 });
  try {
    cluster.startRedis();
    await listening(port);
    for (let place = 0; place < workers; place++) cluster.startWorker(place);
    await pause(START);
    cluster.startDriver();
    await cluster.report();
    const search = timed(join(out, "out.json"));
    return { ...search, bytes: new FolderStorage(dir).extentOf(RUNS).bytes / search.generated };
  } finally {
    await cluster.end();
    rmSync(dir, { recursive: true });
  }
}

const rate = ({ distinct, seconds }: Timed) => distinct / seconds;
const said = (search: Timed) => `${Math.round(rate(search)).toLocaleString("en")} states/s`;

/** Compares once; returns the ratios. */
async function turn(model: readonly string[]): Promise<{ readonly one: number; readonly two: number }> {
  const whole = await oneProcess(model);
  const [one, two] = [await byWorkers(model, 1), await byWorkers(model, 2)];
  for (const { essence } of [one, two])
    if (!isDeepStrictEqual(essence, whole.essence)) throw new Error("the workers come to other counts or verdicts");
  const ratios = { one: rate(one) / rate(whole), two: rate(two) / rate(one) };
  const [oneBytes, twoBytes] = [one, two].map(({ bytes }) => bytes.toFixed(1));
  console.log(
    `one process ${said(whole)}; 1 worker ${said(one)}, ${ratios.one.toFixed(2)} x, ${oneBytes} bytes a transition; 2 workers ${said(two)}, ${ratios.two.toFixed(2)} x that of one, ${twoBytes} bytes`,
  );
  return ratios;
}

// What follows a model belongs to `check`.
const words = process.argv.slice(2);
const isOwn = words[0]?.startsWith("--") ?? false;
const { values } = parseArgs({
  args: isOwn ? words.slice(0, 2) : [],
  options: { repeat: { type: "string", default: "3" }, help: { type: "boolean" } },
});
const given = isOwn ? words.slice(2) : words;
const model = given.length > 0 ? given : ["german", "--nodes", "3", "--no-symmetry"];
const repeat = Number(values.repeat);
if (values.help || !(repeat > 0)) {
  console.log(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else
  try {
    const turns: Awaited<ReturnType<typeof turn>>[] = [];
    for (let i = 0; i < repeat; i++) turns.push(await turn(model));
    const [one, two] = [medianBy(turns, ({ one }) => one).one, medianBy(turns, ({ two }) => two).two];
    const isReached = one >= REQUIRED.oneWorker && two >= REQUIRED.twoWorkers;
    console.log(
      `median: 1 worker ${one.toFixed(2)} x one process (promised ${REQUIRED.oneWorker}), 2 workers ${two.toFixed(2)} x one (promised ${REQUIRED.twoWorkers})`,
    );
    if (!isReached) process.exitCode = 1;
  } finally {
    killAll();
    rmSync(folder, { recursive: true, force: true });
  }
