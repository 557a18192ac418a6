/** `popcheck runs`: the runs of a cluster's folder, what they came to, how large they are; and removes some. */
import { resolve } from "node:path";
import { FolderStorage } from "../../cluster/folder-storage.js";
import { RunFiles, rowsIn } from "../../cluster/run-files.js";
import { RUNS, readRequest } from "../../cluster/run-request.js";
import { DamagedFile } from "../../cluster/sealed.js";
import { UsageError } from "../../errors.js";
import { EXIT } from "../../reports/exit-status.js";

export interface RunsArguments {
  readonly dir?: string;
  readonly remove?: string | readonly string[];
}

/** Runs the command and returns the exit status. @throws UsageError if a run that is to be removed does not exist */
export async function runsCommand({ dir, remove = [] }: RunsArguments): Promise<number> {
  if (!dir) throw new UsageError("popcheck runs needs --dir DIR");
  const storage = new FolderStorage(resolve(dir));
  for (const name of [remove].flat()) {
    if ((await storage.names(`${RUNS}/${name}`)).length === 0)
      throw new UsageError(`there is no run ${name} in ${dir}`);
    await storage.remove(`${RUNS}/${name}`);
    process.stdout.write(`${name} is removed\n`);
  }
  const requests = (await storage.names(RUNS)).filter((name) => name.endsWith("/request"));
  for (const name of requests) process.stdout.write(`${await shown(storage, name.slice(0, -"/request".length))}\n`);
  if (requests.length === 0) process.stdout.write(`there are no runs in ${dir}\n`);
  return EXIT.holds;
}

/** Returns the line of a run, also of one that is damaged. */
async function shown(storage: FolderStorage, run: string): Promise<string> {
  try {
    return await lineOf(storage, run);
  } catch (error) {
    if (error instanceof DamagedFile) return `${run.slice(RUNS.length + 1)}  ${error.message}`;
    throw error;
  }
}

async function lineOf(storage: FolderStorage, run: string): Promise<string> {
  const request = (await readRequest(storage, run))!;
  const files = new RunFiles(storage, run);
  let [level, states] = [0, 0];
  let isOver = false;
  for (; !isOver; level++) {
    const found = await files.states(level, request.cut.parts);
    if (found === undefined) break;
    const count = rowsIn(found.flat());
    isOver = count === 0;
    states += count;
  }
  const given = Object.entries(request.given).map(([name, value]) => `${name} ${value}`);
  const stopped = await files.stopped();
  const { bytes, written } = storage.extentOf(run);
  const underway = `at level ${level}, last written to ${ago(Date.now() - written)}`;
  const how = stopped === undefined ? (isOver ? "ended: every state was found" : underway) : `ended: ${stopped.reason}`;
  const size = `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const what = [request.model, ...given].join(" ");
  return `${run.slice(RUNS.length + 1)}  ${what}  ${states.toLocaleString("en")} states, ${how}, ${size}`;
}

/** Says how long ago something was, in the largest unit of which it is at least two. */
function ago(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const units = [
    [86_400, "days"],
    [3600, "hours"],
    [60, "minutes"],
  ] as const;
  const [size, unit] = units.find(([size]) => seconds >= 2 * size) ?? [1, seconds === 1 ? "second" : "seconds"];
  return `${Math.floor(seconds / size)} ${unit} ago`;
}
