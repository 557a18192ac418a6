/**
 * What a crash of machines, or of the storage, leaves of a run. Of files that were not flushed yet (kept-levels.ts)
 * some may be lost, cut off or filled with anything. Before a driver takes a run up it looks at all of them. It removes
 * what is not whole, with all that rests on it, so that it is done again; and the run gets another id, so that no
 * worker goes on with what it remembers of it.
 */
import { lastKept } from "./kept-levels.js";
import { readLogFile } from "./question-log.js";
import { RunFiles, tasksOf } from "./run-files.js";
import { requestFileOf } from "./run-request.js";
import { DamagedFile } from "./sealed.js";
import type { Basis } from "./shared-engine.js";
import type { Storage } from "./storage.js";

/**
 * Removes from a run what is not whole, and returns the names of the files that are gone.
 * @param parts how many parts its states are cut into
 */
export async function recover(storage: Storage, run: string, parts: number): Promise<string[]> {
  const log = await soundLog(storage, run);
  const gone = [...log.unsound];
  const files = new RunFiles(storage, run);
  const levels = await levelsOf(files);
  const kept = await lastKept(files);
  let isBroken = false;
  for (const level of levels.filter((level) => level > kept)) {
    const names = await files.ofLevel(level);
    const unsound = [];
    for (const name of names) if (isBroken || !(await isSound(files, level, name, log.digests))) unsound.push(name);
    gone.push(...unsound);
    // What comes later was made of what is not there any more.
    isBroken ||= unsound.length > 0 || (level < levels.at(-1)! && !(await isComplete(files, level, parts)));
  }
  if (gone.length > 0) await storage.remove(requestFileOf(run));
  for (const name of gone) await storage.remove(name);
  return gone;
}

/** Returns the numbers of the levels that have files, and of those between, in order. */
async function levelsOf({ storage, run }: RunFiles): Promise<number[]> {
  const names = await storage.names(`${run}/level`);
  const numbers = names.map((name) => Number(name.split("/").at(-2)));
  const last = numbers.reduce((most, number) => Math.max(most, number), -2);
  return Array.from({ length: last + 2 }, (_, i) => i - 1);
}

/** What is whole of a log: the digests that stand with its questions, in order; and the files that are of no use. */
async function soundLog(storage: Storage, run: string) {
  const unsound = new Set<string>();
  const sound = [];
  for (const name of await storage.names(`${run}/log`)) {
    const file = await unlessDamaged(() => readLogFile(storage, name));
    if (file === undefined) unsound.add(name);
    else sound.push(file);
  }
  const digests: string[] = [];
  for (const { name, from, digests: more } of sound.sort((a, b) => a.from - b.from)) {
    // A question is missing before it.
    if (from > digests.length + 1) unsound.add(name);
    else digests.push(...more.slice(digests.length + 1 - from));
  }
  return { digests, unsound };
}

/** Whether a file of a level is what was written, and rests on the questions that there are. */
async function isSound(files: RunFiles, level: number, name: string, digests: readonly string[]): Promise<boolean> {
  return (await unlessDamaged(async () => restsOn(await files.readWhole(level, name), digests))) ?? false;
}

function restsOn(basis: Basis | undefined, digests: readonly string[]): boolean {
  if (basis === undefined) return true;
  const { questions, digest } = basis;
  // With a question stands what was known before it; after the last one nothing does.
  return questions < digests.length ? digests[questions] === digest : questions === digests.length;
}

/** Whether all tasks of a level have an output. */
async function isComplete(files: RunFiles, level: number, parts: number): Promise<boolean> {
  if (level < 0) return (await files.missing([{ kind: "initial", level, number: 0 }])).length === 0;
  const plan = await files.plan(level);
  if (plan === undefined) return false;
  const { expanding, merging } = tasksOf(plan, level, parts);
  return (await files.missing([...expanding, ...merging])).length === 0;
}

async function unlessDamaged<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DamagedFile) return undefined;
    throw error;
  }
}
