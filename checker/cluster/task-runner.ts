/** Does tasks of a run: it reads what they need from the storage, has the engine work, and commits the output. */
import { MemoryExceeded } from "../errors.js";
import type { Holders } from "./part-holders.js";
import { type BlockPlace, NotSeenYet, nameOf, RunFiles, rowsIn, type Task } from "./run-files.js";
import { DamagedFile } from "./sealed.js";
import type { Basis, SharedEngine } from "./shared-engine.js";
import type { Storage } from "./storage.js";
import { TaskEngine } from "./task-engine.js";
import type { Block } from "./visited.js";

/** How a run is cut, the same for all of its workers. */
export interface Cut {
  /** How many parts its states are cut into: a power of two, at most as many as shards. */
  readonly parts: number;
  /** A level with at most so many states is one task, */
  readonly wholeStates: number;
  /** as long as there are at most so many states in all: one worker has to hold them. */
  readonly wholeTotal: number;
  /** A task expands about so many states. */
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
   * Does a task, unless its output is there. Small levels that follow one are done, too, without being asked for.
   * @throws LimitReached if a miss cannot be answered, or something does not fit in memory
   * @throws OtherAnswers if the model answers otherwise than elsewhere
   * @throws DamagedFile if an input is not what was written
   * @throws NotSeenYet if an input is not there yet
   */
  async do(task: Task): Promise<void> {
    for (let next: Task | undefined = task; next !== undefined; next = await this.after(next)) {
      // Of an output that a crash has taken away the manifest may still be known here.
      if ((await this.files.missing([next])).length > 0) await this.redo(next);
    }
  }

  /**
   * Merges all parts of a level that `self` holds, and the one that is asked for, unless another worker holds that.
   * It throws what `do` throws.
   * @returns the parts that it has merged
   */
  async mergeHeld(asked: Task, holders: Holders, self: string): Promise<number[]> {
    const { level } = asked;
    const own = Object.keys(holders)
      .map(Number)
      .filter((part) => holders[part] === self);
    const isOthers = holders[asked.number] !== undefined && holders[asked.number] !== self;
    const parts = new Set(isOthers ? own : [asked.number, ...own]);
    if (parts.size === 0) return [];
    const merges = await this.files.missing([...parts].map((number): Task => ({ kind: "merge", level, number })));
    for (const merge of merges) await this.merge(merge);
    return merges.map(({ number }) => number);
  }

  /** Does a task, whether or not its output is there. It throws what `do` throws. */
  async redo(task: Task): Promise<void> {
    if (task.kind === "initial") await this.initial(task);
    else if (task.kind === "whole") await this.whole(task);
    else if (task.kind === "expand") await this.expand(task);
    else await this.merge(task);
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
    for (let part = 0; part < this.cut.parts; part++) await this.hold(part, level);
    const states = (await this.files.states(level, this.cut.parts))!.flat();
    await this.catchUp(states);
    this.shared.asksTogether = true;
    const expanded = await this.expanded(states, level);
    const found = [];
    for (const [part, blocks] of expanded.successors.entries())
      found.push(
        await this.engine.visited.add(
          part,
          level + 1,
          blocks.map(({ bytes }) => bytes),
        ),
      );
    const { tallies, sightings } = expanded;
    await this.commit(task, found, { tallies, sightings });
    this.shared.asksTogether = false;
  }

  private async expand(task: Task): Promise<void> {
    const plan = await this.files.plan(task.level);
    const chunk = plan?.chunks?.[task.number];
    if (chunk === undefined) throw new Error(`level ${task.level} is not cut so that it has the task ${nameOf(task)}`);
    await this.catchUp(chunk);
    const { successors, tallies, sightings } = await this.expanded(chunk, task.level);
    await this.commit(task, successors, { tallies, sightings });
  }

  private async expanded(chunk: readonly BlockPlace[], level: number) {
    const blocks: Uint8Array[] = [];
    for await (const block of this.files.blocks(chunk)) blocks.push(block);
    await this.shared.settle((await this.files.plan(level))!.settled);
    this.expandedStates += rowsIn(chunk);
    return this.engine.expand(blocks, level, level === this.cut.maxDepth);
  }

  private async merge(task: Task): Promise<void> {
    const { level, number: part } = task;
    await this.hold(part, level);
    const plan = await this.files.plan(level);
    const chunks = plan?.chunks?.length ?? 0;
    const places: BlockPlace[] = [];
    for (let number = 0; number < chunks; number++) {
      const manifest = await this.files.manifest({ kind: "expand", level, number });
      if (manifest === undefined) throw new NotSeenYet(`the output of expand-${number} of level ${level} is not there`);
      places.push(...manifest.parts[part]!);
    }
    await this.catchUp(places);
    const merged = () => this.engine.visited.add(part, level + 1, this.files.blocks(places));
    let found: readonly Block[];
    try {
      found = await merged();
    } catch (error) {
      if (!(error instanceof MemoryExceeded)) throw error;
      // No part is held any more: this one alone may fit.
      await this.hold(part, level);
      found = await merged();
    }
    await this.commit(
      task,
      Array.from({ length: this.cut.parts }, (_, other) => (other === part ? found : [])),
      {},
    );
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

  /** Sees to it that the states of a part up to `level` are held. */
  private async hold(part: number, level: number): Promise<void> {
    const { visited } = this.engine;
    // An attempt of before has merged more, and could not commit it.
    if (visited.levelHeld(part) > level) visited.dropAll();
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
