/** A worker keeps to itself what leads into parts of its own, and nothing is missing if it is lost, or was too slow. */
import { describe, expect, test, vi } from "vitest";
import { Driver } from "../../checker/cluster/driver.js";
import type { FolderStorage } from "../../checker/cluster/folder-storage.js";
import { RunFiles, rowsIn, type Task } from "../../checker/cluster/run-files.js";
import { Overtaken, SharedEngine } from "../../checker/cluster/shared-engine.js";
import { type Cut, TaskRunner } from "../../checker/cluster/task-runner.js";
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import { checkSync } from "../../checker/search/check.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { dice } from "../support/dice.js";
import { LocalWorkers, RUN, withStorage } from "./local-workers.js";

const { model: german } = await loadModel("german");
const instance = () => new Instance(german, { nodes: 1 });
const CUT: Cut = { parts: 4, wholeStates: 0, wholeTotal: 0, chunkStates: 10 };
const PARTS = [0, 1, 2, 3];
const figuresOf = ({ statistics, generated }: Outcome) => ({ levels: statistics!.levels, generated });
const expected = figuresOf(checkSync(instance(), {}));

/** Workers whose tasks are done as a test says. */
class Directed extends LocalWorkers {
  direct: (task: Task) => Promise<unknown> = async () => {};

  override async offer(tasks: readonly Task[]): Promise<void> {
    for (const task of tasks) await this.direct(task);
  }
}

/** Leads a run, and returns what is known of its levels. */
async function ledBy(storage: FolderStorage, workers: LocalWorkers, cut: Cut) {
  const known = { levels: [] as number[], generated: 0 };
  for await (const level of new Driver(new RunFiles(storage, RUN), workers, cut).levels()) {
    known.levels.push(level.states);
    known.generated += level.tallies.generated;
  }
  return known;
}

/** Leads a run whose tasks are done as `direct` says. */
function led(storage: FolderStorage, direct: (workers: LocalWorkers, task: Task) => Promise<unknown>, count = 2) {
  const workers = new Directed(storage, Array.from({ length: count }, instance), {}, CUT);
  workers.direct = (task) => direct(workers, task);
  return ledBy(storage, workers, CUT);
}

/** Returns the outputs of the tasks that have expanded a run's levels. */
async function outputs(storage: FolderStorage) {
  const files = new RunFiles(storage, RUN);
  const found = [];
  for (let level = 0; level < expected.levels!.length; level++)
    for (const number of ((await files.plan(level))!.chunks ?? []).keys())
      found.push((await files.manifest({ kind: "expand", level, number }))!);
  return found;
}

/** The rows that some outputs have. */
const written = (manifests: Awaited<ReturnType<typeof outputs>>) =>
  manifests.reduce((sum, { parts }) => sum + rowsIn(parts.flat()), 0);

describe("the counts are those of one process", () => {
  test("where one worker is alone, which writes new states only", () =>
    withStorage(async (storage) => {
      const all = Object.fromEntries(PARTS.map((part) => [part, "alone"]));
      expect(await led(storage, ({ runners }, task) => runners[0]!.do(task, all, "alone"), 1)).toEqual(expected);
      const found = await outputs(storage);
      expect(found.length).toBeGreaterThan(expected.levels!.length);
      expect(written(found)).toBe(0);
    }));

  test("where two workers have half of the parts each", () =>
    withStorage(async (storage) => {
      const holders = { 0: "0", 1: "0", 2: "1", 3: "1" };
      let turn = 0;
      const counts = await led(storage, ({ runners }, task) => {
        const worker = task.kind === "merge" ? (task.number < 2 ? 0 : 1) : turn++ % 2;
        return runners[worker]!.do(task, holders, String(worker));
      });
      expect(counts).toEqual(expected);
      for (const { parts, withheld } of await outputs(storage))
        for (const part of withheld!) expect(rowsIn(parts[part]!)).toBe(0);
    }));

  test("where whoever has expanded a level is lost before it is merged", () =>
    withStorage(async (storage) => {
      const counts = await led(storage, async (workers, task) => {
        if (task.kind === "expand") return workers.runners[0]!.redo(task, PARTS);
        // It holds nothing, and is to merge one part after another.
        if (task.kind === "merge") workers.restart(1);
        return workers.runners[1]!.do(task);
      });
      expect(counts).toEqual(expected);
      expect(written(await outputs(storage))).toBe(0);
    }));

  test.each([1, 2, 3, 4])("where parts pass from worker to worker, and tasks are done twice: seed %i", (seed) =>
    withStorage(async (storage) => {
      const roll = dice(seed);
      const some = () => PARTS.filter(() => roll(2) === 0);
      const counts = await led(
        storage,
        async (workers, task) => {
          const { runners } = workers;
          const worker = roll(3);
          if (roll(9) === 0) workers.restart(worker);
          if (task.kind !== "expand")
            return runners[worker]!.do(task, Object.fromEntries(some().map((p) => [p, "me"])), "me");
          // Two attempts, each of which withholds something else; the first one counts.
          await runners[worker]!.redo(task, some());
          await runners[(worker + 1) % 3]!.redo(task, some());
        },
        3,
      );
      expect(counts).toEqual(expected);
      const found = await outputs(storage);
      expect(found.some(({ withheld }) => withheld!.length > 0)).toBe(true);
      expect(written(found)).toBeGreaterThan(0);
    }),
  );
});

test.each([
  ["from some level on, not all that it leads to", 2_400_000],
  ["hardly more than one part at a time", 1_700_000],
])("states are found that do not fit together: %s", (_, budget) =>
  withStorage(async (storage) => {
    const cut: Cut = { parts: 4, wholeStates: 0, wholeTotal: 0, chunkStates: 4000 };
    const options = { symmetry: false };
    const larger = () => new Instance(german, { nodes: 2 });
    const shared = new SharedEngine(storage, RUN, larger(), options);
    const runner = new TaskRunner(storage, RUN, shared, cut, budget);
    const drops = vi.spyOn(runner.engine.visited, "dropAll");
    const all = Object.fromEntries(PARTS.map((part) => [part, "alone"]));
    const workers = new Directed(storage, [], options, cut);
    workers.direct = (task) => runner.do(task, all, "alone");
    const known = checkSync(larger(), options);
    expect(await ledBy(storage, workers, cut)).toEqual(figuresOf(known));
    expect(drops.mock.calls.length).toBeGreaterThan(0);
  }),
);

test("who seemed to be alone is overtaken, and does its task as one of many", () =>
  withStorage(async (storage) => {
    const cut: Cut = { parts: 2, wholeStates: 0, wholeTotal: 0, chunkStates: 1 };
    const workers = new Directed(storage, [instance(), instance()], {}, cut);
    const { create } = storage;
    let overtakes = 0;
    workers.direct = async (task) => {
      const chunks = (await workers.runners[0]!.files.plan(task.level))?.chunks?.length ?? 0;
      let isToCome = task.kind === "expand" && task.number === 0 && chunks > 1;
      storage.create = async (name, parts, isDurable) => {
        if (isToCome && name.includes("/log/")) {
          // Just before it adds its questions, the other worker does the next task, and asks what that needs.
          isToCome = false;
          await workers.runners[1]!.do({ ...task, number: 1 });
        }
        return create.call(storage, name, parts, isDurable);
      };
      await workers.runners[0]!.do(task, { 0: "alone", 1: "alone" }, "alone").catch(async (error: Error) => {
        expect(error).toBeInstanceOf(Overtaken);
        overtakes++;
        workers.restart(0);
        await workers.runners[0]!.do(task);
      });
    };
    expect(await ledBy(storage, workers, cut)).toEqual(expected);
    expect(overtakes).toBeGreaterThan(0);
  }));
