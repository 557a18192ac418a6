/** The command that compares a log with a model, and what the documents show of it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, popcheck, root } from "../support/command-line.js";

const given = ["--stage", "4.7", "--kernels", "2"];
const example = join(root, "docs", "examples", "two-kernels.jsonl");
const lines = readFileSync(example, "utf8").trimEnd().split("\n");
const howTo = readFileSync(join(root, "docs", "how-to", "validate-an-implementation.md"), "utf8");

/** Writes a log into the folder of the tests. */
function written(name: string, of: readonly string[]): string {
  writeFileSync(join(folder, name), of.map((line) => `${line}\n`).join(""));
  return name;
}

const wrong = written("wrong.jsonl", lines.with(11, lines[11]!.replace("Ack", "Nack")));

describe("popcheck validate", () => {
  test("accepts the example as the guide shows it", () => {
    const { status, stdout } = popcheck("validate", "popcorn", example, ...given);
    expect(status).toBe(0);
    expect(howTo).toContain(stdout.replace(example, "docs/examples/two-kernels.jsonl"));
  });

  test("refuses one with another answer as the guide shows it", () => {
    const { status, stdout } = popcheck("validate", "popcorn", wrong, ...given);
    expect(status).toBe(12);
    expect(howTo).toContain(stdout);
  });

  test("says how many events are missing, and what they may be", () => {
    const lost = written("lost.jsonl", lines.toSpliced(1, 1));
    expect(popcheck("validate", "popcorn", lost, ...given).status).toBe(12);
    const { status, stdout } = popcheck("validate", "popcorn", lost, "--missing", "1", ...given);
    expect(status).toBe(0);
    expect(stdout).toMatch(/is a run of popcorn .*: 14 events, 11 steps, of which 1 event is missing/);
  });

  test("takes the lines in their order if told so", () => {
    const swapped = written("swapped.jsonl", [
      lines[0]!,
      ...lines.slice(3, 5),
      ...lines.slice(1, 3),
      ...lines.slice(5),
    ]);
    expect(popcheck("validate", "popcorn", swapped, ...given).status).toBe(0);
    const { status, stdout } = popcheck("validate", "popcorn", swapped, "--in-order", ...given);
    expect(status).toBe(12);
    expect(stdout).toMatch(/is NO run of popcorn .*, in the order of its lines/);
  });

  test("is undecided at its limit, which is no verdict", () => {
    const { status, stdout } = popcheck("validate", "popcorn", example, "--max-states", "3", ...given);
    expect(status).toBe(3);
    expect(stdout).toMatch(/undecided whether it is a run of popcorn .*3 states searched.*--max-states/);
  });

  test("writes JSON to a file, or alone to the standard output", () => {
    const { status, stdout } = popcheck("validate", "popcorn", wrong, "--json", "-", ...given);
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(report).toMatchObject({
      format: "popcheck validation 1",
      log: "wrong.jsonl",
      model: "popcorn",
      verdict: "no run",
      status: 12,
      pages: [
        { verdict: "no run", events: 15, explained: 9, steps: 6, refusal: { halted: [{ line: 12 }, { line: 13 }] } },
      ],
    });
    expect(status).toBe(12);
    popcheck("validate", "popcorn", wrong, "--json", "validation.json", ...given);
    expect(JSON.parse(readFileSync(join(folder, "validation.json"), "utf8"))).toEqual(report);
  });

  test("writes the run as a trace, which can be replayed", () => {
    expect(popcheck("validate", "popcorn", wrong, "--trace", "longest.json", ...given).status).toBe(12);
    const { status, stdout } = popcheck("replay", "longest.json");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^walked {2}a walk +6 steps/);
    expect(stdout).toMatch(/6 {2}App_Write\(K2, K1\)[^\n]*\n*$/);
    expect(
      popcheck("validate", "popcorn", wrong, "--json", "-", "--trace", "longest.json", ...given).stdout,
    ).not.toMatch(/"trace"/);
  });

  test("names every field of the JSON in the reference", () => {
    const page = readFileSync(join(root, "docs", "reference", "event-log.md"), "utf8");
    const named = new Set([...page.matchAll(/`([\w]+)`/g)].map(([, name]) => name));
    const { stdout } = popcheck("validate", "popcorn", wrong, "--json", "-", ...given);
    const report = JSON.parse(stdout) as { pages: { refusal: { halted: object[]; standings: object[] } }[] };
    const [of] = report.pages;
    const { halted, standings } = of!.refusal;
    const fields = [report, of!, of!.refusal, halted[0]!, standings[0]!].flatMap((object) => Object.keys(object));
    expect(fields.filter((name) => !named.has(name))).toEqual([]);
  });

  test.each<[string, string[], RegExp]>([
    ["a log that is not there", ["popcorn", "nowhere.jsonl"], /nowhere\.jsonl cannot be read: there is no such file/],
    [
      "a log of more kernels",
      ["popcorn", written("k3.jsonl", ['{"process":"K3","event":"lost"}']), ...given],
      /k3\.jsonl, line 1: there is no process K3/,
    ],
    ["no log", ["popcorn"], /give a log$/m],
    [
      "a number that is none",
      ["popcorn", wrong, "--missing", "some"],
      /--missing takes a whole number from 0, not some/,
    ],
  ])("refuses %s with status 2", (_, words, reason) => {
    const { status, stdout, stderr } = popcheck("validate", ...words);
    expect(stderr).toMatch(reason);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });
});
