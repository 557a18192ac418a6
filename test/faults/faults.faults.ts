/** Real processes, really killed; a disk that is really full; a limit of memory that the system measures. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkpointsIn } from "../../checker/search/exhaustive/checkpoint.js";
import { bin, root } from "../support/command-line.js";
import { dice } from "../support/dice.js";

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
      else if (code === 0 || code === 12 || code === 13) resolve(true);
      else reject(new Error(`ended with ${code}: ${complaint}`));
    });
  });
}

/** Draws the trials, so that all of them can be repeated: POPCHECK_FAULTS_SEED gives another. */
const seed = Number(process.env.POPCHECK_FAULTS_SEED ?? 12);
/** How many kills the trials have together: as many as those that were tried by hand. */
const KILLS = 45;
/** The checkpoints that a trial is drawn from; those on disk need a model that outgrows its memory. */
const SEARCHES: readonly { readonly what: string; readonly model: string[]; readonly options: string[] }[] = [
  { what: "in memory", model: popcorn, options: [] },
  { what: "compressed", model: popcorn, options: ["--store", "compressed"] },
  { what: "fingerprints", model: popcorn, options: ["--store", "fingerprint"] },
  { what: "on disk", model: german, options: ["--memory", "230M"] },
  { what: "liveness", model: ["popcorn", "--stage", "4.8", "--kernels", "3", "--network", "fifo"], options: [] },
];

/** A search that is killed again and again, and resumed each time; kills are told in shares of the whole's time. */
interface Trial {
  readonly what: string;
  readonly model: string[];
  readonly options: string[];
  /** The number of threads of each part of the search, which also the one that ends it has. */
  readonly threads: readonly number[];
  /** When each part but the last is killed. */
  readonly kills: readonly number[];
  /** The minutes between two checkpoints: some are so short that most kills fall into the midst of writing one. */
  readonly every: string;
}

function trialsOf(seed: number): Trial[] {
  const roll = dice(seed);
  for (let i = 0; i < 8; i++) roll(2);
  const trials: Trial[] = [];
  for (let left = KILLS; left > 0; ) {
    const count = Math.min(left, 2 + roll(6));
    left -= count;
    trials.push({
      // Each kind comes once before any comes again.
      ...SEARCHES[trials.length % SEARCHES.length]!,
      threads: Array.from({ length: count + 1 }, () => 1 + roll(2)),
      kills: Array.from({ length: count }, () => (1 + roll(120)) / 100),
      every: ["0.0005", "0.003", "0.01"][roll(3)]!,
    });
  }
  return trials;
}

test("trials depend on the seed alone, and come to all their kills in all kinds of searches", () => {
  expect(trialsOf(seed)).toEqual(trialsOf(seed));
  expect(trialsOf(1)).not.toEqual(trialsOf(2));
  for (const some of [seed, 1, 2, 3]) {
    const trials = trialsOf(some);
    expect(trials.flatMap(({ kills }) => kills)).toHaveLength(KILLS);
    expect(new Set(trials.map(({ what }) => what)).size).toBe(SEARCHES.length);
  }
});

describe(`kill -9 at ${KILLS} random moments (seed ${seed}), and the results are the same:`, () => {
  const known = new Map<string, { readonly milliseconds: number; readonly result: unknown }>();

  /** What an uninterrupted search comes to, and how long it takes. */
  function uninterrupted({ what, model, options }: Trial) {
    const before = known.get(what);
    if (before) return before;
    const stem = join(folder, `whole-${what.replaceAll(" ", "-")}`);
    const started = performance.now();
    run("check", ...model, ...options, "--json", `${stem}.json`, "--trace", stem);
    const milliseconds = performance.now() - started;
    const whole = { milliseconds, result: resultOf(`${stem}.json`, stem) };
    known.set(what, whole);
    return whole;
  }

  test.each(trialsOf(seed).map((trial, i) => [i + 1, trial.what, trial.kills.length, trial] as const))(
    "trial %i: %s, %i kills",
    async (number, _what, _kills, trial) => {
      const { milliseconds, result } = uninterrupted(trial);
      const stem = join(folder, `trial-${number}`);
      const checkpoints = `${stem}-checkpoints`;
      const memory = trial.options[0] === "--memory" ? trial.options : [];
      const words = (part: number) => {
        const shared = ["--checkpoint-every", trial.every, "--threads", String(trial.threads[part])];
        const outputs = ["--json", `${stem}.json`, "--trace", stem];
        return checkpointsIn(checkpoints).length > 0
          ? ["resume", checkpoints, ...memory, ...shared, ...outputs]
          : ["check", ...trial.model, ...trial.options, "--checkpoint", checkpoints, ...shared, ...outputs];
      };
      for (const [part, share] of trial.kills.entries()) {
        if (!(await killed(words(part), share * milliseconds))) continue;
        // It was faster than its kill: it has ended, and the next part begins anew.
        expect(resultOf(`${stem}.json`, stem)).toEqual(result);
        rmSync(checkpoints, { recursive: true });
      }
      const last = run(...words(trial.kills.length));
      expect(last.stderr).not.toMatch(/is refused|no checkpoint could be written/);
      expect(resultOf(`${stem}.json`, stem)).toEqual(result);
      rmSync(checkpoints, { recursive: true });
    },
  );
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
    const { status, stdout } = run("check", ...german, "--memory", "230M", "--spill", join(disk, "states"));
    expect(stdout).toMatch(/incomplete: the search could not go on on disk: there is no space left on the disk/);
    expect(status).toBe(3);
    rmSync(join(disk, "states"), { recursive: true, force: true });
  });

  test("keeps the last checkpoint, from which the search can be taken up", ({ skip }) => {
    if (!mounted) skip("only root can mount a small disk");
    const checkpoints = join(disk, "checkpoints");
    const begun = run("check", ...german, "--max-states", "20000", "--checkpoint", checkpoints);
    expect(begun.status, begun.stderr).toBe(3);
    const before = checkpointsIn(checkpoints);
    // What somebody else writes leaves room for the lock, and none for the next checkpoint, however often there is one.
    const filler = join(disk, "filler");
    spawnSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=64k"]);
    execFileSync("truncate", ["--size=-128K", filler]);
    const { status, stderr } = run("resume", checkpoints, "--checkpoint-every", "0.0001");
    expect(stderr).toMatch(
      /warning: no checkpoint could be written: there is no space left on the disk; the one before stays/,
    );
    expect(status).toBe(0);
    expect(checkpointsIn(checkpoints)).toEqual(before);
    rmSync(filler);
    const resumed = run("resume", checkpoints);
    expect(resumed.stdout).toMatch(/4,727,700 distinct, 18,684,522 generated/);
    expect(resumed.status).toBe(0);
  });
});

describe("the ceiling for the process holds, as the system measures it:", () => {
  test.each([225, 260, 300, 400])("%i MiB", (mebibytes) => {
    const { status, stdout } = run("check", ...german, "--memory", `${mebibytes}M`, "--json", "-");
    const report = JSON.parse(stdout) as { peakMemory: number; distinct: number; incomplete: string | null };
    expect(report.peakMemory).toBeLessThanOrEqual(mebibytes * 2 ** 20);
    if (status === 0) expect(report.distinct).toBe(4_727_700);
    else expect(report.incomplete).toMatch(/memory limit was reached: the process takes \d+ MiB without any states/);
  });

  test.each(["1", "2"])(
    "one that is too small for %s thread(s) is refused, and the least that is told is enough",
    (threads) => {
      const words = ["check", ...german, "--threads", threads, "--no-types", "--spill", folder, "--memory"];
      const refused = run(...words, "20M");
      expect(refused.stdout).toBe("");
      expect(refused.status).toBe(2);
      const [, least] = /this search needs: at least about (\d+)M/.exec(refused.stderr)!;
      const { stdout, stderr, status } = run(...words, `${least}M`);
      expect(stdout, stderr).toContain("4,727,700 distinct");
      expect(status).toBe(0);
    },
  );
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
