/**
 * A search by workers comes to the same whatever happens to them: real processes and a real Redis, killed, stopped,
 * wiped, cut off and damaged at moments that a seed chooses. `POPCHECK_FAULTS=200` does as many runs; without it there
 * are a few.
 */
import { type ChildProcess, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
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
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Cluster,
  type ClusterOptions,
  ended,
  essenceOf,
  freePort,
  hasEnded,
  killAll,
  killed,
  pause,
  readReport,
  start,
} from "../support/cluster-processes.js";
import { bin } from "../support/command-line.js";
import { harm } from "../support/crashed-files.js";
import { dice } from "../support/dice.js";

const RUNS = Number(process.env.POPCHECK_FAULTS ?? 8);
const LEASE = 2;

/** What is searched: by its words, its states, and why it is incomplete on a cluster. */
interface Searched {
  readonly words: readonly string[];
  readonly distinct: number;
  readonly incomplete: string | undefined;
}

/** Asks many questions, and violates properties; all of its levels are small, so that each is one task. */
const POPCORN: Searched = {
  words: ["popcorn", "--stage", "4.7", "--kernels", "3"],
  distinct: 56_219,
  incomplete: "liveness is not decided on a cluster",
};
/** Has levels that are cut into tasks. */
const GERMAN: Searched = {
  words: ["german", "--nodes", "3", "--no-symmetry"],
  distinct: 4_727_700,
  incomplete: undefined,
};

const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "popcheck-cluster-"));

afterAll(() => {
  killAll();
  rmSync(folder, { recursive: true, force: true });
});

type Roll = ReturnType<typeof dice>;

/** Returns the files of the level that is being done, by their names; those that are being written begin with `~`. */
function filesAtWork(dir: string): string[] {
  const runs = join(dir, "runs");
  return (existsSync(runs) ? readdirSync(runs) : []).flatMap((run) => {
    const levels = join(runs, run, "level");
    const last = (existsSync(levels) ? readdirSync(levels) : []).sort((a, b) => Number(b) - Number(a))[0];
    return last === undefined ? [] : readdirSync(join(levels, last)).map((name) => join(levels, last, name));
  });
}

/** Waits until a file appears whose name matches, and returns true; false if the driver ends before. */
async function appears(cluster: Cluster, name: RegExp): Promise<boolean> {
  const known = new Set(filesAtWork(cluster.dir));
  for (; !hasEnded(cluster.driver); await new Promise(setImmediate))
    if (filesAtWork(cluster.dir).some((path) => name.test(path) && !known.has(path))) return true;
  return false;
}

/** Kills all workers in an instant, and starts others. */
async function killWorkers(cluster: Cluster, roll: Roll): Promise<void> {
  for (const worker of cluster.workers) worker.kill("SIGKILL");
  for (const worker of cluster.workers) await killed(worker);
  await pause(roll(500));
  for (const place of cluster.workers.keys()) cluster.startWorker(place);
}

/** Returns the files that were written after the last level that is noted as kept: nobody promised to keep these. */
function unflushed(dir: string): string[] {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^(request|stopped)$/.test(entry.name))
    .map(({ parentPath, name }) => ({
      path: join(parentPath, name),
      written: statSync(join(parentPath, name)).mtimeMs,
    }));
  const isMark = ({ path }: { readonly path: string }) => /\/kept\/-?\d+$/.test(path);
  const kept = Math.max(0, ...files.filter(isMark).map(({ written }) => written));
  // What a mark speaks of was written before it, though maybe some of the level's files were written later.
  const levels = Math.max(-2, ...files.filter(isMark).map(({ path }) => Number(path.slice(path.lastIndexOf("/") + 1))));
  return files
    .filter((file) => !isMark(file) && file.written > kept)
    .map(({ path }) => path)
    .filter((path) => Number(/\/level\/(-?\d+)\//.exec(path)?.[1] ?? Number.POSITIVE_INFINITY) > levels);
}

/** What may happen, each with what is started anew afterwards. */
const faults: Readonly<Record<string, (cluster: Cluster, roll: Roll) => Promise<unknown>>> = {
  "a worker is killed": async (cluster, roll) => {
    const place = roll(cluster.workers.length);
    await killed(cluster.workers[place]!);
    await pause(roll(1000));
    cluster.startWorker(place);
  },
  "workers are killed while one writes": async (cluster, roll) =>
    (await appears(cluster, /~/)) && killWorkers(cluster, roll),
  "workers are killed as one commits, or has just committed": async (cluster, roll) => {
    if (!(await appears(cluster, /(whole|expand-\d+|merge-\d+)$/))) return;
    await pause(roll(4));
    await killWorkers(cluster, roll);
  },
  "all workers are killed": killWorkers,
  "a worker stops for longer than its lease, and goes on": async (cluster, roll) => {
    const worker = cluster.workers[roll(cluster.workers.length)]!;
    worker.kill("SIGSTOP");
    await pause(2500 * LEASE + roll(1000));
    worker.kill("SIGCONT");
  },
  "Redis is killed, and begins with nothing": async (cluster, roll) => {
    await killed(cluster.redis);
    await pause(roll(1500));
    cluster.startRedis();
  },
  "all machines crash, and lose what was not flushed": async (cluster, roll) => {
    const all = [cluster.driver, cluster.redis, ...cluster.workers];
    for (const each of all) each.kill("SIGKILL");
    for (const each of all) await killed(each);
    for (const path of unflushed(cluster.dir)) if (roll(3) === 0) harm(path, roll);
    await pause(roll(500));
    cluster.startRedis();
    for (const place of cluster.workers.keys()) cluster.startWorker(place);
    cluster.startDriver();
  },
  "the driver is killed, and another one goes on": async (cluster, roll) => {
    await killed(cluster.driver);
    await pause(roll(1000));
    cluster.startDriver();
  },
};

/** By model: what one process comes to. */
const alone = new Map<Searched, ReturnType<typeof essenceOf>>();
beforeAll(async () => {
  for (const model of [POPCORN, GERMAN]) {
    const out = join(folder, "alone.json");
    await once(start(process.execPath, [bin, "check", ...model.words, "--json", out]), "exit");
    alone.set(model, essenceOf(readReport(out)));
    expect(alone.get(model)!.distinct).toBe(model.distinct);
    expect(alone.get(model)!.safety.length).toBeGreaterThan(2);
  }
});

/** Calls `use` with a cluster whose processes have been started: a Redis server, workers, and a driver. */
async function withCluster(
  model: Searched,
  workers: number,
  use: (cluster: Cluster) => Promise<void>,
  options: Partial<ClusterOptions> = {},
): Promise<void> {
  const out = mkdtempSync(join(folder, "run-"));
  const dir = join(out, "runs");
  mkdirSync(dir);
  const cluster = new Cluster({ port: await freePort(), dir, out, model: model.words, lease: LEASE, ...options });
  try {
    cluster.startRedis();
    for (let place = 0; place < workers; place++) cluster.startWorker(place);
    cluster.startDriver();
    await use(cluster);
  } finally {
    await cluster.end();
    rmSync(out, { recursive: true, force: true });
  }
}

async function expectUndisturbed(model: Searched, cluster: Cluster, what: string): Promise<void> {
  const report = await cluster.report();
  expect(essenceOf(report), what).toEqual(alone.get(model));
  expect(report.incomplete ?? undefined).toBe(model.incomplete);
}

const seeds = Array.from({ length: RUNS }, (_, seed) => seed);

describe("a search by workers comes to what one process comes to,", () => {
  const names = Object.keys(faults);
  const runs = seeds.map((seed) => ({ seed, first: names[seed % names.length]! }));

  test.each(runs)("seed $seed, where first $first", async ({ seed, first }) => {
    const roll = dice(seed + 1);
    const model = seed % 2 === 0 ? POPCORN : GERMAN;
    await withCluster(model, 1 + roll(3), async (cluster) => {
      const happened: string[] = [];
      for (let fault = first; happened.length < 3; fault = names[roll(names.length)]!) {
        await pause(500 + roll(3000));
        if (hasEnded(cluster.driver)) break;
        happened.push(fault);
        await faults[fault]!(cluster, roll);
      }
      expect(happened.length, "nothing happened to the run").toBeGreaterThan(0);
      await expectUndisturbed(model, cluster, happened.join("; "));
    });
  });
});

test("a worker that is told to end does so with a task at hand, which it leaves to others", () =>
  withCluster(GERMAN, 1, async (cluster) => {
    const [worker] = cluster.workers as [ChildProcess];
    // The first levels are one task after the other, without a pause.
    while (!filesAtWork(cluster.dir).some((path) => /\/level\/3\//.test(path))) await pause(10);
    worker.kill("SIGTERM");
    await Promise.race([ended(worker), pause(10_000)]);
    expect(worker.exitCode, "it goes on").toBe(0);
    cluster.startWorker(0);
    await expectUndisturbed(GERMAN, cluster, "a worker was told to end");
  }));

/** Waits until there are so many files in a cluster's folder, or its driver has ended. */
async function untilFiles(cluster: Cluster, count: number): Promise<string[]> {
  for (;;) {
    const files = readdirSync(cluster.dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith("~"))
      .map((entry) => join(entry.parentPath, entry.name));
    if (files.length >= count || hasEnded(cluster.driver)) return files;
    await pause(20);
  }
}

describe("a file that is damaged while a search goes on changes no count,", () => {
  test.each(seeds)("seed %i", async (seed) => {
    const roll = dice(seed + 1000);
    // There are more files of some kinds than of others.
    const kind = ["/log/", "/plan", "/whole", "/expand-", "/merge-"][seed % 5]!;
    const model = seed % 5 < 3 ? POPCORN : GERMAN;
    await withCluster(model, 2, async (cluster) => {
      const files = await untilFiles(cluster, 20 + roll(model === POPCORN ? 120 : 1500));
      const ofKind = files.filter((file) => file.includes(kind));
      const candidates = ofKind.length > 0 ? ofKind : files;
      const file = candidates[roll(candidates.length)]!;
      const bytes = readFileSync(file);
      if (roll(2) === 0) writeFileSync(file, bytes.subarray(0, roll(bytes.length)));
      else {
        bytes[roll(bytes.length)]! ^= 1 << roll(8);
        writeFileSync(file, bytes);
      }
      // Workers and a driver that hold nothing have to read it, if it is needed.
      await killWorkers(cluster, roll);
      await killed(cluster.driver);
      cluster.startDriver();
      const status = await once(cluster.driver, "exit").then(([code]) => code as number);
      if (status !== 1) return expectUndisturbed(model, cluster, file);
      // The driver before may have said it, too.
      expect(cluster.said).toMatch(/^(error: runs\/\S+ is damaged: .*\n)+$/);
      expect(cluster.said).toContain(file.slice(cluster.dir.length + 1));
    });
  });
});

const mountable = join(folder, "mountable");
mkdirSync(mountable);
const tmpfs = (options: string) => spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", mountable]).status === 0;
const unmount = () => spawnSync("umount", ["-l", mountable]);
const mayMount = tmpfs("size=1m");
if (mayMount) unmount();

describe.runIf(mayMount)("a disk that is full ends the search with a sentence, and with more room it goes on,", () => {
  for (const [what, limit, room] of [
    ["where there are no bytes left", "size=1m", "remount,size=1g"],
    ["where there are no files left", "nr_inodes=100", "remount,nr_inodes=1000000"],
  ] as const)
    test(what, async () => {
      expect(tmpfs(limit)).toBe(true);
      try {
        await withCluster(
          POPCORN,
          2,
          async (cluster) => {
            const { incomplete } = await cluster.report();
            expect(incomplete).toMatch(
              /^the search could not go on on disk: there is no space left on the disk; every state up to depth \d+/,
            );
            expect(spawnSync("mount", ["-o", room, mountable]).status).toBe(0);
            cluster.startDriver();
            await expectUndisturbed(POPCORN, cluster, what);
          },
          { dir: mountable },
        );
      } finally {
        unmount();
      }
    });
});

/** Two hosts on this machine: network namespaces with addresses of their own, joined by a cable of each to a bridge. */
class Hosts {
  readonly name = `pc${process.pid}`;
  /** The address of the machine itself, where Redis is. */
  readonly address = "10.213.77.1";

  private ip(line: string): boolean {
    return spawnSync("ip", line.split(" ")).status === 0;
  }

  /** Returns whether this process may make them. */
  make(): boolean {
    const { name, address } = this;
    return (
      this.ip(`link add ${name} type bridge`) &&
      this.ip(`addr add ${address}/24 dev ${name}`) &&
      this.ip(`link set ${name} up`) &&
      [0, 1].every(
        (host) =>
          this.ip(`netns add ${name}-${host}`) &&
          this.ip(`link add ${name}-${host} type veth peer name eth0 netns ${name}-${host}`) &&
          this.ip(`link set ${name}-${host} master ${name} up`) &&
          this.ip(`-n ${name}-${host} addr add 10.213.77.${host + 2}/24 dev eth0`) &&
          this.ip(`-n ${name}-${host} link set eth0 up`) &&
          this.ip(`-n ${name}-${host} link set lo up`),
      )
    );
  }

  /** The words that have a command run on a host. */
  on(host: number): string[] {
    return ["ip", "netns", "exec", `${this.name}-${host}`];
  }

  /** Takes the cable of a host out, or puts it back. */
  cable(host: number, state: "up" | "down"): void {
    expect(this.ip(`link set ${this.name}-${host} ${state}`)).toBe(true);
  }

  remove(): void {
    for (const host of [0, 1]) {
      // A namespace stays as long as a process in it, and would keep its cable.
      this.ip(`link del ${this.name}-${host}`);
      this.ip(`netns del ${this.name}-${host}`);
    }
    this.ip(`link del ${this.name}`);
  }
}

const hosts = new Hosts();
const mayMakeHosts = hosts.make();
hosts.remove();

describe.runIf(mayMakeHosts)("two hosts, of which one is cut off and comes back, come to the same,", () => {
  test.each(seeds.slice(0, Math.ceil(RUNS / 4)))("seed %i", async (seed) => {
    const roll = dice(seed + 2000);
    try {
      expect(hosts.make()).toBe(true);
      await withCluster(
        GERMAN,
        2,
        async (cluster) => {
          for (let cuts = 0; cuts < 2 && !hasEnded(cluster.driver); cuts++) {
            await pause(1000 + roll(3000));
            const host = roll(2);
            hosts.cable(host, "down");
            // For less than the lease, or for longer.
            await pause(500 + roll(3000 * LEASE));
            hosts.cable(host, "up");
          }
          await expectUndisturbed(GERMAN, cluster, "cut off");
        },
        { address: hosts.address, beforeWorker: (place) => hosts.on(place) },
      );
    } finally {
      hosts.remove();
    }
  });
});
