/**
 * The files of a run in the storage: what they are called, and what stands in them.
 *
 *   NAME/stopped                    why the run cannot go on, if it cannot
 *   NAME/log/…                      the questions that were asked (question-log.ts)
 *   NAME/kept/5                     the levels up to 5 outlive the machines (kept-levels.ts)
 *   NAME/level/5/plan               how level 5 is cut into tasks
 *   NAME/level/5/expand-3           the output of a task: whichever attempt creates it first
 *
 * A level is the states at one depth. Its tasks are those that lead to the next one: `expand-0`, `expand-1`, … each
 * expand some of its states, and then `merge-0`, `merge-1`, … each find out which successors of a part are new. For a
 * small level one task, `whole`, does all. The first level is what the task `initial` of level -1 comes to.
 */
import { sha256 } from "../checksum.js";
import { LastUsed } from "./last-used.js";
import { RecentBlocks } from "./recent-blocks.js";
import { DamagedFile, SEAL_BYTES, sealed, sealedJson, unsealedJson } from "./sealed.js";
import type { Basis } from "./shared-engine.js";
import type { Storage } from "./storage.js";
import type { Sighting, Tallies } from "./task-engine.js";
import type { Block } from "./visited.js";

/** Where a block of rows stands: in which file, and how many bytes behind its manifest. */
export interface BlockPlace {
  readonly file: string;
  readonly at: number;
  readonly bytes: number;
  readonly rows: number;
  readonly checksum: string;
}

/** How a level is done. */
export interface Plan {
  /** By task: the states that it expands; undefined if one task does the whole level. */
  readonly chunks?: readonly (readonly BlockPlace[])[];
  /** The properties, by their places among the instance's, that are violated on levels before. */
  readonly settled: readonly number[];
  /** How many states there are on this level and those before. */
  readonly total: number;
}

export interface Task {
  readonly kind: "initial" | "whole" | "expand" | "merge";
  /** The level that it begins with; -1 for `initial`. */
  readonly level: number;
  /** Its number among those of its kind: of a merge, the part. */
  readonly number: number;
}

/**
 * What stands at the beginning of the output of a task, before its rows: the number of its own bytes, in four bytes,
 * its seal, and its text as JSON.
 */
export interface Manifest extends Basis {
  /** By part: its rows. Of a merge all but one are empty. */
  readonly parts: readonly (readonly BlockPlace[])[];
  /**
   * Of a task that expands: the parts whose rows are left out, since the worker that has done it holds these parts, and
   * is to merge them. Another one that merges them does the task again, for these parts alone.
   */
  readonly withheld?: readonly number[];
  /** What was counted; undefined for a merge. */
  readonly tallies?: Tallies;
  readonly sightings?: readonly Sighting[];
}

/** Why a run cannot go on. */
export interface Stop {
  readonly reason: string;
  /** Whether a limit was reached, so that the run is incomplete; else it has failed. */
  readonly isLimit: boolean;
  /** The id that the run had for who says so. */
  readonly id?: string;
}

/** What others have written is not seen yet, as may be for some seconds over a network: try the task again. */
export class NotSeenYet extends Error {
  override readonly name = "NotSeenYet";
}

/** An output whose manifest was read: its rows begin at the byte offset `rowsAt`. */
interface Output {
  readonly manifest: Manifest;
  readonly rowsAt: number;
}

/** How many bytes of an output are read for its manifest at first. */
const HEAD_BYTES = 1 << 15;

/** How many manifests, and how many plans, a process keeps in memory. */
const MOST_MANIFESTS = 4096;
const MOST_PLANS = 8;

export function nameOf({ kind, number }: Task): string {
  return kind === "whole" || kind === "initial" ? kind : `${kind}-${number}`;
}

/** Returns the tasks that expand a level, and those that merge what it leads to. */
export function tasksOf({ chunks }: Plan, level: number, parts: number): { expanding: Task[]; merging: Task[] } {
  if (chunks === undefined) return { expanding: [{ kind: "whole", level, number: 0 }], merging: [] };
  const numbered = (kind: Task["kind"], count: number) =>
    Array.from({ length: count }, (_, number): Task => ({ kind, level, number }));
  return { expanding: numbered("expand", chunks.length), merging: numbered("merge", parts) };
}

/** Returns how many rows there are in some blocks. */
export function rowsIn(blocks: readonly { readonly rows: number }[]): number {
  return blocks.reduce((sum, { rows }) => sum + rows, 0);
}

export class RunFiles {
  private readonly plans = new LastUsed<number, Plan>(MOST_PLANS);
  private readonly outputs: LastUsed<string, Output>;
  /** The rows that were written last, which are often read again soon. */
  private readonly recent = new RecentBlocks();
  /** How many bytes of rows were written and read. */
  readonly moved = { written: 0, read: 0 };

  /** @param mostManifests how many manifests are kept in memory: those that were used last */
  constructor(
    readonly storage: Storage,
    readonly run: string,
    mostManifests = MOST_MANIFESTS,
  ) {
    this.outputs = new LastUsed(mostManifests);
  }

  private folderOf(level: number): string {
    return `${this.run}/level/${level}`;
  }

  /** Returns the names of the files of a level. */
  ofLevel(level: number): Promise<string[]> {
    return this.storage.names(this.folderOf(level));
  }

  /** Returns how a level is cut; undefined if that is not decided. */
  async plan(level: number): Promise<Plan | undefined> {
    const known = this.plans.get(level);
    if (known !== undefined) return known;
    const file = `${this.folderOf(level)}/plan`;
    const bytes = await this.storage.read(file);
    if (bytes === undefined) return undefined;
    const plan = unsealedJson<Plan>(bytes, file);
    this.plans.set(level, plan);
    return plan;
  }

  /**
   * Decides how a level is cut, unless that is decided, and returns how it is.
   * @param plan what everybody makes of the states of the level
   */
  async decide(level: number, plan: Plan): Promise<Plan> {
    // It need not outlive the machines: of the same states everybody makes the same plan.
    await this.storage.create(`${this.folderOf(level)}/plan`, sealedJson(plan), false);
    return (await this.plan(level))!;
  }

  /** Returns the manifest of a task; undefined if it was not done. */
  async manifest(task: Task): Promise<Manifest | undefined> {
    return (await this.output(this.nameOf(task)))?.manifest;
  }

  private nameOf(task: Task): string {
    return `${this.folderOf(task.level)}/${nameOf(task)}`;
  }

  private async output(name: string): Promise<Output | undefined> {
    const known = this.outputs.get(name);
    if (known !== undefined) return known;
    let head = await this.storage.readPart(name, 0, HEAD_BYTES);
    if (head === undefined) return undefined;
    if (head.length < 4) throw new DamagedFile(`${name} is damaged: it ends before its manifest does`);
    const length = 4 + SEAL_BYTES + new DataView(head.buffer, head.byteOffset).getUint32(0);
    if (length > head.length) head = (await this.storage.readPart(name, 0, length))!;
    const manifest = unsealedJson<Manifest>(head.subarray(4, length), name);
    const output = { manifest, rowsAt: length };
    this.outputs.set(name, output);
    return output;
  }

  /**
   * Reads a file of a level whole, and returns what its numbers rest on; undefined for a plan, which has none.
   * @throws DamagedFile if it is not what was written
   */
  async readWhole(level: number, name: string): Promise<Basis | undefined> {
    if (name === `${this.folderOf(level)}/plan`) {
      await this.plan(level);
      return undefined;
    }
    const { manifest } = (await this.output(name))!;
    for await (const _ of this.blocks(manifest.parts.flat())) {
      // To read them is all that is wanted.
    }
    return manifest;
  }

  /** Notes that the run cannot go on, unless that is noted. */
  async stop(stop: Stop): Promise<void> {
    await this.storage.create(`${this.run}/stopped`, sealedJson(stop));
  }

  /** Forgets why the run could not go on. */
  async forgetStop(): Promise<void> {
    await this.storage.remove(`${this.run}/stopped`);
  }

  /**
   * Returns why the run cannot go on; undefined if it can.
   * @param id the run's id: what somebody says who knew it by another one, before a crash, is forgotten
   */
  async stopped(id?: string): Promise<Stop | undefined> {
    const file = `${this.run}/stopped`;
    const bytes = await this.storage.read(file);
    const stop = bytes && unsealedJson<Stop>(bytes, file);
    if (stop?.id === undefined || id === undefined || stop.id === id) return stop;
    await this.forgetStop();
    return undefined;
  }

  /** Returns which of `tasks`, all of one level, have no manifest. */
  async missing(tasks: readonly Task[]): Promise<Task[]> {
    const names = new Set(await this.ofLevel(tasks[0]!.level));
    return tasks.filter((task) => !names.has(`${this.folderOf(task.level)}/${nameOf(task)}`));
  }

  /**
   * Creates the output of a task, unless another attempt was faster: then that one counts.
   * @param parts by part: its rows
   */
  async commit(task: Task, parts: readonly (readonly Block[])[], rest: Omit<Manifest, "parts">): Promise<void> {
    const file = this.nameOf(task);
    let at = 0;
    const blocksBySum = new Map<string, Uint8Array>();
    const places = parts.map((blocks) =>
      blocks.map(({ bytes, rows }): BlockPlace => {
        const place = { file, at, bytes: bytes.length, rows, checksum: checksumOf(bytes) };
        blocksBySum.set(place.checksum, bytes);
        at += bytes.length;
        return place;
      }),
    );
    const manifest: Manifest = { parts: places, ...rest };
    const text = Buffer.from(JSON.stringify(manifest));
    const length = Buffer.alloc(4);
    length.writeUint32BE(text.length);
    // It is seen at once, and outlives the machine later (kept-levels.ts).
    const contents = [length, ...sealed(text), ...parts.flat().map(({ bytes }) => bytes)];
    const isOurs = await this.storage.create(file, contents, false);
    this.outputs.delete(file);
    if (isOurs) this.recent.add(file, blocksBySum);
    this.moved.written += at + text.length;
  }

  /** Returns what the numbers in some blocks rest on, by the names of the files that have them. */
  async basesOf(places: readonly BlockPlace[]): Promise<Map<string, Basis>> {
    const bases = new Map<string, Basis>();
    for (const file of new Set(places.map((place) => place.file))) bases.set(file, (await this.output(file))!.manifest);
    return bases;
  }

  /** Yields the bytes of some blocks. @throws DamagedFile if one is not what was written */
  async *blocks(places: readonly BlockPlace[]): AsyncGenerator<Uint8Array> {
    for (let first = 0, next = 1; first < places.length; first = next, next++) {
      const { file, at, checksum } = places[first]!;
      const known = this.recent.blockOf(file, checksum);
      if (known !== undefined) {
        yield known;
        continue;
      }
      // Blocks that lie one behind the other are read together.
      let end = at + places[first]!.bytes;
      for (; places[next]?.file === file && places[next]!.at === end; next++) end += places[next]!.bytes;
      const read = await this.storage.readPart(file, (await this.output(file))!.rowsAt + at, end - at);
      this.moved.read += end - at;
      for (const place of places.slice(first, next)) yield soundBlock(read, place, at);
    }
  }

  /**
   * Returns the states of a level, by part; undefined if they are not all known yet.
   * @param parts how many parts there are
   */
  async states(level: number, parts: number): Promise<readonly (readonly BlockPlace[])[] | undefined> {
    if (level === 0) return (await this.manifest({ kind: "initial", level: -1, number: 0 }))?.parts;
    const plan = await this.plan(level - 1);
    if (plan !== undefined && plan.chunks === undefined)
      return (await this.manifest({ kind: "whole", level: level - 1, number: 0 }))?.parts;
    const merged: (readonly BlockPlace[])[] = [];
    for (let number = 0; plan !== undefined && number < parts; number++) {
      const manifest = await this.manifest({ kind: "merge", level: level - 1, number });
      if (manifest === undefined) return undefined;
      merged.push(manifest.parts[number]!);
    }
    return plan && merged;
  }
}

/**
 * Returns a block of what was read of a file from byte `from` of its rows on.
 * @throws DamagedFile if it is not what was written
 */
function soundBlock(read: Uint8Array | undefined, { file, at, bytes, checksum }: BlockPlace, from: number): Uint8Array {
  const block = read?.subarray(at - from, at - from + bytes);
  if (block === undefined || checksumOf(block) !== checksum)
    throw new DamagedFile(`${file} is damaged: the checksum of the ${bytes} bytes from ${at} on is another one`);
  return block;
}

function checksumOf(bytes: Uint8Array): string {
  return sha256(bytes).slice(0, 32);
}
