/** The memory budget holds where a search goes on on disk for several levels, as the system measures the process. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { bin, root } from "../support/command-line.js";

const folder = mkdtempSync(join(tmpdir(), "popcheck-ceiling-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const german = ["german", "--nodes", "4", "--no-symmetry", "--max-depth", "25"];
const popcorn = ["popcorn", "--stage", "4.7", "--kernels", "4", "--max-states", "1200000"];
/** What of its budget a process may take: libraries and stacks grow between two looks at what it takes. */
const MARGIN = 1.05;

interface Ceiling {
  readonly what: string;
  readonly model: readonly string[];
  readonly mebibytes: number;
  /** The number of states that a search without a budget finds; undefined if it depends on the moment it is stopped. */
  readonly distinct?: number;
}

describe("a process keeps within its budget on disk:", () => {
  test.each<Ceiling>([
    { what: "exact", model: german, mebibytes: 240, distinct: 7_247_058 },
    { what: "compressed", model: [...german, "--store", "compressed"], mebibytes: 240, distinct: 7_247_058 },
    { what: "two threads, rows of nine words", model: [...popcorn, "--threads", "2"], mebibytes: 310 },
  ])("$what, $mebibytes MiB", ({ what, model, mebibytes, distinct }) => {
    const log = join(folder, `${what.replaceAll(/\W+/g, "-")}.jsonl`);
    const words = ["check", ...model, "--memory", `${mebibytes}M`, "--spill", folder, "--json", "-", "--log", log];
    const threads = model.includes("--threads") ? [] : ["--threads", "1"];
    const { stdout, stderr } = spawnSync(process.execPath, [bin, ...words, ...threads], {
      ...{ cwd: root, encoding: "utf8" },
    });
    expect(stdout, stderr).not.toBe("");
    const report = JSON.parse(stdout) as { peakMemory: number; distinct: number; incomplete: string };
    expect(report.incomplete).toMatch(/stopped at --max-(depth|states)/);
    expect(report.peakMemory).toBeLessThanOrEqual(MARGIN * mebibytes * 2 ** 20);
    // Otherwise nothing would be shown: the budget is used, and the search has gone on on disk.
    expect(report.peakMemory).toBeGreaterThan(0.7 * mebibytes * 2 ** 20);
    expect(readFileSync(log, "utf8")).toMatch(/"spilled":[1-9]/);
    if (distinct !== undefined) expect(report.distinct).toBe(distinct);
  });
});
