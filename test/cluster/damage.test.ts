/**
 * A file of a run that is another one than was written never changes a count: the run comes to the same, or ends with a
 * sentence that names the file.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ClusterCheck } from "../../checker/cluster/cluster-check.js";
import type { FolderStorage } from "../../checker/cluster/folder-storage.js";
import { begun, readRequest, requestOf } from "../../checker/cluster/run-request.js";
import { DamagedFile } from "../../checker/cluster/sealed.js";
import type { Cut } from "../../checker/cluster/task-runner.js";
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { dice } from "../support/dice.js";
import { LocalWorkers, RUN, withStorage } from "./local-workers.js";

const { model: german } = await loadModel("german");
const instance = () => new Instance(german, { nodes: 1 });
const CUT: Cut = { parts: 2, wholeStates: 3, wholeTotal: 1000, chunkStates: 10 };

/** Leads a run to its end, by a worker and a driver that hold nothing. */
async function finished(storage: FolderStorage): Promise<Outcome> {
  const workers = new LocalWorkers(storage, [instance()], {}, CUT);
  const check = new ClusterCheck(instance(), { audit: 1 }, storage, RUN, workers, CUT);
  while (!(await check.work(1000)));
  return check.outcome();
}

const figures = ({ distinct, generated, fired, statistics, properties }: Outcome) => ({
  ...{ distinct, generated, fired, levels: statistics!.levels, degrees: statistics!.outDegrees },
  verdicts: properties.map(({ verdict }) => verdict),
});

const harms: Readonly<Record<string, (bytes: Buffer, roll: (sides: number) => number) => Buffer>> = {
  "has a flipped bit": (bytes, roll) => {
    bytes[roll(bytes.length)]! ^= 1 << roll(8);
    return bytes;
  },
  "has another digit": (bytes, roll) => {
    const digits = [...bytes.keys()].filter((at) => bytes[at]! >= 0x30 && bytes[at]! <= 0x39);
    bytes[digits[roll(digits.length)] ?? 0]! ^= 1;
    return bytes;
  },
  "was cut off": (bytes, roll) => bytes.subarray(0, roll(bytes.length)),
  "is empty": () => Buffer.alloc(0),
};

describe("whatever file of a run", () => {
  for (const [how, harm] of Object.entries(harms))
    test(`${how}, no count is another one`, () =>
      withStorage(async (storage) => {
        const expected = figures(await finished(storage));
        const files = readdirSync(storage.folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .sort();
        const roll = dice(5);
        let ended = 0;
        for (let i = 0; i < 15; i++) {
          // Files of each kind are about as many.
          const kind = ["log", "plan", "expand-", "merge-", "whole"][i % 5]!;
          const ofKind = files.filter((file) => file.includes(kind));
          const file = ofKind[roll(ofKind.length)]!;
          const bytes = readFileSync(file);
          const harmed = harm(Buffer.from(bytes), roll);
          if (harmed.equals(bytes)) continue;
          writeFileSync(file, harmed);
          try {
            expect(figures(await finished(storage)), file).toEqual(expected);
          } catch (error) {
            if (!(error instanceof DamagedFile)) throw error;
            expect(error.message).toContain(file.slice(storage.folder.length + 1));
            ended++;
          }
          writeFileSync(file, bytes);
        }
        // A file of a single question is not read where a pack has it, nor are rows that nobody needs.
        expect(ended).toBeGreaterThan(4);
        expect(figures(await finished(storage))).toEqual(expected);
      }));

  test("is a request that was changed, it is refused", () =>
    withStorage(async (storage) => {
      await begun(storage, RUN, requestOf("german", "", { nodes: 1 }, {}, CUT));
      const file = join(storage.folder, RUN, "request");
      writeFileSync(file, readFileSync(file, "utf8").replace('"nodes":1', '"nodes":2'), "utf8");
      await expect(readRequest(storage, RUN)).rejects.toThrow("is damaged: its checksum is another one");
    }));
});
