/** Real processes, really killed; a disk that is really full; a limit of memory that the system measures. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkpointsIn } from "../../checker/search/exhaustive/checkpoint.js";
import { bin, root } from "../support/command-line.js";

const folder = mkdtempSync(join(tmpdir(), "popcheck-faults-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const german = ["german", "--nodes", "3", "--no-symmetry"];
const popcorn = ["popcorn", "--stage", "4.7", "--kernels", "3"];

/** Returns the result of a run, which must not depend on interrupts: the outcome, and every trace to the byte. */
function resultOf(json: string, traces: string): unknown {
  const { seconds, livenessSeconds, statesPerSecond, ...beside } = JSON.parse(readFileSync(json, "utf8")) as Record<
    string,
    unknown
  >;
  const { memory, peakMemory, functionRuns, storeBytes, audited, store, threads, ...same } = beside;
  void [seconds, livenessSeconds, statesPerSecond];
  void [memory, peakMemory, functionRuns, storeBytes, audited, store, threads];
  const files = Object.fromEntries(readdirSync(traces).map((file) => [file, readFileSync(join(traces, file), "utf8")]));
  const properties = (same.properties as { traceFile: string | null }[]).map(({ traceFile, ...rest }) => ({
    ...rest,
    traced: traceFile !== null,
  }));
  return { ...same, properties, files };
}

const run = (...words: string[]) => spawnSync(process.execPath, [bin, ...words], { cwd: root, encoding: "utf8" });

/** Runs popcheck, kills it after `milliseconds`, and returns whether it had ended before. */
function killed(words: readonly string[], milliseconds: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...words], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
    let complaint = "";
    child.stderr.on("data", (text) => {
      complaint += String(text);
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      if (signal === "SIGKILL") resolve(false);
      else if (code === 12 || code === 0) resolve(true);
      else reject(new Error(`ended with ${code}: ${complaint}`));
    });
  });
}

describe("kill -9 at 20 random moments, and the results are the same:", () => {
  // A checkpoint is written about three times a second, so that many kills fall into the midst of one.
  const often = ["--checkpoint-every", "0.003"];
  test.each<[what: string, model: string[], options: string[], kills: number]>([
    ["in memory", popcorn, [], 20],
    ["compressed", popcorn, ["--store", "compressed"], 6],
    ["on disk", german, ["--memory", "190M"], 6],
  ])("%s", async (what, model, options, kills) => {
    const at = join(folder, what.replaceAll(" ", "-"));
    mkdirSync(at);
    const output = (name: string) => ["--json", join(at, `${name}.json`), "--trace", join(at, name)];
    const started = performance.now();
    run("check", ...model, ...options, ...output("whole"));
    const whole = performance.now() - started;
    const expected = resultOf(join(at, "whole.json"), join(at, "whole"));
    const checkpoints = join(at, "checkpoints");
    const memory = options[0] === "--memory" ? options : [];
    const words = () =>
      checkpointsIn(checkpoints).length > 0
        ? ["resume", checkpoints, ...memory, ...often, ...output("last")]
        : ["check", ...model, ...options, "--checkpoint", checkpoints, ...often, ...output("last")];
    for (let kill = 0; kill < kills; ) {
      if (await killed(words(), Math.random() * 1.2 * whole)) {
        expect(resultOf(join(at, "last.json"), join(at, "last"))).toEqual(expected);
        rmSync(checkpoints, { recursive: true });
      } else kill++;
    }
    run(...words());
    expect(resultOf(join(at, "last.json"), join(at, "last"))).toEqual(expected);
  });
});

describe("a full disk", () => {
  const disk = join(folder, "disk");
  let mounted = false;
  beforeAll(() => {
    mkdirSync(disk);
    mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=20m", "tmpfs", disk]).status === 0;
  });
  afterAll(() => {
    if (mounted) execFileSync("umount", [disk]);
  });

  test("ends a search that has outgrown its memory as incomplete", ({ skip }) => {
    if (!mounted) skip("only root can mount a small disk");
    const { status, stdout } = run("check", ...german, "--memory", "190M", "--spill", join(disk, "states"));
    expect(stdout).toMatch(/incomplete: the search could not go on on disk: there is no space left on the disk/);
    expect(status).toBe(3);
    rmSync(join(disk, "states"), { recursive: true, force: true });
  });

  test("keeps the last checkpoint, from which the search can be taken up", ({ skip }) => {
    if (!mounted) skip("only root can mount a small disk");
    const checkpoints = join(disk, "checkpoints");
    const { status, stderr } = run("check", ...german, "--checkpoint", checkpoints, "--checkpoint-every", "0.003");
    expect(stderr).toMatch(
      /warning: no checkpoint could be written: there is no space left on the disk; the one before stays/,
    );
    expect(status).toBe(0);
    expect(checkpointsIn(checkpoints).length).toBeGreaterThan(0);
    const resumed = run("resume", checkpoints);
    expect(resumed.stdout).toMatch(/4,727,700 distinct, 18,684,522 generated/);
    expect(resumed.status).toBe(0);
  });
});

describe("the ceiling for the process holds, as the system measures it:", () => {
  test.each([110, 150, 200, 400])("%i MiB", (mebibytes) => {
    const { status, stdout } = run("check", ...german, "--memory", `${mebibytes}M`, "--json", "-");
    const report = JSON.parse(stdout) as { peakMemory: number; distinct: number; incomplete: string | null };
    expect(report.peakMemory).toBeLessThanOrEqual(mebibytes * 2 ** 20);
    if (status === 0) expect(report.distinct).toBe(4_727_700);
    else expect(report.incomplete).toMatch(/memory limit was reached: the process takes \d+ MiB without any states/);
  });

  test("one that is too small for the model ends as incomplete", () => {
    const { status, stdout } = run("check", ...german, "--memory", "20M");
    expect(stdout).toMatch(/memory limit was reached/);
    expect(status).toBe(3);
  });
});

test("SIGTERM writes a checkpoint and ends as incomplete", async () => {
  const checkpoints = join(folder, "terminated");
  const log = join(folder, "terminated.jsonl");
  const words = [...german, "--threads", "1", "--checkpoint", checkpoints, "--log", log];
  const child = spawn(process.execPath, [bin, "check", ...words], { cwd: root });
  let output = "";
  child.stdout.on("data", (text) => {
    output += String(text);
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  // It is under way when it has told where it is; of the millions of states most are to come.
  while (!existsSync(log) || !readFileSync(log, "utf8").includes('"event":"sample"')) {
    expect([child.exitCode, child.signalCode], "it ended before").toEqual([null, null]);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill("SIGTERM");
  expect(await ended).toBe(3);
  expect(output).toMatch(/incomplete: interrupted; every state up to depth \d+ was looked at/);
  expect(existsSync(join(checkpoints, "checkpoint-000001", "manifest.json"))).toBe(true);
  expect(run("resume", checkpoints).stdout).toMatch(/4,727,700 distinct, 18,684,522 generated/);
});
