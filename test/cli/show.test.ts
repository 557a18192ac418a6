/** Expressions along a counterexample: `--show` of check, replay and view. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseTrace } from "../../traces/formats/parse.js";
import type { Contents } from "../../traces/page/contents.js";
import { unpack } from "../../traces/page/pack.js";
import { entriesOf } from "../../traces/trace.js";
import { folder, popcheck } from "../support/command-line.js";

const file = join("shown", "naive-mutex-mutual-exclusion.json");
const shown = ["--show", "location[P2]", "--show", "every p: location[p] = rest"];
const checked = popcheck("check", "naive-mutex", ...shown, "--trace", "shown", "--json", "shown.json");
const trace = parseTrace(readFileSync(join(folder, file), "utf8"));

describe("--show", () => {
  test("writes the value after each step into the text, the trace and the JSON", () => {
    const [place, isAtRest] = trace["#meta"].shown!;
    const values = trace.states.map((state) => new Map(entriesOf(state, "location")).get("P2"));
    expect(place).toEqual({ expression: "location[P2]", values });
    expect(new Set(values).size).toBe(4);
    expect(isAtRest).toEqual({
      expression: "every p: location[p] = rest",
      values: ["true", ...values.slice(1).map(() => "false")],
    });
    const lines = checked.stdout.split("\n").filter((line) => line.startsWith("      location[P2] = "));
    expect(lines).toEqual(values.map((value) => `      location[P2] = ${value}`));
    const { properties } = JSON.parse(readFileSync(join(folder, "shown.json"), "utf8")) as {
      properties: { name: string; shown: unknown }[];
    };
    expect(properties.find(({ name }) => name === "mutual exclusion")!.shown).toEqual([place, isAtRest]);
  });

  test("a replay evaluates what the trace has, and more", () => {
    const { stdout, status } = popcheck("replay", file, "--show", "locked");
    expect(status).toBe(12);
    const last = stdout
      .split("\n")
      .filter((line) => / = /.test(line) && !/because|hold with/.test(line))
      .slice(-3);
    expect(last).toEqual([
      "      location[P2] = critical",
      "      every p: location[p] = rest = false",
      "      locked = true",
    ]);
  });

  test("a page has it, and a table for spreadsheets", () => {
    popcheck("view", file, "--show", "locked", "--out", "shown.html");
    const html = readFileSync(join(folder, "shown.html"), "utf8");
    const { packed } = JSON.parse(
      /<script type="application\/json" id="contents">(.*)<\/script>/.exec(html)![1]!,
    ) as Contents;
    const names = unpack(packed)[0]!["#meta"].shown!.map(({ expression }) => expression);
    expect(names).toEqual(["location[P2]", "every p: location[p] = rest", "locked"]);
    const [head, first] = popcheck("export", file, "--format", "csv").stdout.split("\r\n");
    expect(head).toMatch(/,location\[P2\],every p: location\[p\] = rest$/);
    expect(first).toMatch(/,rest,true$/);
  });

  test.each<[string, RegExp]>([
    ["location", /say which location: location\[P1\]/],
    ["location[P3]", /no process is called P3; there is P1, P2/],
    ["lokation[P1]", /no variable is called lokation; there is location, locked; did you mean location\?/],
    ["location[P1] =", /something is missing at the end/],
    ["rest", /a comparison is expected/],
    ["locked locked", /locked is one word too many/],
  ])("tells of a mistake in %s before the search", (expression, message) => {
    const { status, stdout, stderr } = popcheck("check", "naive-mutex", "--show", expression);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  test("says that a page needs no model otherwise", () => {
    const { status, stderr } = popcheck("view", file, "--model", "nowhere.ts");
    expect(status).toBe(2);
    expect(stderr).toMatch(/--model is for --show/);
  });
});
