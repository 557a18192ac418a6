/** The commands that write pages, and what they refuse. test/browser tries what the pages show. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseTrace } from "../../traces/formats/parse.js";
import type { Contents } from "../../traces/page/contents.js";
import { unpack } from "../../traces/page/pack.js";
import { folder, popcheck } from "../support/command-line.js";

popcheck("check", "relay.ts", "--trace", "relay");
const relayFile = join("relay", "relay-no-unspecified-reception.json");
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const relay = parseTrace(read(relayFile));

/** Returns the data that a page carries. */
function contentsOf(html: string): Contents {
  return JSON.parse(/<script type="application\/json" id="contents">(.*)<\/script>/.exec(html)![1]!) as Contents;
}

describe("popcheck view", () => {
  test("writes the page beside the trace, and says where; or where it is told to", () => {
    const beside = popcheck("view", relayFile);
    const page = relayFile.replace(/json$/, "html");
    expect({ status: beside.status, stdout: beside.stdout, stderr: beside.stderr }).toEqual({
      status: 0,
      stdout: `${page}\n`,
      stderr: "",
    });
    expect(unpack(contentsOf(read(page)).packed)).toEqual([relay]);
    expect(popcheck("view", relayFile, "--out", "other.html").stdout).toBe("other.html\n");
    expect(read("other.html")).toBe(read(page));
    expect(popcheck("view", relayFile, "--out", "-").stdout).toBe(read(page));
  });

  test("writes two traces to be shown beside each other", () => {
    popcheck("view", relayFile, relayFile, "--out", "two.html");
    const { packed, beside } = contentsOf(read("two.html"));
    expect({ traces: unpack(packed).length, beside }).toEqual({ traces: 2, beside: true });
  });

  test.each<[string, string[], RegExp]>([
    ["nothing", [], /give a file/],
    ["a file that is not there", ["nowhere.json"], /nowhere\.json cannot be shown: there is no such file/],
    ["a second that is not there", [relayFile, "nowhere.json"], /nowhere\.json cannot be shown/],
    ["a third", [relayFile, relayFile, relayFile], /one word too many/],
    ["a page in the place of the trace", [relayFile, "--out", relayFile], /is the trace itself/],
    ["a folder", [relayFile, "--out", "."], /--out \. cannot be written: it is a folder/],
  ])("refuses %s", (_, words, reason) => {
    const { status, stdout, stderr } = popcheck("view", ...words);
    expect(stderr).toMatch(reason);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });

  test("refuses a damaged trace in one line, and writes nothing", () => {
    writeFileSync(join(folder, "damaged.json"), JSON.stringify(relay).replace('"index":1', '"index":"<b>"'));
    const { status, stderr } = popcheck("view", "damaged.json");
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/^error: damaged\.json cannot be shown: .*state 1.*\n$/),
    });
    expect(() => read("damaged.html")).toThrow();
  });
});

describe("check --html", () => {
  test("writes the verdicts, with their traces and what they rest on", () => {
    const words = ["check", "popcorn", "--stage", "4.3", "--kernels", "2", "--html", "checked.html"];
    const { status, stdout } = popcheck(...words, "--junit", "checked.xml");
    expect(status).toBe(12);
    expect(stdout).toMatch(/\n\nwritten to checked\.xml, checked\.html\n$/);
    const { packed, outcome, beside } = contentsOf(read("checked.html"));
    const violated = outcome!.properties.filter(({ verdict }) => verdict === "violated").map(({ name }) => name);
    const traces = unpack(packed);
    expect(beside).toBe(false);
    // A goal that is never reached has no run to show.
    expect(traces.map((trace) => trace["#meta"].property.name)).toEqual(
      violated.filter((name) => name !== "every cell is used" && name !== "every page state is reached"),
    );
    expect(traces.length).toBeGreaterThan(3);
    expect(outcome!.heading).toContain("popcorn, kernels 2, stage 4.3");
    expect(outcome!.notes).toContainEqual(expect.stringContaining("messages are neither lost nor duplicated"));
  });

  test("an incomplete check does not look like a pass", () => {
    popcheck("check", "popcorn", "--stage", "4.7", "--kernels", "2", "--max-states", "20", "--html", "incomplete.html");
    const { outcome } = contentsOf(read("incomplete.html"));
    expect(outcome!.properties.map(({ verdict }) => verdict)).toContain("incomplete");
    expect(outcome!.properties.map(({ verdict }) => verdict)).not.toContain("holds");
    expect(outcome!.notes[0]).toMatch(/^incomplete, which is not a pass: .*--max-states/);
  });

  test.each<[string, string[], RegExp]>([
    ["the standard output", ["--html", "-"], /--html takes a file/],
    [
      "the file of another report",
      ["--html", "same", "--junit", "same"],
      /is the file of --junit too|is the file of --html too/,
    ],
    ["a folder", ["--html", "."], /cannot be written: it is a folder/],
  ])("refuses %s", (_, words, reason) => {
    const { status, stderr } = popcheck("check", "relay.ts", ...words);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(reason) });
  });
});
