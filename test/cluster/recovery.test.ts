/** A run whose machines have crashed, so that what was not flushed is lost or damaged, comes to what it would have. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Driver } from "../../checker/cluster/driver.js";
import { FolderStorage } from "../../checker/cluster/folder-storage.js";
import { lastKept } from "../../checker/cluster/kept-levels.js";
import { recover } from "../../checker/cluster/recovery.js";
import { RunFiles } from "../../checker/cluster/run-files.js";
import { begun, readRequest, requestOf } from "../../checker/cluster/run-request.js";
import type { Cut } from "../../checker/cluster/task-runner.js";
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import { checkSync } from "../../checker/search/check.js";
import { harm } from "../support/crashed-files.js";
import { dice } from "../support/dice.js";
import { LocalWorkers, RUN, withStorage } from "./local-workers.js";

const { model: german } = await loadModel("german");
const instance = () => new Instance(german, { nodes: 1 });
const CUT: Cut = { parts: 4, wholeStates: 3, wholeTotal: 1000, chunkStates: 10 };
const alone = checkSync(instance(), {});
const LEVELS = alone.statistics!.levels!.length;
const expected = { levels: alone.statistics!.levels, generated: alone.generated };

/** A storage that knows which of its files a crash leaves as they are. */
class Volatile extends FolderStorage {
  private readonly safe = new Set<string>();
  /** Whether what is to be kept is flushed. */
  flushes = true;

  override async create(name: string, parts: Iterable<Uint8Array>, isDurable = true): Promise<boolean> {
    const isOurs = await super.create(name, parts, isDurable);
    if (isOurs && isDurable) this.safe.add(name);
    return isOurs;
  }

  override async keep(names: readonly string[]): Promise<void> {
    if (!this.flushes) return new Promise(() => {});
    await super.keep(names);
    for (const name of names) this.safe.add(name);
  }

  /** Loses or damages some of the files that were not flushed, and returns how many. */
  async crash(roll: (sides: number) => number): Promise<number> {
    let harmed = 0;
    for (const name of await this.names(RUN)) {
      if (this.safe.has(name) || roll(3) > 0) continue;
      harmed++;
      harm(join(this.folder, name), roll);
    }
    return harmed;
  }
}

/** Leads a run until `levels` are over, by workers that hold nothing, and returns what is known of these. */
async function led(storage: FolderStorage, levels = Number.POSITIVE_INFINITY) {
  const workers = new LocalWorkers(storage, [instance(), instance()], {}, CUT);
  const known = { levels: [] as number[], generated: 0 };
  for await (const level of new Driver(new RunFiles(storage, RUN), workers, CUT).levels()) {
    known.levels.push(level.states);
    known.generated += level.tallies.generated;
    if (known.levels.length === levels) break;
  }
  return known;
}

const request = () => requestOf("german", "", { nodes: 1 }, {}, CUT);

describe("after a crash of all machines a run comes to the same", () => {
  test.each(Array.from({ length: 12 }, (_, seed) => seed))("seed %i", (seed) =>
    withStorage(async ({ folder }) => {
      const storage = new Volatile(folder);
      const roll = dice(seed + 1);
      let id = await begun(storage, RUN, request());
      let [harmed, removed] = [0, 0];
      for (let crashes = 0; crashes < 3; crashes++) {
        storage.flushes = roll(2) === 0;
        await led(storage, 2 + roll(LEVELS));
        harmed += await storage.crash(roll);
        const gone = await recover(storage, RUN, CUT.parts);
        removed += gone.length;
        const next = await begun(storage, RUN, request());
        expect(next === id).toBe(gone.length === 0);
        id = next;
      }
      expect([harmed, removed]).toEqual([expect.toSatisfy((n) => n > 20), expect.toSatisfy((n) => n > 20)]);
      storage.flushes = true;
      expect(await led(storage)).toEqual(expected);
    }),
  );
});

test("levels that are over are kept, and what is kept is not looked at again", () =>
  withStorage(async (storage) => {
    await begun(storage, RUN, request());
    await led(storage);
    const files = new RunFiles(storage, RUN);
    const last = LEVELS - 1;
    while ((await lastKept(files)) < last) await new Promise((resolve) => setTimeout(resolve, 5));
    const [plan] = (await files.ofLevel(3)).filter((name) => name.endsWith("plan"));
    writeFileSync(join(storage.folder, plan!), "nothing is left of it");
    expect(await recover(storage, RUN, CUT.parts)).toEqual([]);
    expect((await readRequest(storage, RUN))?.id).toBeDefined();
  }));

test("a run that was not interrupted by a crash stays as it is", () =>
  withStorage(async (storage) => {
    expect(await recover(storage, RUN, CUT.parts)).toEqual([]);
    const id = await begun(storage, RUN, request());
    storage.keep = () => new Promise(() => {});
    await led(storage, 10);
    const before = await storage.names(RUN);
    expect(await recover(storage, RUN, CUT.parts)).toEqual([]);
    expect(await storage.names(RUN)).toEqual(before);
    expect((await readRequest(storage, RUN))?.id).toBe(id);
  }));

test("why a run has stopped is forgotten if it was said of what the run was before a crash", () =>
  withStorage(async (storage) => {
    const files = new RunFiles(storage, RUN);
    const stop = { reason: "a file is damaged", isLimit: false, id: "before" };
    await files.stop(stop);
    expect(await files.stopped("before")).toEqual(stop);
    expect(await files.stopped()).toEqual(stop);
    expect(await files.stopped("after")).toBeUndefined();
    expect(await files.stopped("before")).toBeUndefined();
  }));
