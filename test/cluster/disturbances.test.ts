/** What may happen to a run on many machines changes no count: attempts twice, lost memory, new drivers, damage. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ClusterCheck } from "../../checker/cluster/cluster-check.js";
import { Driver } from "../../checker/cluster/driver.js";
import type { FolderStorage } from "../../checker/cluster/folder-storage.js";
import { nameOf, RunFiles, type Task } from "../../checker/cluster/run-files.js";
import { SharedEngine } from "../../checker/cluster/shared-engine.js";
import type { Cut } from "../../checker/cluster/task-runner.js";
import { disabled, model, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import { checkSync } from "../../checker/search/check.js";
import { dice } from "../support/dice.js";
import { LocalWorkers, RUN, withStorage } from "./local-workers.js";

const { model: german } = await loadModel("german");
const instance = () => new Instance(german, { nodes: 1 });
const CUT: Cut = { parts: 8, wholeStates: 3, wholeTotal: 1000, chunkStates: 3 };
const alone = checkSync(instance(), {});

/** Runs to the end by `workers`, and returns the states of each level, and the number of transitions. */
async function figures(storage: FolderStorage, workers: LocalWorkers) {
  const levels: number[] = [];
  let generated = 0;
  for await (const level of new Driver(new RunFiles(storage, RUN), workers, CUT).levels()) {
    levels.push(level.states);
    generated += level.tallies.generated;
  }
  return { levels, generated };
}

const expected = { levels: alone.statistics!.levels, generated: alone.generated };

/** Workers with a disturbance before each task. */
class Disturbed extends LocalWorkers {
  disturb: (worker: number, task: Task) => Promise<void> = async () => {};

  override async do(worker: number, task: Task): Promise<void> {
    await this.disturb(worker, task);
    await super.do(worker, task);
  }
}

describe("the counts are those of an undisturbed run", () => {
  test("where every task is done by every worker, at the same time", () =>
    withStorage(async (storage) => {
      const workers = new LocalWorkers(storage, [instance(), instance(), instance()], {}, CUT);
      workers.offer = async (tasks) => {
        for (const task of tasks) await Promise.all(workers.runners.map((_, worker) => workers.do(worker, task)));
      };
      expect(await figures(storage, workers)).toEqual(expected);
    }));

  test("where tasks that were done long ago are done once more", () =>
    withStorage(async (storage) => {
      const workers = new Disturbed(storage, [instance(), instance()], {}, CUT);
      const done: Task[] = [];
      const roll = dice(1);
      workers.disturb = async (worker, task) => {
        const zombie = done[roll(done.length)];
        done.push(task);
        // Another worker has forgotten that it was done.
        if (zombie) await workers.begun(1 - worker).redo(zombie);
      };
      expect(await figures(storage, workers)).toEqual(expected);
      expect(done.length).toBeGreaterThan(100);
    }));

  test("where workers lose all that they hold", () =>
    withStorage(async (storage) => {
      const workers = new Disturbed(storage, [instance(), instance(), instance()], {}, CUT);
      const roll = dice(2);
      let losses = 0;
      workers.disturb = async (worker) => {
        if (roll(4) > 0) return;
        losses++;
        workers.restart(worker);
      };
      expect(await figures(storage, workers)).toEqual(expected);
      expect(losses).toBeGreaterThan(20);
    }));

  test("where a worker has merged, and could not say so", () =>
    withStorage(async (storage) => {
      const workers = new Disturbed(storage, [instance(), instance()], {}, CUT);
      const { create } = storage;
      const roll = dice(3);
      let failures = 0;
      storage.create = async (name, parts, isDurable) => {
        if (/(merge|whole)/.test(name) && roll(3) === 0) {
          failures++;
          throw new Error("the storage is out of reach");
        }
        return create.call(storage, name, parts, isDurable);
      };
      workers.do = async (worker, task) => {
        await LocalWorkers.prototype.do.call(workers, worker, task).catch((error: Error) => {
          if (!error.message.includes("out of reach")) throw error;
        });
      };
      expect(await figures(storage, workers)).toEqual(expected);
      expect(failures).toBeGreaterThan(20);
    }));

  test("where the driver ends at each level, and another one goes on", () =>
    withStorage(async (storage) => {
      const workers = new LocalWorkers(storage, [instance(), instance()], {}, CUT);
      for (let drivers = 0; ; drivers++) {
        const check = new ClusterCheck(instance(), {}, storage, RUN, workers, CUT);
        const { offer } = workers;
        let offers = 0;
        workers.offer = async (tasks) => {
          if (offers++ === 2) await Promise.race([check.stop("interrupted"), undefined]);
          await offer.call(workers, tasks);
        };
        while (!(await check.work(1000)));
        workers.offer = offer;
        const outcome = await check.outcome();
        if (outcome.incomplete?.startsWith("interrupted")) continue;
        expect(outcome.statistics!.levels).toEqual(expected.levels);
        expect(outcome.generated).toBe(expected.generated);
        expect(drivers).toBeGreaterThan(5);
        break;
      }
    }));
});

describe("a run ends with one sentence", () => {
  /** Returns the largest file of a run in which there are states. */
  function largest(storage: FolderStorage): string {
    const files = readdirSync(storage.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /^(merge|whole)/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
    return files.sort((a, b) => statSync(b).size - statSync(a).size)[0]!;
  }

  for (const [how, harm] of [
    ["has a flipped bit", (bytes: Buffer) => bytes.writeUInt8(bytes.at(-9)! ^ 4, bytes.length - 9)],
    ["was cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length - 9)],
  ] as const)
    test(`where a file ${how}`, () =>
      withStorage(async (storage) => {
        await figures(storage, new LocalWorkers(storage, [instance()], {}, CUT));
        const path = largest(storage);
        const bytes = readFileSync(path);
        const harmed = harm(bytes);
        writeFileSync(path, typeof harmed === "number" ? bytes : harmed);
        // A worker that holds nothing has to read it.
        const last: Task = { kind: "whole", level: expected.levels!.length - 1, number: 0 };
        await expect(new LocalWorkers(storage, [instance()], {}, CUT).begun(0).redo(last)).rejects.toThrow(
          "is damaged",
        );
      }));

  const counting = (step: (n: number) => number) => {
    const variables = () => ({ n: single(0) });
    const { action, always } = vocabulary<StateOf<ReturnType<typeof variables>>>();
    return model({
      ...{ name: "counting", about: "", parameters: {}, variables },
      actions: () => [action("Step", {}, (state) => (state.n() < 50 ? state.withN(step(state.n())) : disabled))],
      properties: () => [
        always({ name: "small", says: "", for: {}, holds: (state) => state.n() <= 50, explain: () => "" }),
      ],
    });
  };

  test("where a model answers otherwise on another machine", () =>
    withStorage(async (storage) => {
      const here = new Instance(
        counting((n) => n + 1),
        {},
      );
      const there = new Instance(
        counting((n) => (n === 30 ? 32 : n + 1)),
        {},
      );
      await figures(storage, new LocalWorkers(storage, [here], {}, CUT));
      const shared = new SharedEngine(storage, RUN, there, {});
      await expect(shared.catchUp()).rejects.toThrow(
        /answers otherwise here than on another machine, before question \d+/,
      );
    }));
});

test("tasks have names of their own", () => {
  const task = (kind: Task["kind"], number: number) => nameOf({ kind, level: 3, number });
  expect([task("whole", 0), task("expand", 0), task("expand", 1), task("merge", 0)]).toEqual([
    ...["whole", "expand-0", "expand-1", "merge-0"],
  ]);
});
