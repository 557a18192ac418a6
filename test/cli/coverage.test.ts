/** What a check says of its coverage: in the terminal, as JSON, as a page, and as LCOV. */
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../checker/package.js";
import { heldInWords, linesNeverRun } from "../../checker/reports/coverage-words.js";
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
    "one value only: total 0",
    "fields never read: copy.note, total",
    "fields of messages never read: down.Grant.stamp",
    "parameters never read: quick",
  ])
    expect(text).toContain(`\n${line}\n`);
});

test("the text lists the values of each field, and those that are declared and never held", () => {
  expect(text).toMatch(/^field +values {2}which\ncopy\.at +3 {7}I, S, W; never X\ncopy\.data +3 {7}0, 1, 2\n/m);
  expect(text).toMatch(/^down +2 {7}0 messages, 1 message$/m);
  expect(text).not.toContain("found there one value only");
});

describe("what functions found", () => {
  let text: string;
  let page: string;
  let coverage: NonNullable<JsonReport["coverage"]>;
  beforeAll(() => {
    const file = "one-holder.ts";
    copyFileSync(join(dirname(sourceFile), file), join(folder, file));
    const run = popcheck("check", file, "--coverage", "--coverage-html", "holder.html", "--json", "holder.json");
    expect([run.stderr, run.status]).toEqual(["", 0]);
    text = run.stdout;
    page = read("holder.html");
    coverage = (JSON.parse(read("holder.json")) as JsonReport).coverage!;
  });

  test("is told where it was one value only, and others are held there or declared", () => {
    expect(text).toMatch(
      /^function +evaluations +inputs +found there one value only\nTake +6 +3 +busy = false, never true\nGive +6 +2 +level = 1, never 0; owner = n, never null or other node\n\n/m,
    );
    expect(text).toContain("\nvalues never held: busy true\none value only: busy false\n");
  });

  test("is on the page in full, open where it was one value only, and leads to the function", () => {
    const line = readFileSync(join(folder, "one-holder.ts"), "utf8")
      .split("\n")
      .findIndex((of) => /const give =/.test(of));
    const linked = `<a href="#f0l${line + 1}">Give</a>`;
    const only = "one value only: <code>level</code>, <code>owner</code>";
    expect(page).toContain(`<details open><summary>${linked}: 6 evaluations, 2 inputs; ${only}</summary>`);
    const row = (read: string, found: string, never: string) =>
      `<th scope="row"><code>${read}</code></th><td>${found}</td><td>${never}</td></tr>`;
    for (const { reads } of coverage.functions)
      for (const { read, found, never } of reads) {
        const words = found.map(
          ({ value, evaluations, depth }) => `${value} (${evaluations}, first at depth ${depth})`,
        );
        expect(page).toContain(row(read, words.join(", "), never.join(", ")));
      }
    expect(page).toContain(`<tr class="never">${row("owner", "n (1, first at depth 1)", "null, other node")}`);
    const { length } = coverage.functions.filter(({ reads }) => reads.some(({ found }) => found.length === 1));
    expect(page.match(/<details open><summary><a/g)).toHaveLength(length);
    expect(page).toContain('<th scope="row"><code>busy</code></th><td>1</td><td>false (2)</td><td>true</td>');
  });
});

test("values are listed by name up to 12, and else by their number and range", () => {
  const of = (names: readonly string[], least: number | null, never: readonly string[] = []) => {
    const values = names.map((name) => ({ name, states: 1, depth: 0 }));
    const greatest = least === null ? null : names.length - 1;
    return heldInWords({ field: "a", of: "variable", values, least, greatest, declared: null, never });
  };
  const numbers = Array.from({ length: 13 }, (_, i) => `${i}`);
  expect(of(numbers.slice(1), 1)).toBe("1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12");
  expect(of(numbers, 0)).toBe("13 values: 0 to 12");
  expect(of(numbers, null, ["x"])).toBe("13 values: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …; never x");
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
