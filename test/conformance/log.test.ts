/** Reading a log, and the errors of one that cannot be read. */
import { describe, expect, test } from "vitest";
import { readLog } from "../../checker/conformance/log.js";

const read = (...lines: readonly (string | object)[]) =>
  readLog(lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"), "x.jsonl", [
    "K1",
    "K2",
  ]);

test("events are sorted by page and process, each with its line", () => {
  const { pages, unlogged } = read(
    { unlogged: ["Tick"] },
    "",
    { page: 3, process: "K2", event: "App_Read", note: "kept out" },
    { page: "a", process: "K1", event: "send", to: "K2", message: { kind: "Fetch" } },
    { page: 3, process: "K2", event: "lost" },
    { page: 3, process: "K2", event: "receive", from: "K1", clock: 4 },
  );
  expect([...unlogged]).toEqual(["Tick"]);
  expect(pages.map(({ page }) => page)).toEqual([3, "a"]);
  expect(pages[0]!.processes).toEqual([
    { process: "K1", events: [], gaps: new Set() },
    {
      process: "K2",
      events: [
        { page: 3, process: "K2", event: "App_Read", line: 3 },
        { page: 3, process: "K2", event: "receive", from: "K1", clock: 4, line: 6 },
      ],
      gaps: new Set([1]),
    },
  ]);
});

const good = { process: "K1", event: "App_Read" };

describe("a log that cannot be read names the line, and what is wrong:", () => {
  test.each<[string, readonly (string | object)[], RegExp]>([
    ["no JSON", [good, "App_Read"], /^x\.jsonl, line 2: this is no JSON object: App_Read$/],
    ["a cut line", [`${JSON.stringify(good)}`, '{"process": "K'], /line 2: this is no JSON object: \{"process": "K/],
    ["a list", ["[1]"], /line 1: this is no JSON object/],
    ["no process", [{ event: "App_Read" }], /line 1: "process" is missing/],
    ["no event", [good, { process: "K1" }], /line 2: "event" is missing/],
    ["an unknown process", [{ process: "K3", event: "lost" }], /line 1: there is no process K3.*K1, K2/s],
    ["an unknown field", [{ ...good, form: "K2" }], /line 1: there is no field "form"; did you mean from/],
    ["a process that is no text", [{ process: 1, event: "x" }], /line 1: "process" is 1$/],
    ["a sender of an action", [{ ...good, from: "K2" }], /line 1: only the event "receive" has a "from"/],
    ["a message of an action", [{ ...good, message: {} }], /line 1: only "receive" and "send" have a "message"/],
    [
      "a clock that falls",
      [{ ...good, clock: 3 }, good, { ...good, clock: 2 }],
      /line 3: the clock of K1 falls from 3 to 2/,
    ],
    ["a clock that is no number", [{ ...good, clock: "3" }], /line 1: "clock" is "3"/],
    ["an unlogged event", [{ unlogged: ["App_Read"] }, good], /line 2: "unlogged" says that App_Read is never logged/],
    ["what is unlogged, too late", [good, { unlogged: ["Tick"] }], /line 2: "unlogged" stands before all events/],
    ["unlogged that is no list", [{ unlogged: "Tick" }], /line 1: "unlogged" is "Tick", and not a list/],
    ["unlogged beside others", [{ unlogged: ["Tick"], ...good }], /line 1: "unlogged" stands in a line of its own/],
    ["nothing", ["", ""], /^x\.jsonl has no events$/],
  ])("%s", (_, lines, message) => {
    expect(() => read(...lines)).toThrow(message);
  });
});
