/** What a check says of its coverage: in the terminal, as JSON, as a page, and as LCOV. */
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../checker/package.js";
import { linesNeverRun } from "../../checker/reports/coverage-words.js";
import type { JsonReport } from "../../checker/reports/json.js";
import { folder, popcheck, popcheckAlone } from "../support/command-line.js";

const model = "half-used.ts";
const sourceFile = join(packageRoot, "test", "search", "models", model);
const source = readFileSync(sourceFile, "utf8").split("\n");
const read = (file: string) => readFileSync(join(folder, file), "utf8");
/** The number of the only line that holds a text, counted from 1. */
function lineOf(text: string): number {
  const found = source.flatMap((line, i) => (line.includes(text) ? [i + 1] : []));
  expect(found, text).toHaveLength(1);
  return found[0]!;
}

let text: string;
let report: JsonReport;
beforeAll(() => {
  copyFileSync(sourceFile, join(folder, model));
  const outputs = ["--coverage-lcov", "lines.info", "--coverage-html", "page.html", "--json", "outcome.json"];
  const run = popcheck("check", model, "--coverage", ...outputs);
  expect([run.stderr, run.status]).toEqual(["", 0]);
  text = run.stdout;
  report = JSON.parse(read("outcome.json")) as JsonReport;
});

/** A record of a tracefile, read as its manual says. */
function recordOf(tracefile: string) {
  const [file, ...others] = tracefile.split("end_of_record\n");
  expect(others).toEqual([""]);
  const lines = file!.trimEnd().split("\n");
  const all = (key: string) =>
    lines.filter((line) => line.startsWith(`${key}:`)).map((line) => line.slice(key.length + 1).split(","));
  const one = (key: string) => Number(all(key)[0]![0]);
  return { all, one, file: all("SF")[0]!.join() };
}

describe("LCOV", () => {
  test("names the file from the working folder, and each line that never ran, and no other", () => {
    const { all, one, file } = recordOf(read("lines.info"));
    expect(file).toBe(model);
    const unrun = all("DA").filter(([, runs]) => runs === "0");
    expect(unrun.map(([line]) => Number(line))).toEqual([
      lineOf("return state.withTotal(1)"),
      lineOf("return state.withCopy(c, new Copy())"),
    ]);
    // Types and comments are no lines that run.
    const counted = all("DA").map(([line]) => Number(line));
    for (const no of ["interface At", "type Options", "/** A model"]) expect(counted).not.toContain(lineOf(no));
    expect(counted).toContain(lineOf('at: "W", note: 1'));
    expect([one("LF"), one("LH")]).toEqual([counted.length, counted.length - unrun.length]);
  });

  test("names functions and branches, with how often they ran", () => {
    const { all, one } = recordOf(read("lines.info"));
    const names = new Map(all("FN").map(([line, name]) => [name!, Number(line)]));
    const runs = new Map(all("FNDA").map(([runs, name]) => [name!, Number(runs)]));
    expect([...runs.keys()]).toEqual([...names.keys()]);
    const ranAt = (line: number) => [...names].filter(([, at]) => at === line).map(([name]) => runs.get(name)!);
    expect(ranAt(lineOf('rule<At>("the copy is refused"'))).toEqual([0]);
    expect(Math.min(...ranAt(lineOf('rule<At>("the copy is there"')))).toBeGreaterThan(0);
    expect([one("FNF"), one("FNH")]).toEqual([names.size, [...runs.values()].filter((runs) => runs > 0).length]);
    const branches = all("BRDA").map(([line, , , taken]) => [Number(line), Number(taken)] as const);
    const taken = branches.filter(([line]) => line === lineOf("if (how ===")).map(([, runs]) => runs);
    expect(taken.length).toBeGreaterThan(0);
    expect(Math.min(...taken)).toBeGreaterThan(0);
    expect([one("BRF"), one("BRH")]).toEqual([branches.length, branches.filter(([, runs]) => runs > 0).length]);
  });

  test("says what the text says", () => {
    const { all } = recordOf(read("lines.info"));
    const unrun = all("DA")
      .filter(([, runs]) => runs === "0")
      .map(([line]) => line);
    expect(text).toContain(`  lines that never ran: ${unrun.join(", ")}\n`);
    const lines = all("DA").length;
    expect(text).toContain(`${model}  ${lines - unrun.length} of ${lines} lines, `);
  });
});

test("lines that never ran are told as ranges, which lines without code do not part", () => {
  const lines = [1, 2, 4, 5, 6, 8].map((line) => ({ line, runs: line === 5 ? 3 : 0 }));
  expect(linesNeverRun({ file: "a.ts", text: null, lines, branches: [], functions: [] })).toEqual(["1–4", "6–8"]);
});

test("the text has the table, the actions, and what was left open", () => {
  expect(text).toContain("coverage     of all 28 states, each for all that differ from it by the names of caches\n");
  expect(text).toContain("table copies  1 of 6 rules taken, 1 only stalled, 4 never met, 2 impossible cells\n");
  expect(text).toMatch(
    /^ {5}Grant {3}Refuse\n {2}I {2}- {7}-\n {2}W {2}\d+ +0\n {2}S {2}stalls {2}0\n {2}X {2}0 {7}0\n/m,
  );
  expect(text).toMatch(/^ {2}Ask\(C1, plain\) and 1 like it +\d+ +\d+ +0$/m);
  for (const line of [
    "cells never met: W × Refuse, S × Refuse, X × Grant, X × Refuse",
    "cells that only stall: S × Grant",
    "rows never entered: X",
    "messages never sent: Refuse",
    "actions never taken: Wait",
    "bindings never taken: Ask(C1, never)",
    "choices never taken: Ask: how never",
    "fields never read: copy.note, total",
    "fields of messages never read: down.Grant.stamp",
    "parameters never read: quick",
  ])
    expect(text).toContain(`\n${line}\n`);
});

test("the page shows the same, marks the lines, and holds no script", () => {
  const page = read("page.html");
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)![1]!;
  expect(page).toContain(`style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`);
  expect(page).not.toMatch(/<script|style="/);
  expect(page).toContain("prefers-color-scheme: dark");
  const { tables } = report.coverage!;
  for (const { row, column, says, taken } of tables[0]!.cells) {
    const [, kind, shown] = new RegExp(`<td class="(\\w+)" title="${row} × ${column}: ${says}[^>]*>(.*?)</td>`).exec(
      page,
    )!;
    if (taken.states > 0)
      expect([kind, shown]).toEqual(["heat7", expect.stringContaining(`>${taken.states} @${taken.depth}<`)]);
    else expect(kind).toMatch(/never|stalled|impossible/);
  }
  const { lines } = report.coverage!.sources!.files[0]!;
  const unrun = lines.filter(({ runs }) => runs === 0).map(({ line }) => line);
  const marked = [...page.matchAll(/<span id="f0l(\d+)" class="unrun">/g)].map(([, line]) => Number(line));
  expect(marked).toEqual(unrun);
  expect(page).toContain("<code>W × Refuse</code>");
  // A cell leads to the line of its rule.
  expect(page).toContain(`href="#f0l${lineOf('rule<At>("the copy is there"')}"`);
});

test("without the options nothing is counted", () => {
  const { stdout } = popcheck("check", model, "--json", "-");
  expect((JSON.parse(stdout) as JsonReport).coverage).toBeNull();
});

test("of a built-in model, the lines are those of its sources", () => {
  const { stdout } = popcheckAlone("check", "peterson", "--coverage");
  expect(stdout).toMatch(/^\S*spec\/toy\/peterson\.ts {2}\d+ of \d+ lines, \d+ of \d+ functions$/m);
});

test("an incomplete search says that never means: not among these", () => {
  const { stdout, status } = popcheck("check", model, "--coverage", "--max-depth", "1");
  expect(stdout).toMatch(/^coverage +of 1 of the 3 states found.*; never means: not among these \(.*--max-depth/m);
  expect(status).toBe(3);
});

test.each([
  [["--search", "random"], /--coverage counts every state, and --search random keeps none/],
  [["--search", "swarm"], /--coverage counts every state, and --search swarm keeps none/],
  [["--store", "fingerprint"], /--store fingerprint forgets them/],
  [["--checkpoint", "cp"], /give neither --checkpoint nor --spill DIR/],
  [["--spill", "sp"], /give neither --checkpoint nor --spill DIR/],
])("what keeps no states to count is refused: %o", (words, message) => {
  const { stderr, status } = popcheck("check", model, "--coverage", ...words);
  expect(stderr).toMatch(message);
  expect(status).toBe(2);
});
