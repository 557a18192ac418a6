/** docs/explanation/trust.md: a trace is data. What it names as its model does not run. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { counter, folder, popcheck, small } from "../support/command-line.js";

const mark = join(folder, "MARK");

beforeAll(() => {
  const head = `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(mark)}, "");`;
  writeFileSync(join(folder, "marked.ts"), counter({ head, properties: small }));
  popcheck("check", "marked.ts", "--trace", "traces");
  expect(existsSync(mark)).toBe(true);
  const trace = JSON.parse(readFileSync(join(folder, "traces", "counter-small.json"), "utf8"));
  for (const model of ["./marked.ts", join(folder, "marked.ts"), "marked"]) {
    trace["#meta"].model = model;
    writeFileSync(join(folder, `${model.replaceAll(/\W/g, "-")}.json`), JSON.stringify(trace));
  }
});

const traces = ["--marked-ts.json", `${join(folder, "marked.ts").replaceAll(/\W/g, "-")}.json`, "marked.json"];

test.each(
  traces.flatMap((trace) => [
    ["view", `./${trace}`, "--out", "page.html"],
    ["export", `./${trace}`, "--format", "itf"],
    ["export", `./${trace}`, "--format", "mermaid"],
    ["replay", `./${trace}`],
  ]),
)("%s %s runs no code of the model that the trace names", (...words) => {
  rmSync(mark, { force: true });
  const { status } = popcheck(...words);
  // Replaying follows the model, so it asks for the model's file.
  expect(status).toBe(words[0] === "replay" ? 2 : 0);
  expect(existsSync(mark)).toBe(false);
});

test.each([
  ["check", "marked.ts"],
  ["describe", "marked.ts"],
  ["replay", "traces/counter-small.json", "--model", "marked.ts"],
])("%s runs the model that is named", (...words) => {
  rmSync(mark, { force: true });
  popcheck(...words);
  expect(existsSync(mark)).toBe(true);
});
