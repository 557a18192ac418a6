/**
 * A search by workers comes to the same whatever happens to them: real processes and a real Redis, killed, stopped and
 * wiped at moments that a seed chooses. `POPCHECK_FAULTS=200` does as many runs; without it there are a few.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bin, root } from "../support/command-line.js";
import { dice } from "../support/dice.js";

const RUNS = Number(process.env.POPCHECK_FAULTS ?? 6);
const MODEL = ["popcorn", "--stage", "4.7", "--kernels", "3"];
const LEASE = "2";

const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "popcheck-cluster-"));
const alive = new Set<ChildProcess>();

afterAll(() => {
  for (const each of alive) each.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

function start(command: string, words: readonly string[]): ChildProcess {
  const child = spawn(command, words, { cwd: root, stdio: "ignore" });
  alive.add(child);
  child.on("exit", () => alive.delete(child));
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A Redis server, workers and a driver, over one folder. */
class Cluster {
  redis!: ChildProcess;
  readonly workers: ChildProcess[] = [];
  driver!: ChildProcess;

  constructor(
    private readonly port: number,
    readonly dir: string,
  ) {}

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get out(): string {
    return join(this.dir, "out.json");
  }

  startRedis(): void {
    const policy = ["--maxmemory-policy", "noeviction"];
    this.redis = start("redis-server", [
      ...["--port", String(this.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", ...policy],
      ...["--dir", folder],
    ]);
  }

  startWorker(place: number): void {
    const words = [bin, "worker", "--redis", this.url, "--dir", this.dir, "--lease", LEASE, "--memory", "1G"];
    this.workers[place] = start(process.execPath, words);
  }

  startDriver(): void {
    const words = ["check", ...MODEL, "--cluster", this.url, "--dir", this.dir, "--json", this.out];
    this.driver = start(process.execPath, [bin, ...words]);
  }

  async end(): Promise<void> {
    for (const each of [this.driver, ...this.workers, this.redis]) await killed(each);
  }
}

/** What may happen, each with what is started anew afterwards. */
const faults: Readonly<Record<string, (cluster: Cluster, roll: ReturnType<typeof dice>) => Promise<void>>> = {
  "a worker is killed": async (cluster, roll) => {
    const place = roll(cluster.workers.length);
    await killed(cluster.workers[place]!);
    await pause(roll(1000));
    cluster.startWorker(place);
  },
  "all workers are killed": async (cluster, roll) => {
    for (const worker of cluster.workers) await killed(worker);
    await pause(roll(500));
    for (const place of cluster.workers.keys()) cluster.startWorker(place);
  },
  "a worker stops for longer than its lease, and goes on": async (cluster, roll) => {
    const worker = cluster.workers[roll(cluster.workers.length)]!;
    worker.kill("SIGSTOP");
    await pause(2500 * Number(LEASE) + roll(1000));
    worker.kill("SIGCONT");
  },
  "Redis is killed, and begins with nothing": async (cluster, roll) => {
    await killed(cluster.redis);
    await pause(roll(1500));
    cluster.startRedis();
  },
  "the driver is killed, and another one goes on": async (cluster, roll) => {
    await killed(cluster.driver);
    await pause(roll(1000));
    cluster.startDriver();
  },
};

interface Report {
  readonly distinct: number;
  readonly generated: number;
  readonly depth: number;
  readonly incomplete?: string;
  readonly properties: readonly { readonly name: string; readonly kind: string }[];
}

function essence({ distinct, generated, depth, properties }: Report) {
  // With them stand the explanations, and the lengths of the counterexamples.
  const safety = properties.filter(({ name }) => !name.startsWith("eventual"));
  return { distinct, generated, depth, safety };
}

describe("a search by workers comes to what one process comes to,", () => {
  let alone: ReturnType<typeof essence>;
  beforeAll(async () => {
    const out = join(folder, "alone.json");
    const child = start(process.execPath, [bin, "check", ...MODEL, "--json", out]);
    await once(child, "exit");
    const report = JSON.parse(readFileSync(out, "utf8")) as Report;
    alone = essence(report);
    expect(alone.distinct).toBe(56_219);
    expect(alone.safety.length).toBeGreaterThan(5);
  });

  const names = Object.keys(faults);
  const runs = Array.from({ length: RUNS }, (_, seed) => ({ seed, first: names[seed % names.length]! }));

  test.each(runs)("seed $seed, where first $first", async ({ seed, first }) => {
    const roll = dice(seed + 1);
    const dir = mkdtempSync(join(folder, "run-"));
    const cluster = new Cluster(await freePort(), dir);
    try {
      cluster.startRedis();
      for (let place = 0; place <= roll(2); place++) cluster.startWorker(place);
      cluster.startDriver();
      const happened: string[] = [];
      for (let fault = first; happened.length < 3; fault = names[roll(names.length)]!) {
        await pause(500 + roll(3000));
        if (cluster.driver.exitCode !== null) break;
        happened.push(fault);
        await faults[fault]!(cluster, roll);
      }
      expect(happened.length, "nothing happened to the run").toBeGreaterThan(0);
      if (cluster.driver.exitCode === null) await once(cluster.driver, "exit");
      const report = JSON.parse(readFileSync(cluster.out, "utf8")) as Report;
      expect(essence(report), happened.join("; ")).toEqual(alone);
      expect(report.incomplete).toBe("liveness is not decided on a cluster");
    } finally {
      await cluster.end();
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
