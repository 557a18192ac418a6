/** The scripts of docs/examples/cluster/ do what they say, and leave no process behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, test } from "vitest";
import { freePort, killAll, listening, pause, redisConfiguration, start } from "../support/cluster-processes.js";
import { bin, root } from "../support/command-line.js";

const folder = mkdtempSync(join(tmpdir(), "popcheck-scripts-"));
/** Stands in the environment of everything that the scripts start, and of nothing else. */
const MARK = `POPCHECK_TEST_MARK=${randomUUID()}`;
const [markName, markValue] = MARK.split("=") as [string, string];

/** Returns the numbers of the processes that were started by a script, or are one. */
function marked(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "latin1").includes(MARK);
      } catch {
        // It has ended meanwhile.
        return false;
      }
    });
}

afterAll(() => {
  killAll();
  for (const pid of marked()) process.kill(pid, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

function script(name: string, words: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(join(root, "docs/examples/cluster", name), words, {
    cwd: root,
    // As in a terminal, an interrupt may come to the whole group of the script.
    detached: true,
    env: { ...process.env, [markName]: markValue, POPCHECK: bin, ...env },
  });
  const status = once(child, "exit").then(([code]) => code as number | null);
  return { child, status, out: text(child.stdout), err: text(child.stderr) };
}

/** Waits until a script has written a text to a file. */
async function until({ child }: { readonly child: ChildProcess }, file: string, words: string): Promise<void> {
  while (!existsSync(file) || !readFileSync(file, "utf8").includes(words)) {
    expect(child.exitCode, "the script has ended").toBeNull();
    await pause(50);
  }
}

describe("one-machine.sh", () => {
  const SMALL = ["german", "--nodes", "2"];
  const LARGE = ["german", "--nodes", "3", "--no-symmetry"];
  const begun = (name: string, words: readonly string[]) =>
    script("one-machine.sh", words, { WORKERS: "2", MEMORY: "1G", DIR: join(folder, name) });

  test("searches, passes the verdict on, and ends what it has started, and no other server", async () => {
    const port = await freePort();
    const other = start("redis-server", ["-"], { input: redisConfiguration(port, folder).join("\n") });
    await listening(port);
    const { status, out } = begun("small", SMALL);
    expect(await out).toContain("21,714 distinct, 63,430 generated");
    expect(await status).toBe(0);
    expect(marked()).toEqual([]);
    expect(other.exitCode).toBeNull();
    other.kill();
  });

  const groupInterrupted = ({ pid }: ChildProcess) => process.kill(-pid!, "SIGINT");
  for (const [how, signal] of [
    ["Ctrl-C, which comes to all in the foreground", groupInterrupted],
    ["SIGTERM", (child: ChildProcess) => child.kill("SIGTERM")],
  ] as const)
    test(`ends the check as incomplete, and all processes, at ${how}; the same line goes on`, async () => {
      const name = how.split(/\W/)[0]!;
      const first = begun(name, LARGE);
      const { child, status, out } = first;
      await until(first, join(folder, name, "worker-1.log"), "done");
      signal(child);
      expect(await out).toContain("incomplete: interrupted");
      expect(await status).toBe(3);
      expect(marked()).toEqual([]);
      const outputs = (dir: string) =>
        readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((file) => /(expand|merge)-\d+$/.test(file));
      const before = outputs(join(folder, name)).map((file) => join(folder, name, file));
      const times = before.map((file) => statSync(file).mtimeMs);
      const again = begun(name, LARGE);
      expect(await again.out).toContain("4,727,700 distinct, 18,684,522 generated");
      expect(await again.status).toBe(0);
      // What was done is not done again.
      expect(before.map((file) => statSync(file).mtimeMs)).toEqual(times);
    });

  test("says what is missing", async () => {
    const { status, err } = script("one-machine.sh", SMALL, { POPCHECK: "no-such-command" });
    expect(await err).toContain("there is no no-such-command");
    expect(await status).toBe(2);
    expect(await begun("none", []).status).toBe(2);
  });
});

test("slurm.sh searches as the tasks of a job array, whatever their order, and cancels it at the end", async () => {
  const [bins, dir] = [join(folder, "bin"), join(folder, "slurm")];
  mkdirSync(bins);
  mkdirSync(dir);
  // In the place of Slurm: the names that it gives, and what ends the job array.
  const scancel = join(bins, "scancel");
  writeFileSync(scancel, `#!/bin/sh\necho "$@" >> ${folder}/cancelled\n`);
  chmodSync(scancel, 0o755);
  // In the place of popcheck: what notes who may read the file with the password, and is popcheck then.
  const noting = join(bins, "popcheck");
  writeFileSync(noting, `#!/bin/sh\nstat -c %a ${dir}/redis-77 >> ${folder}/modes\nexec ${bin} "$@"\n`);
  chmodSync(noting, 0o755);
  const begun = (task: number) =>
    script("slurm.sh", ["german", "--nodes", "2"], {
      ...{ PATH: `${bins}:${process.env.PATH}`, DIR: dir, MEMORY: "1G", POPCHECK: noting },
      ...{ SLURM_ARRAY_JOB_ID: "77", SLURM_ARRAY_TASK_ID: String(task) },
    });
  const workers = [begun(2), begun(1)];
  await pause(100);
  const leader = begun(0);
  expect(await leader.out).toContain("21,714 distinct, 63,430 generated");
  expect(await leader.status).toBe(0);
  expect(readFileSync(join(folder, "cancelled"), "utf8")).toBe("77\n");
  expect(existsSync(join(dir, "redis-77"))).toBe(false);
  expect(readFileSync(join(folder, "modes"), "utf8")).toMatch(/^(600\n)+$/);
  for (const { child } of workers) {
    expect(child.exitCode).toBeNull();
    child.kill("SIGTERM");
  }
  // One that came late may not have found the server; the job's end would have ended it.
  const said = await Promise.all(workers.map(({ out }) => out));
  expect(said.join("")).toContain("takes tasks from redis://");
  await Promise.all(workers.map(({ status }) => status));
  expect(marked()).toEqual([]);
});
