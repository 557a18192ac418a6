/** `popcheck simulate`, in a process of its own. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, popcheck } from "../support/command-line.js";

const simulate = (...words: string[]) => popcheck("simulate", "popcorn", ...words);
const quick = ["--kernels", "2", "--seeds", "2", "--elements", "8", "--iterations", "2"];

describe("popcheck simulate", () => {
  test("reports a workload, the same again with the same seed", () => {
    const words = ["--stage", "repaired-4.8", ...quick, "--seed", "5", "--write-share", "0.5"];
    const [first, again] = [simulate(...words), simulate(...words)];
    expect([first.status, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toMatch(/^workload {5}mixed: 2 threads, 4 pages of 8 elements, 2 iterations, 0\.5 of the visits write$/m); // biome-ignore format: one pattern
    expect(first.stdout).toMatch(/^runs {9}2 seeds, from 5$/m);
    expect(again.stdout).toBe(first.stdout);
    expect(first.stdout).toMatch(/^latency {6}shifted\(8,2\) us, with the page's data \(Copy, Copy_Later\) shifted\(16,4\) us$/m); // biome-ignore format: one pattern
    expect(popcheck("simulate", "msi-bus", ...quick).stdout).toMatch(/^latency {6}shifted\(8,2\) us$/m);
  });

  test("ends with the status of what was violated", () => {
    const { status, stdout } = simulate("--stage", "4.2", "--kernels", "3", "--seeds", "3", "--workload", "writers");
    expect([status, /^VIOLATED {5}SWMR, in /m.test(stdout)]).toEqual([12, true]);
  });

  test("ends with the status of a deadlock if threads wait for ever", () => {
    writeFileSync(join(folder, "writes.json"), '{"threads":{"K1":[{"read":1},{"write":1}]}}');
    const { status, stdout } = simulate(
      "--stage",
      "4.8",
      ...quick.slice(0, 4),
      "--read-only",
      "--workload",
      "writes.json",
    );
    expect([status, /^STUCK {8}in 2 of 2 runs/m.test(stdout)]).toEqual([11, true]);
  });

  test("writes JSON alone, and the charts of figure-7", () => {
    const picture = join(folder, "figure-7.svg");
    const words = ["--stage", "4.7", "--workload", "figure-7", "--seeds", "1", "--elements", "8"];
    const { status, stdout } = simulate(...words, "--json", "-", "--svg", picture);
    expect([status, JSON.parse(stdout).points.length]).toEqual([0, 45]);
    expect(readFileSync(picture, "utf8")).toContain(
      "<title>Figure 7, simulated: popcorn, stage 4.7, 2 kernels</title>",
    );
  });

  test.each([
    [["--workload", "reader"], /no workload is called reader; did you mean readers/],
    [["--workload", "none.json"], /--workload none\.json cannot be read/],
    [
      ["--workload", "writes.json", "--pages", "2"],
      /--pages cannot be given with this workload: the workload is in a file/,
    ],
    [
      ["--workload", "figure-7", "--iterations", "2"],
      /--iterations cannot be given with this workload: figure-7 has its own/,
    ],
    [
      ["--workload", "writers", "--write-share", "0.5"],
      /--write-share cannot be given with this workload: only mixed takes it/,
    ],
    [["--write-share", "2"], /--write-share takes a number from 0 to 1, not 2/],
    [["--local-access", "-1"], /--local-access takes microseconds, such as 0\.01, not -1/],
    [["--svg", "a.svg"], /--svg draws the charts of --workload figure-7 alone/],
    [["--latency", "Cpy=3"], /--latency Cpy=3 names the kind Cpy; did you mean Copy/],
    [["--latency", "K1-K9=3"], /--latency K1-K9=3 names K9, and the processes are K1, K2, K3/],
    [["--clock-skew", "K9=3"], /--clock-skew K9=3 names K9/],
    [["--clocks", "bounded"], /popcorn cannot be simulated with --clocks bounded/],
  ])("%j is refused", (words, message) => {
    const { status, stderr, stdout } = simulate(...words);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });

  test("a model without accesses is refused", () => {
    const { status, stderr } = popcheck("simulate", "german");
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^error: german does not say how an application uses its page, and so cannot be simulated\n/,
    );
  });
});
