/** `popcheck resume`: what it takes, whose models it runs, and how it refuses a checkpoint. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lockFolder } from "../../checker/api/folder-lock.js";
import { bin, counter, folder, linesOfLog, observed, popcheckAlone, small, start } from "../support/command-line.js";
import { PROCESS_DEADLINE } from "../support/deadlines.js";
import { exceptRelease, releaseTest } from "../support/extent.js";

const upBy = (step: number) => counter({ step: `return state.withCount(state.count() + ${step});` });
const at = (...path: string[]) => join(folder, ...path);

/** Writes a model, and has it searched up to a few states. */
function begun(name: string, text: string): void {
  writeFileSync(at(`${name}.ts`), text);
  expect(popcheckAlone("check", `${name}.ts`, "--checkpoint", name, "--max-states", "2").status).toBe(3);
}

describe("a checkpoint of a model that was edited since is refused as a checkpoint, and the file is named:", () => {
  const edits: [what: string, before: string, after: string][] = [
    ["what an action does", upBy(1), upBy(2)],
    // The search has not come to any state where this makes a difference.
    [
      "a constant far away",
      counter({ step: "if (state.count() > 99) return disabled;" }),
      counter({ step: "if (state.count() > 98) return disabled;" }),
    ],
    ["a property", counter({ properties: small }), counter({ properties: small.replace("< 3", "< 4") })],
  ];
  test.each(exceptRelease(edits, ([what]) => what !== "a constant far away"))("%s", (_what, before, after) => {
    begun("edited", before);
    writeFileSync(at("edited.ts"), after);
    const { stderr, status } = popcheckAlone("resume", "edited");
    expect(stderr).toMatch(/is refused: the model has changed since: edited[.]ts was edited/);
    expect(stderr).toMatch(/no checkpoint in .*edited can be used\n.*\n.*--fresh begins anew/);
    expect(stderr).not.toContain("cannot be set up");
    expect(status).toBe(2);
    rmSync(at("edited"), { recursive: true });
  });

  releaseTest("a file that the model imports", () => {
    writeFileSync(at("most.ts"), "export const most: number = 7;\n");
    begun(
      "importing",
      counter({ head: `import { most } from "./most.js";`, step: "if (state.count() > most) return disabled;" }),
    );
    writeFileSync(at("most.ts"), "export const most: number = 8;\n");
    expect(popcheckAlone("resume", "importing").stderr).toMatch(/the model has changed since: most[.]ts was edited/);
  });

  releaseTest(
    "an edit of a comment, or of a type, leaves the model as it is; so does the folder that popcheck runs in",
    () => {
      begun("commented", counter());
      writeFileSync(at("commented.ts"), `// A remark.\n${counter()}type Unused = never;\n`);
      mkdirSync(at("elsewhere"), { recursive: true });
      const { stdout, status } = popcheckAlone("resume", "commented");
      expect(stdout).toMatch(/6 distinct/);
      // The model has no properties, so that nothing was verified.
      expect(status).toBe(3);
    },
  );

  releaseTest("a model that has moved is given", () => {
    begun("moved", counter());
    mkdirSync(at("new-place"), { recursive: true });
    cpSync(at("moved.ts"), at("new-place", "moved.ts"));
    rmSync(at("moved.ts"));
    expect(popcheckAlone("resume", "moved").stderr).toMatch(/moved[.]ts, which is not there any more\n.*--model FILE/);
    expect(popcheckAlone("resume", "moved", "--model", "new-place/moved.ts").stdout).toMatch(/6 distinct/);
  });
});

describe("a folder that was made on another account", () => {
  /** Runs popcheck as another account, which has its own folder for state. */
  const as = (account: string, ...words: string[]) =>
    spawnSync(process.execPath, [bin, ...words], {
      ...{ cwd: folder, encoding: "utf8", timeout: PROCESS_DEADLINE },
      env: { ...process.env, XDG_STATE_HOME: at(account) },
    });
  const begunAs = (account: string, name: string, text: string) => {
    writeFileSync(at(`${name}.ts`), text);
    expect(as(account, "check", `${name}.ts`, "--checkpoint", name, "--max-states", "2").status).toBe(3);
  };
  const marked = counter({
    head: `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(join(folder, "MARK"))}, "");`,
  });

  test("is resumed only with its model given: what it names does not run", () => {
    begunAs("stranger", "strange", marked);
    rmSync(at("MARK"));
    const { stderr, status } = as("own", "resume", "strange");
    expect(stderr).toMatch(
      /not made on this account.*strange[.]ts, whose code would run with your rights\n.*--model FILE/,
    );
    expect(status).toBe(2);
    expect(existsSync(at("MARK"))).toBe(false);
    expect(as("own", "resume", "strange", "--model", "holds.ts").stderr).toMatch(/the model has changed since/);
    expect(existsSync(at("MARK"))).toBe(false);
    expect(as("own", "resume", "strange", "--model", "strange.ts").stdout).toMatch(/6 distinct/);
    expect(existsSync(at("MARK"))).toBe(true);
  });

  const answers: [answer: string, runs: boolean][] = [
    ["y", true],
    ["n", false],
    ["", false],
  ];
  test.each(exceptRelease(answers, ([answer]) => answer !== "y"))(
    "is asked about at a terminal, and the answer %j decides",
    (answer, runs) => {
      begunAs("stranger", "asked", marked);
      rmSync(at("MARK"));
      // `script` gives the command a terminal of its own, and passes on what is typed.
      const command = [process.execPath, bin, "resume", "asked"].map((word) => `'${word}'`).join(" ");
      const { stdout } = spawnSync("script", ["--quiet", "--command", command, "/dev/null"], {
        ...{ cwd: folder, encoding: "utf8", timeout: PROCESS_DEADLINE, input: `${answer}\n` },
        env: { ...process.env, XDG_STATE_HOME: at("own") },
      });
      expect(stdout).toMatch(
        /not made on this account[\s\S]*asked[.]ts\s+whose code would run[\s\S]*Run it\? \[y\/N\]/,
      );
      expect(existsSync(at("MARK"))).toBe(runs);
      rmSync(at("asked"), { recursive: true });
    },
  );

  releaseTest("is resumed as one's own if its model is built in", () => {
    as("stranger", "check", "german", "--nodes", "2", "--checkpoint", "built-in", "--max-states", "100");
    expect(as("own", "resume", "built-in").status).toBe(0);
  });

  test("an edited model of one's own does not run before it is refused", () => {
    begunAs("own", "replaced", counter());
    writeFileSync(at("replaced.ts"), marked);
    rmSync(at("MARK"), { force: true });
    expect(as("own", "resume", "replaced").stderr).toMatch(/the model has changed since/);
    expect(existsSync(at("MARK"))).toBe(false);
  });
});

describe("checkpoints are not destroyed without a word:", () => {
  test("check refuses a folder that holds some, and --fresh removes them", () => {
    begun("kept", counter());
    const manifest = at("kept", "checkpoint-000001", "manifest.json");
    const text = readFileSync(manifest, "utf8");
    const again = popcheckAlone("check", "kept.ts", "--checkpoint", "kept");
    expect(again.stderr).toMatch(
      /kept holds checkpoints of an earlier search\n.*popcheck resume .*kept, or give --fresh/,
    );
    expect(again.status).toBe(2);
    expect(readFileSync(manifest, "utf8")).toBe(text);
    const fresh = popcheckAlone("check", "kept.ts", "--checkpoint", "kept", "--fresh", "--max-states", "3");
    expect(fresh.status).toBe(3);
    expect(readdirSync(at("kept"))).toEqual(["checkpoint-000001"]);
    expect(readFileSync(manifest, "utf8")).not.toBe(text);
  });

  test.each([
    ["resume", "locked"],
    ["check", "locked.ts", "--checkpoint", "locked", "--fresh"],
  ])("%s refuses a folder that another process uses", (...words) => {
    if (!existsSync(at("locked"))) begun("locked", counter());
    const unlock = lockFolder(at("locked"));
    const before = readdirSync(at("locked"));
    const { stderr, status } = popcheckAlone(...words);
    expect(stderr).toMatch(new RegExp(`locked is in use: process ${process.pid} writes checkpoints there`));
    expect(stderr).not.toContain("is refused");
    expect(status).toBe(2);
    expect(readdirSync(at("locked"))).toEqual(before);
    unlock();
  });
});

test("the lock of a process that was killed is taken over", async () => {
  const run = start(
    "check",
    "german",
    "--nodes",
    "4",
    "--checkpoint",
    "killed",
    "--checkpoint-every",
    "0.001",
    "--log",
    "killed.jsonl",
  );
  await observed(run, () => existsSync(at("killed")) && readdirSync(at("killed")).includes("checkpoint-000002"));
  run.process.kill("SIGKILL");
  await run.ended;
  expect(readdirSync(at("killed")).filter((name) => name.startsWith("lock-"))).toEqual(["lock-1"]);
  const { stderr, stdout } = popcheckAlone("resume", "killed", "--max-states", "100");
  expect(stderr).toMatch(/^taking up german at checkpoint-/);
  expect(stdout).toMatch(/stopped at --max-states/);
  expect(readdirSync(at("killed")).filter((name) => name.startsWith("lock-"))).toEqual([]);
});

test.each(exceptRelease(["SIGTERM", "SIGHUP"] as const, (signal) => signal === "SIGTERM"))(
  "%s writes a checkpoint and ends as incomplete",
  async (signal) => {
    const run = start(
      "check",
      "german",
      "--nodes",
      "4",
      "--threads",
      "1",
      "--checkpoint",
      signal,
      "--log",
      `${signal}.jsonl`,
    );
    await observed(run, () => linesOfLog(`${signal}.jsonl`).some(({ event }) => event === "sample"));
    run.process.kill(signal);
    const { status, stdout } = await run.ended;
    expect(stdout).toMatch(/incomplete: interrupted; every state up to depth \d+ was looked at/);
    expect(status).toBe(3);
    expect(readdirSync(at(signal))).toEqual(["checkpoint-000001"]);
  },
);

test("the interval between checkpoints is read", () => {
  popcheckAlone("check", "german", "--nodes", "2", "--checkpoint", "interval", "--max-states", "100");
  const { status, stderr } = popcheckAlone("resume", "interval", "--checkpoint-every", "0");
  expect(stderr).toContain("--checkpoint-every takes a number above 0, not 0");
  expect(status).toBe(2);
});
