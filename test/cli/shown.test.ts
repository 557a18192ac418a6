/** Texts of a model and of a trace are shown, and never sent to the terminal as what it would obey. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Progress } from "../../checker/cli/progress/progress.js";
import type { Sample } from "../../checker/search/statistics.js";
import { FORMATS } from "../../traces/formats/formats.js";
import { jsonText } from "../../traces/formats/json-text.js";
import { parseTrace } from "../../traces/formats/parse.js";
import { onOneLine } from "../../traces/text/shown.js";
import { bin, folder, popcheck, ran } from "../support/command-line.js";
import { obeyedIn } from "../support/hostile.js";

/** A model of which every text is hostile. */
const HOSTILE = String.raw`import { choice, disabled, integer, model, perMember, scalarset, single, type StateOf, vocabulary } from "popcheck/model";
const W = "]]>\"<&'\u0001\u001b[31m\u009b2J\u0000\ud800\r\n\t=cmd|' /C calc'!A0 {0} [x](http://evil) \u202e";
const set = scalarset("s" + W, { prefix: "p" + W, size: 2 });
const variables = () => ({ a: single(0), b: single("x" + W), c: perMember(set, W) });
const { action, always, coverage, goal, leadsTo } = vocabulary<StateOf<ReturnType<typeof variables>>>();
const A = action("A" + W, { m: set }, (s, { m }) => (s.a() < 5 ? s.withA(s.a() + 1).withB(W + s.a()).withC(m, W + 1) : disabled), { says: "does" + W, fair: "weak" });
const never = action("N" + W, {}, () => disabled);
export default model({
  name: "m" + W, about: "about" + W, variables,
  parameters: { n: integer("n" + W, { default: 1, min: 1, max: 3 }), word: choice("w" + W, "one" + W, "two" + W) },
  assumptions: () => ["assumed" + W], headline: {},
  actions: () => [A, never],
  properties: () => [
    always({ name: "inv" + W, says: "s" + W, for: {}, holds: (s) => s.a() < 3, explain: () => "bad" + W }),
    coverage({ name: "cov" + W, says: "c" + W, goals: [goal("far" + W, {}, (s) => s.a() > 9)] }),
    leadsTo({ name: "live" + W, says: "l" + W, for: {}, from: (s) => s.a() > 9, to: () => false, explain: () => W }),
  ],
});
`;
writeFileSync(join(folder, "hostile.ts"), HOSTILE);
const first = popcheck("check", "hostile.ts", "--trace", "hostile", "--statistics");
const traceFile = join("hostile", readdirSync(join(folder, "hostile"))[0]!);

describe("a hostile model", () => {
  test("says what it has to say", () => {
    expect([first.status, first.stderr]).toEqual([12, ""]);
    for (const word of [
      "VIOLATED",
      "inv]]>",
      "bad]]>",
      "far]]>",
      "assumed]]>",
      "vacuous",
      "\\u001b[31m",
      "\\u202e",
      "\\u009b2J",
    ])
      expect(first.stdout).toContain(word);
  });

  test.each([
    ["check", "hostile.ts", "--statistics", "--full"],
    ["check", "hostile.ts", "--json", "-"],
    ["check", "hostile.ts", "--property", "nothing"],
    ["check", "hostile.ts", "--word", "three"],
    ["check", "hostile.ts", "--only", "K1"],
    ["check", "hostile.ts", "--nothing"],
    ["check", "hostile.ts", "--help"],
    ["describe", "hostile.ts"],
    ["diagram", "hostile.ts", "--format", "dot"],
    ["replay", traceFile, "--model", "hostile.ts", "--full"],
    ["replay", traceFile],
    ["replay", traceFile, "--only", "K1"],
    ["view", traceFile, "--out", "-"],
    ...Object.keys(FORMATS).map((format) => ["export", traceFile, "--format", format]),
  ])("sends nothing that a terminal obeys: %s %s %s %s", (...words) => {
    const { stdout, stderr, status } = popcheck(...words);
    expect([0, 2, 12]).toContain(status);
    // Each row of a table ends as RFC 4180 has it.
    const text = words.includes("csv") ? stdout.replaceAll("\r\n", "\n") : stdout;
    expect({ stdout: obeyedIn(text), stderr: obeyedIn(stderr) }).toEqual({ stdout: [], stderr: [] });
  });

  test("is stepped through as any other", () => {
    const input = `1\nstate\nwhy\nfind a = 3\ncheck\ntrace\nsave walk.json\nload ${traceFile}\nnothing\u001b[31m\nquit\n`;
    const { stdout, stderr } = ran(bin, ["step", "hostile.ts"], { cwd: folder, input });
    expect(stdout).toContain("VIOLATED");
    expect({ stdout: obeyedIn(stdout), stderr: obeyedIn(stderr) }).toEqual({ stdout: [], stderr: [] });
  });

  test("a parameter with a name that nobody can type is refused", () => {
    writeFileSync(join(folder, "untypable.ts"), HOSTILE.replace("{ n: integer(", `{ ["n" + W]: integer(`));
    const run = popcheck("check", "untypable.ts", "--help");
    expect([run.status, run.stdout]).toEqual([2, ""]);
    expect(run.stderr).toMatch(/^error: a parameter of m.* is called "n.*", which is no name of an option: /);
    expect(obeyedIn(run.stderr)).toEqual([]);
  });

  test("the live line shows the name of the property that is being decided", () => {
    let said = "";
    let now = 0;
    const progress = new Progress({ write: (text) => (said += text) }, "", () => now);
    const sample = {
      deciding: { property: "live\u001b[2J\u202e", number: 1, of: 1 },
      distinct: 1,
      memory: 1,
    } as unknown as Sample;
    for (; now < 20_000; now += 6000) progress.update(() => sample);
    expect(said).toContain("deciding live\\u001b[2J\\u202e");
    expect(obeyedIn(said)).toEqual([]);
  });
});

describe("a text of a stranger", () => {
  test("is shown by the numbers of what a terminal would obey, on one line", () => {
    expect(onOneLine("a\u001b[31m\u0000b\u202ec\ud800d")).toBe("a\\u001b[31m\\u0000b\\u202ec\\ud800d");
    expect(onOneLine("a\r\n\tb\u2028c\u0085d")).toBe("a b c d");
    expect(onOneLine("K1 → é 日本 🙂")).toBe("K1 → é 日本 🙂");
  });

  test("is the same text in JSON, although no character of it is one that a terminal obeys", () => {
    const value = { "a\u009b": ["\u202e\u007f\u2028", "\u{e0001}", "K1 → 🙂"] };
    expect(JSON.parse(jsonText(value))).toEqual(value);
    expect(obeyedIn(jsonText(value))).toEqual([]);
  });

  test("stays the same in a trace that is written and read", () => {
    const text = readFileSync(join(folder, traceFile), "utf8");
    expect(obeyedIn(text)).toEqual([]);
    expect(parseTrace(text)["#meta"].property.name).toContain("\u001b[31m\u009b2J\u0000");
  });
});
