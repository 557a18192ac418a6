/** Real processes of a search on a cluster: a Redis server, workers, and a driver, over one folder. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { bin, root } from "./program.js";

const alive = new Set<ChildProcess>();

/** Kills all processes that were started here and have not ended. */
export function killAll(): void {
  for (const each of alive) each.kill("SIGKILL");
}

/** How a process is started. */
export interface Starting {
  /** What its environment has besides that of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The words that stand before its command. */
  readonly before?: readonly string[];
  /** What it is given on its standard input. */
  readonly input?: string;
  /** The file that its standard error is added to. */
  readonly errors?: string;
}

/** Starts a process that says nothing, and that `killAll` ends. */
export function start(command: string, words: readonly string[], { env, before = [], input, errors }: Starting = {}) {
  const [first, ...rest] = [...before, command, ...words];
  const file = errors === undefined ? undefined : openSync(errors, "a");
  const child = spawn(first!, rest, {
    cwd: root,
    stdio: [input === undefined ? "ignore" : "pipe", "ignore", file ?? "ignore"],
    env: { ...process.env, ...env },
  });
  if (file !== undefined) closeSync(file);
  child.stdin?.end(input);
  alive.add(child);
  child.on("exit", () => alive.delete(child));
  return child;
}

/** Returns the number of a port of this machine that nobody listens to. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** Waits until somebody listens to a port of this machine. */
export async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await Promise.race([once(socket, "connect").then(() => true), once(socket, "close")]).catch(() => 0);
    socket.destroy();
    if (isOpen === true) return;
    await pause(50);
  }
}

export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Waits until a process has ended. */
export async function ended(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) await once(child, "exit");
}

/** Kills a process, and waits until it has ended. */
export async function killed(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await ended(child);
}

export const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The lines of a Redis server's configuration that say where it listens, with nothing kept on a disk. */
export function redisConfiguration(port: number, folder: string, address = "127.0.0.1"): string[] {
  // Without a password a server answers its own machine only, unless it is told otherwise.
  const lines = [`port ${port}`, `bind ${address}`, "protected-mode no"];
  lines.push('save ""', "appendonly no", "maxmemory-policy noeviction");
  return [...lines, `dir ${folder}`];
}

/** How the processes of a cluster are started. */
export interface ClusterOptions {
  /** The port of the Redis server. */
  readonly port: number;
  /** The folder that all share. */
  readonly dir: string;
  /** The words of `check`, from the model on. */
  readonly model: readonly string[];
  /** After how many seconds a lost worker's task is given to another one. */
  readonly lease: number;
  /** A folder for what the driver writes besides: the outcome, and what it says. */
  readonly out: string;
  /** The address of the Redis server. */
  readonly address?: string;
  /** The words that stand before the command of a worker, by its place. */
  readonly beforeWorker?: (place: number) => readonly string[];
}

export class Cluster {
  redis!: ChildProcess;
  readonly workers: ChildProcess[] = [];
  driver!: ChildProcess;

  constructor(private readonly options: ClusterOptions) {}

  get dir(): string {
    return this.options.dir;
  }

  private get url(): string {
    const { address = "127.0.0.1", port } = this.options;
    return `redis://${address}:${port}`;
  }

  private get out(): string {
    return join(this.options.out, "out.json");
  }

  private get errors(): string {
    return join(this.options.out, "errors");
  }

  /** What the drivers have said on their standard error, besides lines of progress. */
  get said(): string {
    const lines = readFileSync(this.errors, "utf8").split("\n");
    return lines.filter((line) => !/ states(, |$)/.test(line)).join("\n");
  }

  startRedis(): void {
    const { port, out, address } = this.options;
    this.redis = start("redis-server", ["-"], { input: redisConfiguration(port, out, address).join("\n") });
  }

  startWorker(place: number): void {
    const { dir, lease, beforeWorker } = this.options;
    const words = ["worker", "--redis", this.url, "--dir", dir, "--lease", String(lease), "--memory", "1G"];
    const before = beforeWorker?.(place) ?? [];
    this.workers[place] = start(process.execPath, [bin, ...words], { before });
  }

  startDriver(): void {
    const { model, dir } = this.options;
    const words = ["check", ...model, "--cluster", this.url, "--dir", dir, "--json", this.out];
    rmSync(this.out, { force: true });
    this.driver = start(process.execPath, [bin, ...words], { errors: this.errors });
  }

  /** Waits until the driver has ended, and returns the outcome that it has written. */
  async report(): Promise<Report> {
    await ended(this.driver);
    if (!existsSync(this.out)) throw new Error(`there is no outcome: ${this.said}`);
    return readReport(this.out);
  }

  async end(): Promise<void> {
    for (const each of [this.driver, ...this.workers, this.redis]) await killed(each);
  }
}

/** The outcome of a check as JSON, as far as it is compared here. */
export interface Report {
  readonly distinct: number;
  readonly generated: number;
  readonly depth: number;
  readonly incomplete?: string;
  readonly properties: readonly { readonly name: string; readonly kind: string }[];
}

export function readReport(file: string): Report {
  return JSON.parse(readFileSync(file, "utf8")) as Report;
}

/** What of an outcome must not depend on how the search was done. */
export function essenceOf({ distinct, generated, depth, properties }: Report) {
  // With the verdicts stand the explanations, and the lengths of the counterexamples. Liveness is open on a cluster.
  const safety = properties.filter(({ name }) => !name.startsWith("eventual"));
  return { distinct, generated, depth, safety };
}
