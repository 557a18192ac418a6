/**
 * How soon a run starts, as a share of how soon Node does: both are measured here, so that it does not matter how fast
 * the machine is.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bin, folder } from "../support/command-line.js";
import { PROCESS_DEADLINE } from "../support/deadlines.js";

const preload = join(folder, "last-words.cjs");
writeFileSync(preload, `process.on("exit", () => require("fs").writeSync(2, JSON.stringify(process.cpuUsage())));`);

/** What a process takes of processors, in microseconds. */
function costOf(...words: string[]): number {
  const all = ["--require", preload, ...words];
  const { stderr } = spawnSync(process.execPath, all, { cwd: folder, encoding: "utf8", timeout: PROCESS_DEADLINE });
  const { user, system } = JSON.parse(stderr);
  return user + system;
}

test("starting up and checking a few hundred states takes as much of a processor as starting Node some eight times", () => {
  const pairs = Array.from({ length: 7 }, () => ({
    node: costOf("--eval", "0"),
    popcheck: costOf(bin, "check", "german", "--nodes", "1"),
  }));
  const least = (of: "node" | "popcheck") => Math.min(...pairs.map((pair) => pair[of]));
  expect(least("popcheck") / least("node")).toBeLessThan(24);
});
