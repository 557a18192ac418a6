/**
 * A search that is taken up from a checkpoint ends as one that was never interrupted; and a checkpoint that is damaged,
 * foreign or outdated is refused with its reason, and the one before it used.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checksumOfProgram, resumeFrom } from "../../checker/api/checkpoints.js";
import { disabled, model, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { loadModel } from "../../checker/models/models.js";
import { version } from "../../checker/package.js";
import { Check } from "../../checker/search/check.js";
import { checkpointsIn } from "../../checker/search/exhaustive/checkpoint.js";
import { newStatesFolder } from "../../checker/search/exhaustive/state-folders.js";
import type { SearchOptions } from "../../checker/search/options.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { searchTo } from "../support/slices.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "popcheck-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function essence({ properties, distinct, generated, depth, fired, statistics, incomplete, functionRuns }: Outcome) {
  const { levels, outDegrees } = statistics!;
  return { properties, distinct, generated, depth, fired, levels, outDegrees, incomplete, functionRuns };
}

function finish(check: Check): ReturnType<typeof essence> {
  check.work();
  const outcome = check.outcome();
  check.close();
  return essence(outcome);
}

const about = (options: SearchOptions) => ({
  version: version(),
  program: checksumOfProgram(),
  model: "",
  source: { checksum: "0".repeat(64), files: {} },
  parameters: {},
  given: {},
  options,
  seconds: 1,
});

/** A search that writes a checkpoint at each of the given numbers of states, and stops at the last. */
function interrupted(
  of: AnyModel,
  given: Record<string, unknown>,
  options: SearchOptions,
  at: readonly number[],
): void {
  const kept = { ...options, checkpoint: folder, spill: options.spill ?? newStatesFolder(folder) };
  const check = new Check(new Instance(of, given), kept);
  check.search.about = about(kept);
  for (const states of at) {
    searchTo(check, states);
    check.search.checkpoint();
    expect(check.search.checkpointFailure).toBeUndefined();
  }
  // What is found after the checkpoint is lost.
  for (let i = 0; i < 5; i++) check.work(1);
  check.search.stop("killed");
}

function resumed(of: AnyModel, given: Record<string, unknown>, options: SearchOptions, warnings: string[] = []) {
  return resumeFrom(
    folder,
    async ({ name, body }) => {
      const check = new Check(new Instance(of, given), {
        ...options,
        checkpoint: folder,
        spill: newStatesFolder(folder),
      });
      check.resume(folder, name, body, 1);
      expect(check.sample().seconds).toBeGreaterThan(1);
      return finish(check);
    },
    (warning) => warnings.push(warning),
  );
}

const popcorn = { stage: "4.2", kernels: 3 };
let searched: Promise<ReturnType<typeof essence>> | undefined;

/** What a search of it that nothing interrupts comes to. */
function uninterrupted(): Promise<ReturnType<typeof essence>> {
  searched ??= loadModel("popcorn").then(({ model }) => finish(new Check(new Instance(model, popcorn), {})));
  return searched;
}

const small = 2 ** 20 + 2 ** 18;

describe("a resumed search ends with the same counts, verdicts and traces as one that was not interrupted:", () => {
  type Case = [what: string, name: string, given: Record<string, unknown>, options: SearchOptions, at: number[]];
  test.each<Case>([
    ["exact", "popcorn", popcorn, {}, [3000, 9000]],
    ["at its beginning", "popcorn", popcorn, {}, [2]],
    ["near its end", "german", { nodes: 2 }, { symmetry: false }, [43_000]],
    ["without symmetry", "popcorn", popcorn, { symmetry: false }, [40_000]],
    ["compressed", "popcorn", popcorn, { store: "compressed" }, [8000]],
    ["fingerprints", "german", { nodes: 2 }, { symmetry: false, store: "fingerprint" }, [30_000]],
    ["fingerprints with traces", "popcorn", popcorn, { store: "fingerprint" }, [9000]],
    ["on disk", "german", { nodes: 2 }, { symmetry: false, storeMemory: small }, [38_000]],
    ["on disk, folded", "popcorn", popcorn, { storeMemory: small }, [9000, 12_000]],
    ["one word a row", "naive-mutex", { processes: 6 }, { symmetry: false }, [4000]],
  ])("%s", async (_what, name, given, options, at) => {
    const { model } = await loadModel(name);
    const scratch = { ...options, spill: join(folder, "scratch") };
    const whole = finish(new Check(new Instance(model, given), scratch));
    for (const threads of [1, 2]) {
      interrupted(model, given, { ...options, threads }, at);
      expect(await resumed(model, given, { ...options, threads: 3 - threads })).toEqual({
        ...whole,
        functionRuns: expect.any(Number),
      });
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("again and again", async () => {
    const { model } = await loadModel("popcorn");
    const whole = await uninterrupted();
    interrupted(model, popcorn, {}, [1000]);
    for (const states of [4000, 8000, 12_000]) {
      await resumeFrom(folder, async ({ name, body }) => {
        const options = { checkpoint: folder, spill: newStatesFolder(folder) };
        const check = new Check(new Instance(model, popcorn), options);
        check.resume(folder, name, body, 0);
        check.search.about = about(options);
        searchTo(check, states);
        check.search.checkpoint();
        check.close();
      });
    }
    expect(await resumed(model, popcorn, {})).toEqual(whole);
  });
});

describe("a checkpoint that cannot be used is refused with its reason, and the one before it used:", () => {
  const name = (nth: number) => checkpointsIn(folder)[nth]!;
  const file = (of: string) => join(folder, name(0), of);
  const flip = (path: string, at: number) => {
    const bytes = readFileSync(path);
    bytes[at < 0 ? bytes.length + at : at]! ^= 1;
    writeFileSync(path, bytes);
  };
  test.each<[what: string, harm: () => void, reason: RegExp]>([
    ["states with a flipped bit", () => flip(file("states.bin"), 5000), /states.bin is damaged: the checksum/],
    ["states cut off", () => truncateSync(file("states.bin"), 5000), /states.bin has 5000 bytes instead of \d+/],
    ["no states", () => rmSync(file("states.bin")), /states.bin is missing/],
    ["a journal with a flipped bit", () => flip(file("journal.bin"), -1), /journal.bin is damaged/],
    ["a manifest with a flipped bit", () => flip(file("manifest.json"), 100), /manifest is damaged/],
    ["an empty manifest", () => truncateSync(file("manifest.json"), 0), /manifest is damaged/],
    ["no manifest", () => rmSync(file("manifest.json")), /no manifest/],
  ])("%s", async (_what, harm, reason) => {
    const { model } = await loadModel("popcorn");
    const whole = await uninterrupted();
    interrupted(model, popcorn, {}, [3000, 9000]);
    harm();
    const warnings: string[] = [];
    expect(await resumed(model, popcorn, {}, warnings)).toEqual(whole);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(reason);
  });

  test("if none can be used, all reasons are told", async () => {
    const { model } = await loadModel("popcorn");
    interrupted(model, popcorn, {}, [3000, 9000]);
    for (const each of checkpointsIn(folder)) rmSync(join(folder, each, "journal.bin"));
    await expect(resumed(model, popcorn, {})).rejects.toThrow(
      /no checkpoint in .*\n.*journal.bin is missing\n.*journal.bin is missing/,
    );
  });

  test("another version's, another format's, a foreign folder, an empty one", async () => {
    const { model } = await loadModel("popcorn");
    interrupted(model, popcorn, {}, [3000]);
    const path = file("manifest.json");
    const [, text] = readFileSync(path, "utf8").split("\n") as [string, string];
    const { createHash } = await import("node:crypto");
    const rewrite = (changed: string) =>
      writeFileSync(path, `${createHash("sha256").update(changed).digest("hex")}\n${changed}\n`);
    rewrite(text.replace(`"version":"${version()}"`, '"version":"9.9.9"'));
    await expect(resumed(model, popcorn, {})).rejects.toThrow(/popcheck 9.9.9 wrote it, and this is popcheck/);
    rewrite(text.replace("popcheck checkpoint 2", "popcheck checkpoint 99"));
    await expect(resumed(model, popcorn, {})).rejects.toThrow(/format "popcheck checkpoint 99"/);
    rmSync(join(folder, name(0)), { recursive: true });
    await expect(resumed(model, popcorn, {})).rejects.toThrow(/there is no checkpoint in/);
    rmSync(folder, { recursive: true });
    await expect(resumed(model, popcorn, {})).rejects.toThrow(/there is no folder/);
  });

  test("a model that has been changed since", async () => {
    const variables = () => ({ x: single(0), y: single(0) });
    const { action } = vocabulary<StateOf<ReturnType<typeof variables>>>();
    const grid = (stride: number): AnyModel =>
      model({
        name: "grid",
        about: "",
        parameters: {},
        variables,
        actions: () => [
          action("X", {}, (s) => (s.x() < 90 ? s.withX(s.x() + (s.x() === 20 ? stride : 1)) : disabled)),
          action("Y", {}, (s) => (s.y() < 90 ? s.withY(s.y() + 1) : disabled)),
        ],
        properties: () => [],
      });
    interrupted(grid(1), {}, {}, [3000]);
    await expect(resumed(grid(2), {}, {})).rejects.toThrow(/the model has changed since/);
    expect((await resumed(grid(1), {}, {})).distinct).toBe(91 * 91);
  });
});

test("two checkpoints are kept, whole ones, and what an interrupted writer left is swept away", async () => {
  const { model } = await loadModel("popcorn");
  interrupted(model, popcorn, {}, [1000, 3000, 6000, 9000]);
  expect(checkpointsIn(folder)).toEqual(["checkpoint-000004", "checkpoint-000003"]);
  const partial = join(folder, "checkpoint-000005.partial");
  (await import("node:fs")).mkdirSync(partial);
  await resumed(model, popcorn, {});
  expect(existsSync(partial)).toBe(false);
  expect(readdirSync(folder).filter((each) => each.endsWith(".partial"))).toEqual([]);
});
