/** What happens to a verdict when what it is written to fails: it is told all the same, and so is what failed. */
import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Outputs, prepareFile, prepareFolder, writeText } from "../../checker/cli/outputs/outputs.js";
import { UsageError } from "../../checker/errors.js";
import { bin, counter, folder, popcheck, small } from "../support/command-line.js";
import { PROCESS_DEADLINE } from "../support/deadlines.js";
import { releaseTest } from "../support/extent.js";

const path = (name: string) => join(folder, name);

/** A model that puts a file in the place of the folder `traces` while its counterexample is explained. */
const SPOILT = counter({
  head: `import { rmSync, writeFileSync } from "node:fs";`,
  properties: small
    .replace(
      "explain: (s) =>",
      `explain: (s) => { rmSync("traces", { recursive: true, force: true }); writeFileSync("traces", ""); return`,
    )
    .replace(/ \}\)$/, "; } })"),
});
writeFileSync(path("spoilt.ts"), SPOILT);

describe("before the search", () => {
  test.each([
    ["--json", ["--json", ""], /^error: --json takes a file, not nothing\n$/],
    ["--junit", ["--junit", ""], /^error: --junit takes a file, not nothing\n$/],
    ["--sarif", ["--sarif", ""], /^error: --sarif takes a file, not nothing\n$/],
    ["--html", ["--html", ""], /^error: --html takes a file, not nothing\n$/],
    ["--log", ["--log", ""], /^error: --log /],
    ["--trace", ["--trace", ""], /^error: --trace takes a folder, not nothing\n$/],
    ["a trace folder in which no file can be made", ["--trace", "/proc"], /^error: --trace \/proc cannot be written: /],
    [
      "a trace folder where none can be made",
      ["--trace", "/proc/x/y"],
      /^error: --trace \/proc\/x\/y cannot be written: /,
    ],
    ["a file where none can be made", ["--json", "/proc/x"], /^error: --json \/proc\/x cannot be written: /],
  ])("it is refused that an output cannot be written: %s", (_, words, reason) => {
    // The search of this model would end with status 15.
    const run = popcheck("check", "throws.ts", ...words);
    expect([run.status, run.stdout]).toEqual([2, ""]);
    expect(run.stderr).toMatch(reason);
  });

  test.each(["json", "junit", "trace", "memory", "search", "property"])(
    "--no-%s is refused in a sentence",
    (option) => {
      const run = popcheck("check", "holds.ts", `--no-${option}`);
      expect(run.status).toBe(2);
      expect(run.stderr).toMatch(
        new RegExp(`^error: --no-${option} makes no sense, since --${option} takes \\S+: leave --${option} out\n$`),
      );
    },
  );

  test("a dot in an option is no way into its value", () => {
    const run = popcheck("check", "holds.ts", "--json.a=b");
    expect([run.status, run.stderr.split("\n")[0]]).toEqual([
      2,
      expect.stringMatching(/^error: unknown option --json.a/),
    ]);
  });

  test("trying leaves what is there, and nothing new", () => {
    mkdirSync(path("kept"));
    writeFileSync(path("kept/old.json"), "old");
    symlinkSync("nothing-yet.json", path("kept/link.json"));
    const before = readdirSync(path("kept"));
    for (const file of ["old.json", "new.json", "link.json"]) prepareFile("json", path(`kept/${file}`));
    prepareFolder("trace", path("kept"));
    expect(readFileSync(path("kept/old.json"), "utf8")).toBe("old");
    expect(readdirSync(path("kept"))).toEqual(before);
  });
});

describe("after the search", () => {
  test("a trace folder that is gone costs neither the verdict nor the JSON", () => {
    const run = popcheck("check", "spoilt.ts", "--trace", "traces", "--json", "spoilt.json", "--junit", "spoilt.xml");
    expect(run.status).toBe(12);
    expect(run.stdout).toContain("VIOLATED  small");
    expect(run.stderr).toMatch(/^warning: --trace traces\/counter-small\.json cannot be written: /);
    const { status, properties } = JSON.parse(readFileSync(path("spoilt.json"), "utf8"));
    expect([status, properties[0].traceFile]).toEqual([12, null]);
    expect(readFileSync(path("spoilt.xml"), "utf8")).toContain("<failure");
  });

  test("an output that fails leaves the others, and what holds is no success without it", () => {
    const run = popcheck("check", "holds.ts", "--junit", "/dev/full", "--html", "whole.html", "--json", "-");
    expect(JSON.parse(run.stdout)).toMatchObject({ complete: true });
    expect([run.status, run.stderr]).toEqual([
      2,
      expect.stringMatching(/^warning: --junit \/dev\/full cannot be written: /),
    ]);
    expect(readFileSync(path("whole.html"), "utf8")).toMatch(/<\/html>\n$/);
  });

  test("an error of any kind is told, and the next output is written", () => {
    const warnings: string[] = [];
    const outputs = new Outputs((message) => warnings.push(message));
    expect(outputs.write("--json x", () => JSON.stringify(1n))).toBe(false);
    expect(outputs.write("--html x", () => {})).toBe(true);
    expect([outputs.complete, warnings]).toEqual([
      false,
      [expect.stringMatching(/^warning: --json x cannot be written: /)],
    ]);
  });

  test("of a file that cannot be written no part is left", () => {
    // A folder in its place stands for a disk that is full: nothing of it may be removed.
    mkdirSync(path("in-the-way"));
    expect(() => writeText("json", path("in-the-way"), "text")).toThrow(UsageError);
    expect(existsSync(path("in-the-way"))).toBe(true);
  });
});

/** Runs popcheck with streams of the test's choice, and returns its exit status or signal. */
function withStreams(words: readonly string[], stdout: number | "pipe", stderr: number | "pipe") {
  const child = spawn(process.execPath, [bin, ...words], {
    ...{ cwd: folder, stdio: ["ignore", stdout, stderr], timeout: PROCESS_DEADLINE },
  });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (text) => (said[name] += text));
  const ended = new Promise<unknown>((resolve) => child.once("close", (status, signal) => resolve(status ?? signal)));
  return { child, said, ended };
}

/** Waits until a file is there, with its text if it is to have one. */
async function there(name: string): Promise<void> {
  const isThere = () => existsSync(path(name)) && (name === "begun" || readFileSync(path(name), "utf8") !== "");
  while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("a standard stream that fails", () => {
  test("a full standard output is told, and costs neither the status nor the files", async () => {
    const full = openSync("/dev/full", "w");
    const { said, ended } = withStreams(["check", "violates.ts", "--json", "full.json"], full, "pipe");
    expect(await ended).toBe(12);
    expect(said.stderr).toMatch(/^warning: the standard output cannot be written to its end: ENOSPC/);
    expect(JSON.parse(readFileSync(path("full.json"), "utf8"))).toMatchObject({ status: 12 });
    closeSync(full);
  });

  test("a full standard error changes nothing", async () => {
    const full = openSync("/dev/full", "w");
    const { said, ended } = withStreams(["check", "throws.ts", "--trace", "/proc"], "pipe", full);
    expect([await ended, said.stdout]).toEqual([2, ""]);
    closeSync(full);
  });

  test("a text that was asked for and is lost is no success", async () => {
    const full = openSync("/dev/full", "w");
    expect(await withStreams(["list"], full, "pipe").ended).toBe(2);
    closeSync(full);
  });

  test("a reader that has gone ends no search, and costs neither the status nor the files", async () => {
    const { child, ended } = withStreams(["check", "violates.ts", "--json", "gone.json"], "pipe", "pipe");
    child.stdout!.destroy();
    child.stderr!.destroy();
    expect(await ended).toBe(12);
    expect(JSON.parse(readFileSync(path("gone.json"), "utf8"))).toMatchObject({ status: 12 });
  });

  releaseTest("a terminal that is closed ends no search, and the process ends as ever", async () => {
    writeFileSync(
      path("waits.ts"),
      counter({
        head: `import { existsSync, writeFileSync } from "node:fs";`,
        step: `writeFileSync("begun", ""); while (!existsSync("closed")) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);`,
        properties: small,
      }),
    );
    // `script` gives a terminal, and `setsid` keeps its hang-up away; when `script` is killed, the terminal is closed.
    const check = `"${process.execPath}" "${bin}" check waits.ts --json terminal.json`;
    const terminal = spawn("script", ["-qec", `setsid -w sh -c '${check}; echo $? >ended'`, "/dev/null"], {
      ...{ cwd: folder, stdio: ["pipe", "ignore", "ignore"] },
    });
    const gone = new Promise((resolve) => terminal.once("exit", resolve));
    await there("begun");
    terminal.kill("SIGKILL");
    await gone;
    writeFileSync(path("closed"), "");
    await there("ended");
    expect(readFileSync(path("ended"), "utf8")).toBe("12\n");
    expect(JSON.parse(readFileSync(path("terminal.json"), "utf8"))).toMatchObject({ status: 12 });
  });
});
