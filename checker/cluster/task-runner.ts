/** Does tasks of a run: it reads what they need from the storage, has the engine work, and commits the output. */
import { MemoryExceeded } from "../errors.js";
import { type Holders, partsOf } from "./part-holders.js";
import {
  type BlockPlace,
  type Manifest,
  NotSeenYet,
  nameOf,
  RunFiles,
  rowsIn,
  type Task,
  tasksOf,
} from "./run-files.js";
import { DamagedFile } from "./sealed.js";
import type { Basis, SharedEngine } from "./shared-engine.js";
import type { Storage } from "./storage.js";
import { type Destination, type Expanded, TaskEngine } from "./task-engine.js";

/** How a run is cut, the same for all of its workers. */
export interface Cut {
  /** How many parts its states are cut into: a power of two, at most as many as shards. */
  readonly parts: number;
  /** A level with at most so many states is one task, */
  readonly wholeStates: number;
  /** as long as there are at most so many states in all: one worker has to hold them. */
  readonly wholeTotal: number;
  /** A task expands at most about so many states. */
  readonly chunkStates: number;
  /** States at this depth are looked at, but their successors are left out. */
  readonly maxDepth?: number;
}

/** Whether a level is one task. @param total how many states there are on it and those before */
export function isWhole({ wholeStates, wholeTotal }: Cut, states: number, total: number): boolean {
  return states <= wholeStates && total <= wholeTotal;
}

export class TaskRunner {
  readonly files: RunFiles;
  readonly engine: TaskEngine;
  /** How many states it has expanded. */
  expandedStates = 0;
  /** Whether it withholds the successors in parts that it holds; not any more once they did not fit in memory. */
  private withholds = true;

  /**
   * @param run the words that names of the run's files begin with
   * @param budget how many bytes the visited states may take
   */
  constructor(
    storage: Storage,
    run: string,
    private readonly shared: SharedEngine,
    private readonly cut: Cut,
    budget: number,
  ) {
    this.files = new RunFiles(storage, run);
    this.engine = new TaskEngine(shared, cut.parts, budget);
  }

  /**
   * Does a task, unless its output is there. Small levels that follow one are done, too, without being asked for. Of a
   * level that is merged it merges all parts that it is to merge, and the one that is asked for unless another worker
   * is to merge that. If it was the last to expand a level, it merges its parts at once.
   * @param holders who is to merge which part
   * @param self its name among the holders
   * @returns the parts that it has merged
   * @throws LimitReached if a miss cannot be answered, or something does not fit in memory
   * @throws OtherAnswers if the model answers otherwise than elsewhere
   * @throws Overtaken if it seemed to be alone, and another worker has asked something meanwhile
   * @throws DamagedFile if an input is not what was written
   * @throws NotSeenYet if an input is not there yet
   */
  async do(task: Task, holders: Holders = {}, self?: string): Promise<readonly number[]> {
    const own = partsOf(holders, self);
    if (task.kind === "merge") {
      const holder = holders[task.number];
      const parts = new Set(holder === undefined || holder === self ? [task.number, ...own] : own);
      return this.mergeAll(task.level, [...parts]);
    }
    for (let next: Task | undefined = task; next !== undefined; next = await this.after(next)) {
      // Of an output that a crash has taken away the manifest may still be known here.
      if ((await this.files.missing([next])).length > 0) await this.redo(next, own);
    }
    return task.kind === "expand" && (await this.isExpanded(task.level)) ? this.mergeAll(task.level, own) : [];
  }

  private async isExpanded(level: number): Promise<boolean> {
    const { expanding } = tasksOf((await this.files.plan(level))!, level, this.cut.parts);
    return (await this.files.missing(expanding)).length === 0;
  }

  /**
   * Does a task, whether or not its output is there. It throws what `do` throws.
   * @param own the parts that it is to merge
   */
  async redo(task: Task, own: readonly number[] = []): Promise<void> {
    if (task.kind === "initial") await this.initial(task);
    else if (task.kind === "whole") await this.whole(task);
    else if (task.kind === "expand") await this.expand(task, own);
    else await this.merge(task.level, [task.number]);
  }

  /** Returns the task that follows one that was done, if it is the whole of a small level. */
  private async after({ kind, level }: Task): Promise<Task | undefined> {
    if (kind !== "initial" && kind !== "whole") return undefined;
    const states = (await this.files.states(level + 1, this.cut.parts))!.flat();
    const { sightings } = (await this.files.manifest({ kind, level, number: 0 }))!;
    const before = level < 0 ? { settled: [], total: 0 } : (await this.files.plan(level))!;
    const total = before.total + rowsIn(states);
    // Whether the run goes on after a violation is not for a worker to say.
    if (rowsIn(states) === 0 || !isWhole(this.cut, rowsIn(states), total) || sightings!.length > 0) return undefined;
    const { chunks } = await this.files.decide(level + 1, { settled: before.settled, total });
    return chunks === undefined ? { kind: "whole", level: level + 1, number: 0 } : undefined;
  }

  private async initial(task: Task): Promise<void> {
    const { successors, tallies, sightings } = this.engine.initial();
    await this.files.commit(task, successors, { ...this.shared.basis, tallies, sightings });
  }

  private async whole(task: Task): Promise<void> {
    const { level } = task;
    const parts = Array.from({ length: this.cut.parts }, (_, part) => part);
    await this.hold(parts, level);
    const states = (await this.files.states(level, this.cut.parts))!.flat();
    await this.catchUp(states);
    this.shared.asksTogether = true;
    const { tallies, sightings } = await this.expanded(states, level, () => "visited");
    const found = [];
    for (const part of parts) found.push(await this.engine.visited.add(part, level + 1, []));
    await this.commit(task, found, { tallies, sightings });
    this.shared.asksTogether = false;
  }

  /**
   * Expands some states of a level. The successors in parts of its own are new states of these as soon as they are
   * found: no other worker needs them, unless this one is lost.
   */
  private async expand(task: Task, own: readonly number[]): Promise<void> {
    const { level } = task;
    const withheld = this.withholds ? own : [];
    let expanded: Expanded;
    // Who is to merge all parts is alone, or nearly so: it may be overtaken.
    this.shared.asksTogether = own.length === this.cut.parts;
    try {
      await this.hold(withheld, level);
      expanded = await this.expandedTo(task, withheld, "output");
    } catch (error) {
      if (withheld.length === 0 || !(error instanceof MemoryExceeded)) throw error;
      this.releaseAll();
      await this.shared.keepQuestions();
      return this.expand(task, []);
    }
    const { successors, tallies, sightings } = expanded;
    await this.commit(task, successors, { tallies, sightings, withheld });
    this.shared.asksTogether = false;
  }

  /**
   * Expands the states of a task.
   * @param ahead parts that it holds: the successors in these are added to them
   * @param others what becomes of all other successors
   */
  private async expandedTo(task: Task, ahead: readonly number[], others: Destination): Promise<Expanded> {
    const { level, number } = task;
    const chunk = (await this.files.plan(level))?.chunks?.[number];
    if (chunk === undefined) throw new Error(`level ${level} is not cut so that it has the task ${nameOf(task)}`);
    await this.catchUp(chunk);
    const expanded = await this.expanded(chunk, level, (part) => (ahead.includes(part) ? "visited" : others));
    this.engine.visited.noteAhead(ahead, number);
    return expanded;
  }

  private async expanded(chunk: readonly BlockPlace[], level: number, destinationOf: (part: number) => Destination) {
    const blocks: Uint8Array[] = [];
    for await (const block of this.files.blocks(chunk)) blocks.push(block);
    await this.shared.settle((await this.files.plan(level))!.settled);
    this.expandedStates += rowsIn(chunk);
    return this.engine.expand(blocks, level === this.cut.maxDepth, destinationOf);
  }

  /** Merges those of some parts that are not merged, and returns them. */
  private async mergeAll(level: number, parts: readonly number[]): Promise<number[]> {
    if (parts.length === 0) return [];
    const merges = await this.files.missing(parts.map((number): Task => ({ kind: "merge", level, number })));
    const numbers = merges.map(({ number }) => number);
    try {
      await this.merge(level, numbers);
    } catch (error) {
      if (!(error instanceof MemoryExceeded)) throw error;
      for (const { number } of await this.files.missing(merges)) {
        // Each part alone may fit.
        this.releaseAll();
        await this.merge(level, [number]);
      }
    }
    return numbers;
  }

  private async merge(level: number, parts: readonly number[]): Promise<void> {
    await this.hold(parts, level);
    const outputs = await this.outputsOf(level);
    await this.makeWithheld(level, outputs, parts);
    const { visited } = this.engine;
    for (const part of parts) {
      const places = outputs.flatMap((output, task) => (visited.isAhead(part, task) ? [] : output.parts[part]!));
      await this.catchUp(places);
      const found = await visited.add(part, level + 1, this.files.blocks(places));
      const byPart = Array.from({ length: this.cut.parts }, (_, other) => (other === part ? found : []));
      await this.commit({ kind: "merge", level, number: part }, byPart, {});
    }
  }

  /** Does again what was done by workers that keep to themselves what it leads to in some parts, for these. */
  private async makeWithheld(level: number, outputs: readonly Manifest[], parts: readonly number[]): Promise<void> {
    const { visited } = this.engine;
    for (const [number, { withheld = [] }] of outputs.entries()) {
      const lacking = parts.filter((part) => withheld.includes(part) && !visited.isAhead(part, number));
      if (lacking.length > 0) await this.expandedTo({ kind: "expand", level, number }, lacking, "nowhere");
    }
  }

  /** Returns the outputs of the tasks that have expanded a level. */
  private async outputsOf(level: number): Promise<Manifest[]> {
    const plan = await this.files.plan(level);
    const outputs: Manifest[] = [];
    for (let number = 0; number < (plan?.chunks?.length ?? 0); number++) {
      const manifest = await this.files.manifest({ kind: "expand", level, number });
      if (manifest === undefined) throw new NotSeenYet(`the output of expand-${number} of level ${level} is not there`);
      outputs.push(manifest);
    }
    return outputs;
  }

  /** Holds nothing any more, and writes from now on all that it finds: that takes less memory. */
  private releaseAll(): void {
    this.withholds = false;
    this.engine.visited.dropAll();
  }

  /**
   * Answers the questions that the numbers in some rows rest on.
   * @throws NotSeenYet if not all are there
   * @throws DamagedFile if the numbers rest on other questions than those of the log
   */
  private async catchUp(places: readonly BlockPlace[]): Promise<void> {
    await this.shared.catchUp();
    for (const [file, basis] of await this.files.basesOf(places)) {
      const isSo = this.shared.restsOn(basis);
      if (isSo === undefined) throw new NotSeenYet(`the log has not all ${basis.questions} questions`);
      if (!isSo) throw new DamagedFile(`${file} rests on other questions than those of the log`);
    }
  }

  /** Sees to it that the states of some parts up to `level` are held. */
  private async hold(parts: readonly number[], level: number): Promise<void> {
    const { visited } = this.engine;
    // An attempt of before has merged more, and could not commit it.
    if (parts.some((part) => visited.levelHeld(part) > level)) visited.dropAll();
    for (const part of parts)
      for (let next = visited.levelHeld(part) + 1; next <= level; next++) {
        const states = await this.files.states(next, this.cut.parts);
        if (states === undefined) throw new NotSeenYet(`the states of level ${next} are not there`);
        await this.catchUp(states[part]!);
        await visited.take(part, next, this.files.blocks(states[part]!));
      }
  }

  private async commit(
    task: Task,
    parts: Parameters<RunFiles["commit"]>[1],
    rest: Omit<Parameters<RunFiles["commit"]>[2], keyof Basis>,
  ): Promise<void> {
    await this.shared.keepQuestions();
    await this.files.commit(task, parts, { ...this.shared.basis, ...rest });
  }
}
