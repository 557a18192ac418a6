/**
 * The lock of a folder of checkpoints: one process at a time writes there. The lock is a file `lock-1` that names its
 * process. If a process has died without giving its lock back, the next one takes `lock-2`, and so on: names are only
 * ever created exclusively, so of several processes that find the same dead lock only one gets the next.
 *
 * A lock that is renewed by the clock (as that of the package proper-lockfile) would not do: a search may be busy for
 * minutes at the end of a level, and then another process would take the folder over.
 */
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { UsageError } from "../errors.js";
import { makeFolder, notWritable } from "./folders.js";

/** Whose lock it is: a process, told from others that have had its number before or have it elsewhere. */
interface Owner {
  readonly pid: number;
  /** When the process started, in ticks since the system did; undefined where the system does not tell. */
  readonly started?: string | undefined;
  /** The system since it started, the machine, and the space that numbers of processes count in. */
  readonly boot?: string | undefined;
  readonly machine?: string | undefined;
  readonly space?: string | undefined;
  readonly host: string;
}

/**
 * Takes the lock of `folder`, which is made if it does not exist.
 * @returns a function that gives the lock back
 * @throws UsageError if another process has it, or if the folder cannot be written
 */
export function lockFolder(folder: string): () => void {
  makeFolder("checkpoint", folder);
  try {
    return take(folder);
  } catch (error) {
    throw error instanceof UsageError ? error : notWritable("checkpoint", folder, error);
  }
}

function take(folder: string): () => void {
  for (;;) {
    const found = locksIn(folder);
    const living = found.find(({ owner }) => owner === undefined || mayLive(owner));
    if (living) throw isTaken(folder, living);
    const number = Math.max(0, ...found.map(({ number }) => number)) + 1;
    const path = join(folder, `lock-${number}`);
    if (!create(path)) continue;
    // A process that was slow may have taken a name that was free again: of two that hold a lock, none goes on.
    const others = locksIn(folder).filter((lock) => lock.number !== number);
    const rival = others.find(({ owner }) => owner === undefined || mayLive(owner));
    if (rival) {
      rmSync(path, { force: true });
      throw isTaken(folder, rival);
    }
    for (const dead of others) rmSync(join(folder, `lock-${dead.number}`), { force: true });
    return () => rmSync(path, { force: true });
  }
}

interface Lock {
  readonly number: number;
  /** Undefined if the file does not say, because it is being written at the moment, or was cut off. */
  readonly owner: Owner | undefined;
}

function locksIn(folder: string): Lock[] {
  return readdirSync(folder).flatMap((name) => {
    const [, number] = /^lock-(\d{1,9})$/.exec(name) ?? [];
    if (number === undefined) return [];
    let text: string;
    try {
      text = readFileSync(join(folder, name), "utf8");
    } catch (error) {
      // It was given back in the meantime.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
    return [{ number: Number(number), owner: ownerIn(text) }];
  });
}

function ownerIn(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner> | null;
    return Number.isSafeInteger(owner?.pid) ? { ...(owner as Owner), host: String(owner!.host) } : undefined;
  } catch {
    return undefined;
  }
}

/** Makes the file of a lock for this process. Returns false if it is there already. */
function create(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  try {
    writeSync(file, `${JSON.stringify(thisProcess())}\n`);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  return true;
}

/** Returns whether the owner of a lock may still run: only what certainly does not is taken over. */
function mayLive({ pid, started, boot, machine, space, host }: Owner): boolean {
  const here = thisProcess();
  if (boot === undefined || here.boot === undefined) return host !== here.host || isThere(pid);
  // The same machine has been started anew since.
  if (boot !== here.boot) return machine === undefined || machine !== here.machine || host !== here.host;
  // Numbers of another container say nothing here.
  if (space !== here.space) return true;
  return started !== undefined && startOf(pid) === started;
}

function thisProcess(): Owner {
  return {
    pid: process.pid,
    started: startOf(process.pid),
    boot: textOf("/proc/sys/kernel/random/boot_id"),
    machine: textOf("/etc/machine-id"),
    space: linkOf("/proc/self/ns/pid"),
    host: hostname(),
  };
}

/** Returns when a process started; undefined if there is none of this number. */
function startOf(pid: number): string | undefined {
  // The name of the program, in brackets, may hold anything; what follows it are numbers. A zombie runs no more.
  const [state, ...fields] =
    textOf(`/proc/${pid}/stat`)
      ?.replace(/^.*\) /s, "")
      .split(" ") ?? [];
  return state === "Z" || state === "X" ? undefined : fields[18];
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function isTaken(folder: string, { number, owner }: Lock): UsageError {
  const who =
    owner === undefined
      ? "another process"
      : `process ${owner.pid}${owner.host === hostname() ? "" : ` on ${JSON.stringify(owner.host)}`}`;
  return new UsageError(
    `${folder} is in use: ${who} writes checkpoints there\n  Wait for it, end it, or give another folder. If it certainly runs no more, remove ${join(folder, `lock-${number}`)}.`,
  );
}
