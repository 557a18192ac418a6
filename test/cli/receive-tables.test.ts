/**
 * A model with two receive tables that have the same rows and columns: what is said of a cell is said of that table's.
 * The far directory meets `given × Get`, which it excludes, and never uses `given × Put`; the near one uses both.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseTrace } from "../../traces/formats/parse.js";
import { pageModelOf } from "../../traces/page/page-model.js";
import { folder, popcheck, root } from "../support/command-line.js";

const file = join(root, "test", "search", "models", "near-and-far.ts");

test("describe shows both, each with its name and its sentences", () => {
  const { stdout, status } = popcheck("describe", file);
  expect(status).toBe(0);
  const [, near, far] = stdout.split(/^Receive table (?=\w+$)/m);
  expect(near).toMatch(/^near\n +Get +Put\n {2}free +· +✗\n {2}given +· +·\n/);
  expect(far).toMatch(/^far\n +Get +Put\n {2}free +· +✗\n {2}given +✗ +·\n/);
  expect(near).toMatch(/ {2}given\n {4}Get {2}near: it sends on\n {4}Put {2}near: it takes back\n/);
  expect(far).toMatch(/ {2}given\n {4}Get {2}✗ impossible: far: there is one too few\n {4}Put {2}far: it takes back\n/);
  expect(near).not.toContain("far:");
  expect(far).not.toContain("near:");
});

describe("a check", () => {
  const { stdout } = popcheck("check", file, "--trace", "tables", "--json", "tables.json");
  const outcome = JSON.parse(readFileSync(join(folder, "tables.json"), "utf8")) as {
    properties: { name: string; verdict: string; goals?: { met: string[]; unmet: string[] } }[];
  };
  const goalsOf = (name: string) => outcome.properties.find((property) => property.name === name)!.goals;

  test("tells the coverage of each: a cell of one is not covered by the other's of the same name", () => {
    expect(stdout).toMatch(/^holds +near cells/m);
    expect(stdout).toMatch(/^uncovered +far cells: never reached: given × Put$/m);
    expect(goalsOf("near cells")).toEqual({ met: ["free × Get", "given × Get", "given × Put"], unmet: [] });
    expect(goalsOf("far cells")).toEqual({ met: ["free × Get"], unmet: ["given × Put"] });
    expect(goalsOf("all cells")!.unmet).toEqual(["given × Put"]);
  });

  test("finds the cell that one excludes and the other does not, with its reason and its line", () => {
    const line =
      readFileSync(file, "utf8")
        .split("\n")
        .findIndex((text) => text.includes("one too few")) + 1;
    expect(stdout).toMatch(/^VIOLATED +no unspecified reception +shortest: 10 steps$/m);
    expect(stdout).toContain(
      `given × Get: the table calls this impossible: "far: there is one too few" (${file}:${line})`,
    );
  });

  test("makes a page that names, for each reception, who receives, the cell, and its sentence", () => {
    const trace = parseTrace(
      readFileSync(join(folder, "tables", "near-and-far-no-unspecified-reception.json"), "utf8"),
    );
    const { steps, history } = pageModelOf(trace);
    const received = trace.states.flatMap(({ "#meta": { index, cell, says } }) =>
      cell === undefined
        ? []
        : [{ who: history.actors[index], name: steps[index]!.name, cell, says, text: steps[index]!.text }],
    );
    expect(received).toHaveLength(5);
    const used = new Set<string>();
    for (const { who, name, cell, says, text } of received) {
      expect(name).toMatch(who === "near" ? /^Near Get\(cache C\d\) C\d→near$/ : /^Far Get\(cache C\d\) near→far$/);
      expect(says).toMatch(new RegExp(`^${who}: `));
      expect(text).toContain(cell.toLowerCase());
      used.add(`${who}: ${cell}`);
    }
    expect(used).toEqual(new Set(["near: free × Get", "near: given × Get", "far: free × Get", "far: given × Get"]));
  });
});

test("diagram names the table of a cell that is never reached, and of one that is met although impossible", () => {
  const { stdout, status } = popcheck("diagram", file, "--out", "tables.svg");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^never reached: far: given × Put$/m);
  expect(stdout).toMatch(/^met although impossible, and not drawn: far: given × Get;/m);
});
