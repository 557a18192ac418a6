/** A search closes its files when it is closed, also those that its checkpoints need: an API's caller may run many. */
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import { Check } from "../../checker/search/check.js";
import { checkpointsIn } from "../../checker/search/exhaustive/checkpoint.js";
import { newStatesFolder } from "../../checker/search/exhaustive/state-folders.js";
import type { SearchOptions } from "../../checker/search/options.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "popcheck-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.runIf(existsSync("/proc/self/fd")).each<SearchOptions>([{ store: "fingerprint" }, { storeMemory: 1 }])(
  "a search that has ended holds no file open, though its checkpoint needs the files: %j",
  async (options) => {
    const { model } = await loadModel("german");
    const open = () =>
      readdirSync("/proc/self/fd").flatMap((fd) => {
        const path = pathOf(`/proc/self/fd/${fd}`);
        return path.startsWith(folder) ? [path] : [];
      });
    const kept = { ...options, checkpoint: folder, spill: newStatesFolder(folder), maxStates: 2000 };
    const check = new Check(new Instance(model, { nodes: 2 }), kept);
    check.search.about = {};
    check.work();
    expect(open()).not.toEqual([]);
    check.close();
    expect(open()).toEqual([]);
    expect(checkpointsIn(folder).length).toBeGreaterThan(0);
  },
);

/** Returns where a link leads to; nothing if it is gone. */
function pathOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return "";
  }
}
