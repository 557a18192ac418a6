/** A search that is taken up with less memory than its states take goes on on disk, or is refused. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MemoryExceeded } from "../../checker/errors.js";
import { Instance } from "../../checker/model/instance.js";
import { isLiveness } from "../../checker/model/property.js";
import { loadModel } from "../../checker/models/models.js";
import { Check } from "../../checker/search/check.js";
import { checkpointsIn } from "../../checker/search/exhaustive/checkpoint.js";
import { readManifest } from "../../checker/search/exhaustive/manifest.js";
import type { SearchOptions } from "../../checker/search/options.js";
import { finish, interrupted, resumed } from "../support/interruptions.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "popcheck-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const popcorn = { stage: "4.2", kernels: 3 };

const onDisk: [what: string, name: string, given: Record<string, unknown>, options: SearchOptions, at: number][] = [
  ["at its beginning", "german", { nodes: 2 }, { symmetry: false }, 2],
  ["rows of two words", "german", { nodes: 2 }, { symmetry: false }, 38_000],
  ["rows to be folded", "popcorn", popcorn, {}, 9000],
  ["folded rows", "popcorn", popcorn, { store: "compressed" }, 9000],
];
test.each(onDisk)("with less memory than its states take, on disk: %s", async (_what, name, given, options, at) => {
  const { model } = await loadModel(name);
  // Liveness is not decided on disk.
  const safety = new Instance(model, given).properties.filter((property) => !isLiveness(property));
  const asked = { ...options, properties: safety.map(({ name }) => name) };
  const whole = finish(new Check(new Instance(model, given), asked));
  expect(whole.properties.some(({ verdict }) => verdict === "violated")).toBe(name === "popcorn");
  for (const threads of [1, 2]) {
    interrupted(folder, model, given, { ...asked, threads }, [at]);
    const less = { ...asked, threads: 3 - threads, levelForThreads: 1, storeMemory: 1 };
    const look = ({ search }: Check) => expect(search.result.spilled).toBeDefined();
    expect(await resumed(folder, model, given, less, [], look)).toEqual({ ...whole, functionRuns: expect.any(Number) });
    rmSync(folder, { recursive: true, force: true });
  }
});

test("with less memory than its states take, and nowhere else to go, it is refused", async () => {
  const { model } = await loadModel("popcorn");
  interrupted(folder, model, popcorn, {}, [9000]);
  const { body } = readManifest(folder, checkpointsIn(folder)[0]!);
  const check = new Check(new Instance(model, popcorn), { checkpoint: folder, storeMemory: 1 });
  expect(() => check.resume(folder, checkpointsIn(folder)[0]!, body, 1)).toThrow(MemoryExceeded);
  check.close();
});
