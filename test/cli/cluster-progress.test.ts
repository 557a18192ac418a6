/** The live view of a search on a cluster: its line, and the lines of its workers below it. */
import { describe, expect, test } from "vitest";
import { ratesBetween } from "../../checker/cli/progress/pace.js";
import { lineOf, Progress } from "../../checker/cli/progress/progress.js";
import { workerLines } from "../../checker/cli/progress/worker-lines.js";
import type { ClusterSample, Sample, WorkerSample } from "../../checker/search/statistics.js";
import { withoutProgress } from "../support/command-line.js";
import { early, later, withLevels } from "../support/samples.js";

const worker = (name: string, of: Partial<WorkerSample> = {}): WorkerSample => ({
  ...{ name, statesPerSecond: undefined, task: undefined, taskSeconds: undefined },
  ...of,
});

const cluster: ClusterSample = {
  ...{ doing: "merging", tasks: 32, tasksDone: 4, retries: 1, bytesWritten: 40e6, bytesRead: 1.2e9 },
  workers: [
    worker("a/1", { statesPerSecond: 115_000 }),
    worker("host-b/22", { statesPerSecond: 9000, task: "level 9 merge-7", taskSeconds: 3.9 }),
    worker("c/3", { task: "level 9 merge-8", taskSeconds: 12 }),
  ],
};

describe("the line of a search on a cluster", () => {
  test("says what a line of one process says, and of the tasks how far they are", () => {
    const sample: Sample = { ...withLevels([1600, 800, 400, 200, 100]), threads: 3, cluster };
    expect(lineOf(sample, { ...ratesBetween(early, later)!, lookedAt: 10 })).toContain(
      "depth 4, about 20 s left if the levels go on shrinking, 3 workers, merged 4 of 32 parts, 1 retry, 40 MB written and 1.2 GB read, 812 MB",
    );
    expect(lineOf({ ...sample, cluster: { ...cluster, doing: "expanding", retries: 0 } })).toContain(
      "3 workers, 40 MB written",
    );
    expect(withoutProgress(`${lineOf(sample)}\nerror: x\n`)).toBe("error: x\n");
  });
});

describe("the lines of workers", () => {
  test("say who holds what and since when, those that hold longest first", () => {
    expect(workerLines(cluster, 80, 5)).toEqual([
      "  c/3        level 9 merge-8 for 12 s",
      "  host-b/22  level 9 merge-7 for 3 s  9,000 states/s",
      "  a/1        waits                    115,000 states/s",
    ]);
  });

  test("are no more than there is room for, and say how many workers are left out", () => {
    expect(workerLines(cluster, 20, 2)).toEqual(["  c/3  level 9 merge", "  and 2 workers more"]);
  });
});

describe("on a terminal", () => {
  const written = (isTTY: boolean, rows: number) => {
    const texts: string[] = [];
    let now = 0;
    const progress = new Progress({ isTTY, columns: 50, rows, write: (text) => texts.push(text) }, "", () => now);
    const sample = (): Sample => ({ ...later, seconds: now / 1000, cluster });
    progress.update(sample);
    for (now of [6000, 12_000]) progress.update(sample);
    progress.clear();
    progress.clear();
    return texts;
  };

  test("the lines stand below one another, and are taken away together", () => {
    const [first, second, ...rest] = written(true, 24);
    expect(first!.split("\n")).toHaveLength(4);
    const removal = `\r\u001b[K${"\u001b[A\u001b[K".repeat(3)}`;
    expect(first!.startsWith("\r\u001b[K1,234,567 states")).toBe(true);
    expect(second!.startsWith(`${removal}1,234,567 states`)).toBe(true);
    expect(rest).toEqual([removal]);
  });

  test("they are fewer than its rows", () => {
    expect(written(true, 4)[0]!.split("\n")).toHaveLength(3);
  });

  test("and elsewhere there is one line", () => {
    for (const text of written(false, 24)) expect(text.split("\n")).toHaveLength(2);
  });
});
