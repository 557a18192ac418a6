/**
 * A search that is taken up from a checkpoint ends as one that was never interrupted; and a checkpoint that is damaged,
 * foreign or outdated is refused with its reason, and the one before it used.
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resumeFrom } from "../../checker/api/resumption.js";
import { TooManyValues } from "../../checker/errors.js";
import { disabled, model, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { loadModel } from "../../checker/models/models.js";
import { version } from "../../checker/package.js";
import { Check } from "../../checker/search/check.js";
import { checkpointsIn } from "../../checker/search/exhaustive/checkpoint.js";
import { newStatesFolder } from "../../checker/search/exhaustive/state-folders.js";
import type { SearchOptions } from "../../checker/search/options.js";
import { exceptRelease, releaseTest } from "../support/extent.js";
import { about, type essence, finish, interrupted, resumed } from "../support/interruptions.js";
import { searchTo } from "../support/slices.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "popcheck-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const popcorn = { stage: "4.2", kernels: 3 };
let searched: Promise<ReturnType<typeof essence>> | undefined;

/** What a search of it that nothing interrupts comes to. */
function uninterrupted(): Promise<ReturnType<typeof essence>> {
  searched ??= loadModel("popcorn").then(({ model }) => finish(new Check(new Instance(model, popcorn), {})));
  return searched;
}

const small = 2 ** 20 + 2 ** 18;

describe("a resumed search ends with the same counts, verdicts and traces as one that was not interrupted:", () => {
  const cases: [what: string, name: string, given: Record<string, unknown>, options: SearchOptions, at: number[]][] = [
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
  ];
  test.each(exceptRelease(cases, (_, i) => ![5, 7].includes(i)))("%s", async (_what, name, given, options, at) => {
    const { model } = await loadModel(name);
    const scratch = { ...options, spill: join(folder, "scratch") };
    const whole = finish(new Check(new Instance(model, given), scratch));
    for (const threads of [1, 2]) {
      interrupted(folder, model, given, { ...options, threads }, at);
      expect(await resumed(folder, model, given, { ...options, threads: 3 - threads })).toEqual({
        ...whole,
        functionRuns: expect.any(Number),
      });
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("again and again", async () => {
    const { model } = await loadModel("popcorn");
    const whole = await uninterrupted();
    interrupted(folder, model, popcorn, {}, [1000]);
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
    expect(await resumed(folder, model, popcorn, {})).toEqual(whole);
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
    interrupted(folder, model, popcorn, {}, [3000, 9000]);
    harm();
    const warnings: string[] = [];
    expect(await resumed(folder, model, popcorn, {}, warnings)).toEqual(whole);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(reason);
  });

  test("an error of the search itself is none of the checkpoint's: it ends the run, and no other is tried", async () => {
    const { model } = await loadModel("popcorn");
    interrupted(folder, model, popcorn, {}, [3000, 9000]);
    const warnings: string[] = [];
    const failing = resumeFrom(
      folder,
      () => Promise.reject(new Error("the disk is gone")),
      (line) => warnings.push(line),
    );
    await expect(failing).rejects.toThrow(/^the disk is gone$/);
    expect(warnings).toEqual([]);
  });

  test("if none can be used, all reasons are told", async () => {
    const { model } = await loadModel("popcorn");
    interrupted(folder, model, popcorn, {}, [3000, 9000]);
    for (const each of checkpointsIn(folder)) rmSync(join(folder, each, "journal.bin"));
    await expect(resumed(folder, model, popcorn, {})).rejects.toThrow(
      /no checkpoint in .*\n.*journal.bin is missing\n.*journal.bin is missing/,
    );
  });

  test("another version's, another format's, a foreign folder, an empty one", async () => {
    const { model } = await loadModel("popcorn");
    interrupted(folder, model, popcorn, {}, [3000]);
    const path = file("manifest.json");
    const [, text] = readFileSync(path, "utf8").split("\n") as [string, string];
    const rewrite = (changed: string) =>
      writeFileSync(path, `${createHash("sha256").update(changed).digest("hex")}\n${changed}\n`);
    rewrite(text.replace(`"version":"${version()}"`, '"version":"9.9.9"'));
    await expect(resumed(folder, model, popcorn, {})).rejects.toThrow(/popcheck 9.9.9 wrote it, and this is popcheck/);
    rewrite(text.replace("popcheck checkpoint 6", "popcheck checkpoint 99"));
    await expect(resumed(folder, model, popcorn, {})).rejects.toThrow(/format "popcheck checkpoint 99"/);
    rmSync(join(folder, name(0)), { recursive: true });
    await expect(resumed(folder, model, popcorn, {})).rejects.toThrow(/there is no checkpoint in/);
    rmSync(folder, { recursive: true });
    await expect(resumed(folder, model, popcorn, {})).rejects.toThrow(/there is no folder/);
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
    interrupted(folder, grid(1), {}, {}, [3000]);
    await expect(resumed(folder, grid(2), {}, {})).rejects.toThrow(/the model has changed since/);
    expect((await resumed(folder, grid(1), {}, {})).distinct).toBe(91 * 91);
  });
});

test("two checkpoints are kept, whole ones, and what an interrupted writer left is swept away", async () => {
  const { model } = await loadModel("popcorn");
  interrupted(folder, model, popcorn, {}, [1000, 3000, 6000, 9000]);
  expect(checkpointsIn(folder)).toEqual(["checkpoint-000004", "checkpoint-000003"]);
  const partial = join(folder, "checkpoint-000005.partial");
  (await import("node:fs")).mkdirSync(partial);
  await resumed(folder, model, popcorn, {});
  expect(existsSync(partial)).toBe(false);
  expect(readdirSync(folder).filter((each) => each.endsWith(".partial"))).toEqual([]);
});

/** Rewrites the manifest of the newest checkpoint, with a checksum that is right. */
function rewriteManifest(
  change: (json: {
    files: { name: string }[];
    body: { onDisk: { folder: string; files: { name: string }[] } };
  }) => void,
): void {
  const path = join(folder, checkpointsIn(folder)[0]!, "manifest.json");
  const json = JSON.parse(readFileSync(path, "utf8").split("\n")[1]!);
  change(json);
  const text = JSON.stringify(json);
  writeFileSync(path, `${createHash("sha256").update(text).digest("hex")}\n${text}\n`);
}

describe("with states on disk", () => {
  const given = { nodes: 2 };
  const options = { symmetry: false, storeMemory: small };
  const states = (at: readonly number[]) =>
    loadModel("german").then(({ model }) => {
      interrupted(folder, model, given, options, at);
      return model;
    });
  const whole = async () => {
    const { model } = await loadModel("german");
    return {
      ...finish(new Check(new Instance(model, given), { ...options, spill: join(folder, "scratch") })),
      functionRuns: expect.any(Number),
    };
  };

  const files = ["archive.keys", "archive.parents", "levels.keys", "levels.parents"];
  test.each(exceptRelease(files, (_, place) => place < 3))(
    "the last two checkpoints stand alone: damage to %s of one leaves the other whole",
    async (file) => {
      const model = await states([36_000, 38_000, 40_000]);
      const folders = readdirSync(folder).filter((name) => name.startsWith("states-"));
      expect(folders).toHaveLength(2);
      const named = checkpointsIn(folder).map((name) => {
        const text = readFileSync(join(folder, name, "manifest.json"), "utf8");
        return JSON.parse(text.split("\n")[1]!).body.onDisk.folder as string;
      });
      expect([...named].sort()).toEqual([...folders].sort());
      writeFileSync(join(folder, named[0]!, file), "nothing is left of it");
      const warnings: string[] = [];
      expect(await resumed(folder, model, given, options, warnings)).toEqual(await whole());
      expect(warnings).toEqual([expect.stringMatching(new RegExp(`${file.replace(".", "[.]")} has 21 bytes instead`))]);
    },
  );

  releaseTest("what a refused checkpoint has left is removed, and what the search went on from is kept", async () => {
    const model = await states([36_000, 38_000]);
    const [newest, before] = checkpointsIn(folder);
    rmSync(join(folder, newest!, "journal.bin"));
    await resumeFrom(
      folder,
      async ({ name, body }) => {
        const kept = { ...options, checkpoint: folder, spill: newStatesFolder(folder) };
        const check = new Check(new Instance(model, given), kept);
        check.resume(folder, name, body, 1);
        check.search.about = about(kept);
        searchTo(check, 40_000);
        check.search.checkpoint();
        expect(checkpointsIn(folder)).toEqual(["checkpoint-000003", before]);
        check.close();
      },
      () => {},
    );
    expect(readdirSync(folder).filter((name) => name.startsWith("states-"))).toHaveLength(2);
    expect(await resumed(folder, model, given, options)).toEqual(await whole());
  });

  test.each<[what: string, harm: (victim: string) => void]>([
    [
      "names another file",
      () =>
        rewriteManifest((json) => {
          json.body.onDisk.files[0]!.name = "../../../victim";
        }),
    ],
    [
      "names another folder",
      () =>
        rewriteManifest((json) => {
          json.body.onDisk.folder = "..";
        }),
    ],
    [
      "names another file of its own",
      () =>
        rewriteManifest((json) => {
          json.files[0]!.name = "../../victim";
        }),
    ],
    [
      "has a link to another file",
      (victim) => {
        const at = join(folder, "states-000001", "levels.keys");
        rmSync(at);
        symlinkSync(victim, at);
      },
    ],
    [
      "has a link to another folder",
      (victim) => {
        renameSync(join(folder, "states-000001"), join(folder, "elsewhere"));
        symlinkSync(join(victim, ".."), join(folder, "states-000001"));
      },
    ],
  ])("a stranger's manifest that %s is refused, and nothing else is touched", async (_what, harm) => {
    const model = await states([38_000]);
    const outside = mkdtempSync(join(tmpdir(), "popcheck-victim-"));
    const victim = join(outside, "levels.keys");
    writeFileSync(victim, "precious");
    harm(victim);
    await expect(resumed(folder, model, given, options, [])).rejects.toThrow(/no checkpoint in .* can be used/);
    expect(readFileSync(victim, "utf8")).toBe("precious");
    expect(readdirSync(outside)).toEqual(["levels.keys"]);
    rmSync(outside, { recursive: true });
  });

  test("a file that a search makes does not go through a link that lies there", async () => {
    const model = await states([38_000]);
    const outside = mkdtempSync(join(tmpdir(), "popcheck-victim-"));
    const victim = join(outside, "victim");
    writeFileSync(victim, "precious");
    // Merged runs and candidates have such names; the search will make some of them.
    for (let n = 1; n < 40; n++)
      for (const name of [
        `merged-${String(n).padStart(6, "0")}.keys`,
        `candidates-${String(n).padStart(6, "0")}.records`,
      ])
        if (!existsSync(join(folder, "states-000001", name))) symlinkSync(victim, join(folder, "states-000001", name));
    expect(await resumed(folder, model, given, options)).toEqual(await whole());
    expect(readFileSync(victim, "utf8")).toBe("precious");
    rmSync(outside, { recursive: true });
  });
});

describe("a search that a limit of the tables ends writes a checkpoint, and loses nothing:", () => {
  const searches: [what: string, options: SearchOptions][] = [
    ["in memory", {}],
    ["two threads", { threads: 2, levelForThreads: 2 }],
    ["compressed, two threads", { store: "compressed", threads: 2, levelForThreads: 2 }],
    ["fingerprints with traces", { store: "fingerprint" }],
    ["on disk", { storeMemory: small }],
  ];
  test.each(exceptRelease(searches, (_, place) => place !== 2))("%s", async (_what, options) => {
    const { model } = await loadModel("popcorn");
    const counted = new Check(new Instance(model, popcorn), { ...options, spill: join(folder, "scratch") });
    const misses = onMisses(counted, () => {});
    const whole = finish(counted);
    const kept = { ...options, checkpoint: join(folder, "kept"), spill: join(folder, "kept", "states-000001") };
    for (const [share, when] of [
      [0.1, "before"],
      [0.5, "after"],
      [0.95, "before"],
    ] as const) {
      const check = new Check(new Instance(model, popcorn), kept);
      check.search.about = about(kept);
      const last = Math.floor(share * misses.count);
      onMisses(check, (count, now) => {
        // What a function has led to before the limit was reached stays in the tables.
        if (count > last && now === when) throw new TooManyValues("copy has more than enough distinct values");
      });
      check.work();
      expect(check.search.incomplete).toBe("copy has more than enough distinct values");
      expect(check.search.checkpointFailure).toBeUndefined();
      check.close();
      expect(checkpointsIn(kept.checkpoint)).toHaveLength(1);
      const outcome = await resumeFrom(kept.checkpoint, async ({ name, body }) => {
        const again = new Check(new Instance(model, popcorn), kept);
        again.resume(kept.checkpoint, name, body, 1);
        return finish(again);
      });
      expect(outcome).toEqual({ ...whole, functionRuns: expect.any(Number) });
      rmSync(kept.checkpoint, { recursive: true });
    }
  });
});

/** Calls `look` before and after each answer to a miss, and counts them. */
function onMisses(check: Check, look: (count: number, when: "before" | "after") => void): { count: number } {
  const misses = { count: 0 };
  const { missHandler } = check.search.engine as unknown as { missHandler: { handle(asking: unknown): void } };
  const handle = missHandler.handle.bind(missHandler);
  missHandler.handle = (asking) => {
    look(++misses.count, "before");
    handle(asking);
    look(misses.count, "after");
  };
  return misses;
}
