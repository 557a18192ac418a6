/** The command that writes a trace as other tools read it, and the files that it refuses. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FORMAT_NAMES, FORMATS } from "../../traces/formats/formats.js";
import { parseTrace } from "../../traces/formats/parse.js";
import { folder, popcheck } from "../support/command-line.js";

popcheck("check", "relay.ts", "--trace", "relay");
const relayFile = join(folder, "relay", "relay-no-unspecified-reception.json");
const relay = parseTrace(readFileSync(relayFile, "utf8"));

describe("popcheck export", () => {
  test.each(FORMAT_NAMES)("writes %s to the standard output, or to a file", (format) => {
    const { status, stdout, stderr } = popcheck("export", relayFile, "--format", format);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: FORMATS[format]!(relay), stderr: "" });
    const toFile = popcheck("export", relayFile, "--format", format, "--out", "exported");
    expect({ status: toFile.status, stdout: toFile.stdout }).toEqual({ status: 0, stdout: "" });
    expect(readFileSync(join(folder, "exported"), "utf8")).toBe(stdout);
  });

  test.each<[string, string[], RegExp]>([
    ["without a format", [relayFile], /give a --format: itf, mermaid, plantuml, shiviz, dot, csv/],
    ["to a format that is none", [relayFile, "--format", "svg"], /--format takes itf, .*, not svg/],
    ["to a format by the name of a property", [relayFile, "--format", "constructor"], /not constructor/],
    [
      "of a file that is not there",
      ["nowhere.json", "--format", "dot"],
      /nowhere\.json cannot be exported: there is no such file/,
    ],
    ["to a folder", [relayFile, "--format", "dot", "--out", "."], /--out \. cannot be written: it is a folder/],
  ])("is refused with status 2 %s", (_, words, reason) => {
    const { status, stdout, stderr } = popcheck("export", ...words);
    expect(stderr).toMatch(reason);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });

  const text = JSON.stringify(relay);
  const deep = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
  test.each<[string, string, RegExp]>([
    ["half a file", text.slice(0, 200), /it is not JSON/],
    ["a set that is none", text.replace('"K1",false', '"K1",{"#set":5}'), /state 0, sent K1: "#set" is no list/],
    [
      "a value too deep to be one",
      text.replace('"K1",false', `"K1",${deep}`),
      /state 0, sent K1: it is nested deeper than 100 levels/,
    ],
    ["a binding that is no name", text.replace(/"from":"K\d"/, '"from":{}'), /"binding from" of state 1 is no text/],
    [
      "fewer messages than none",
      text.replace('{"#bigint":"1"}', '{"#bigint":"-1"}'),
      /link holds no messages in state 1/,
    ],
    [
      "a channel that is no variable",
      text.replace('"channels":["link"]', '"channels":["lonk"]'),
      /lonk holds no messages/,
    ],
  ])("is refused with status 2 and the reason if the trace is damaged: %s", (_, damaged, reason) => {
    expect(damaged).not.toBe(text);
    writeFileSync(join(folder, "damaged.json"), damaged);
    const { status, stdout, stderr } = popcheck("export", "damaged.json", "--format", "csv");
    expect(stderr).toMatch(reason);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });
});
