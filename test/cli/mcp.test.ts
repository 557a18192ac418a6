/** The tools of `popcheck mcp`: what they return, their errors, their bounds, and the server that offers them. */
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { check } from "../../checker/api/index.js";
import { callTool } from "../../checker/cli/mcp/call.js";
import { runTool } from "../../checker/cli/mcp/tool-runs.js";
import { type Bounds, TOOLS, type ToolName, type ToolResult } from "../../checker/cli/mcp/tools.js";
import { loadModel } from "../../checker/models/models.js";
import { packageRoot } from "../../checker/package.js";
import { lengthOf } from "../../traces/trace.js";
import { bin } from "../support/command-line.js";

const outside = mkdtempSync(join(tmpdir(), "popcheck-mcp-outside-"));
const folder = mkdtempSync(join(tmpdir(), "popcheck-mcp-"));
afterAll(() => {
  for (const each of [outside, folder]) rmSync(each, { recursive: true, force: true });
});
const bounds: Bounds = { folder, maxStates: 20_000, seconds: 20, memory: 2 ** 30 };

/** Runs a tool in this process, with what its schema accepts. */
async function run(name: ToolName, input: Readonly<Record<string, unknown>>, within = bounds): Promise<ToolResult> {
  return runTool(name, TOOLS[name].input.parse(input), within);
}

const client = new Client({ name: "the tests", version: "1" });
beforeAll(async () => {
  const args = [bin, "mcp", "--max-states", "20000"];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, cwd: folder, stderr: "ignore" }));
});
afterAll(() => client.close());

const mutex = { model: "naive-mutex", parameters: { processes: 2 } };

describe("a tool", () => {
  test("describe lists the models, and tells a model's parameters and properties", async () => {
    const all = (await run("describe", {})).data.models as readonly { name: string; about: string }[];
    expect(all.find(({ name }) => name === "german")?.about).toMatch(/^German's/);
    const { text, data } = await run("describe", mutex);
    expect(text).toMatch(/^Properties\n {2}mutual exclusion/m);
    expect(data.parameters).toMatchObject([{ name: "processes", inForce: 2, min: 1 }]);
    expect(data.variables).toEqual(Object.keys((await loadModel("naive-mutex")).model.variables({ processes: 2 })));
  });

  test("check says what a program's check says, in text and in data", async () => {
    const { distinct, generated } = await check(await loadModel("naive-mutex"), { parameters: mutex.parameters });
    const { text, data } = await run("check", mutex);
    expect(data).toMatchObject({ distinct, generated, complete: true, status: 12 });
    expect(text).toMatch(/^VIOLATED {2}mutual exclusion/m);
    const one = await run("check", { ...mutex, properties: ["no deadlock"], symmetry: false });
    expect((one.data.properties as { name: string }[]).map(({ name }) => name)).toEqual(["no deadlock"]);
    expect(one.data.distinct).toBeGreaterThan(distinct);
  });

  test("smoke says that nothing holds but a goal that it has reached", async () => {
    const { data } = await run("smoke", { model: "peterson", seed: 1, seconds: 0.2 });
    expect(data).toMatchObject({ complete: false, seed: 1, status: 3 });
    const held = (data.properties as { kind: string; outcome: string }[]).filter(({ outcome }) => outcome === "holds");
    expect(held.map(({ kind }) => kind)).toEqual(["reachable"]);
  });

  test("trace shows the shortest counterexample, in the formats of export, or why there is none", async () => {
    const property = "mutual exclusion";
    const { properties } = await check(await loadModel("naive-mutex"), { parameters: mutex.parameters });
    const recorded = properties.find(({ name }) => name === property)!.trace!;
    const { text, data } = await run("trace", { ...mutex, property });
    expect(data).toMatchObject({ model: "naive-mutex", steps: lengthOf(recorded), property: { name: property } });
    expect(text).toMatch(/^VIOLATED {2}mutual exclusion +shortest: \d+ steps$/m);
    expect((await run("trace", { ...mutex, property, format: "mermaid" })).text).toMatch(/^sequenceDiagram/);
    expect((await run("trace", { ...mutex, property: "no deadlock" })).text).toMatch(/^holds +no deadlock/m);
    writeFileSync(join(folder, "saved.json"), JSON.stringify(recorded));
    expect((await run("trace", { file: "saved.json" })).data.steps).toBe(lengthOf(recorded));
  });

  test("step takes steps by name or number, tells what can be taken there, and goes on to what is looked for", async () => {
    const first = await run("step", mutex);
    const [{ name }] = first.data.enabled as [{ name: string }];
    const byName = await run("step", { ...mutex, steps: [name] });
    expect(byName).toEqual(await run("step", { ...mutex, steps: [1] }));
    expect(byName.data).toMatchObject({ at: 1, properties: expect.arrayContaining([]) });
    expect(byName.data.state).not.toEqual(first.data.state);
    const violated = await run("step", { ...mutex, violation: "mutual exclusion" });
    expect(violated.data).toMatchObject({ search: { state: "found" } });
    expect(violated.text).toMatch(/^ {2}VIOLATED {2}mutual exclusion/m);
  });

  test("why tells the read that closes a guard, of the steps and the properties that are asked about", async () => {
    const { text, data } = await run("why", { ...mutex, about: "Leave(P2)", property: "mutual" });
    const [closed] = data.disabled as [{ name: string; reason: string }];
    expect(data.disabled).toHaveLength(1);
    expect(closed.name).toBe("Leave(P2)");
    expect(text).toContain(`Leave(P2)  as ${closed.reason}`);
    expect(data.properties).toMatchObject([{ name: "mutual exclusion", verdict: "holds" }]);
  });
});

describe("what a call may not do", () => {
  const model = readFileSync(join(packageRoot, "spec", "toy", "die-hard.ts"), "utf8");
  const touching = (file: string) =>
    `import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(file)}, "");`;

  beforeAll(() => {
    writeFileSync(join(outside, "model.ts"), model);
    writeFileSync(join(outside, "part.ts"), "export const part = 1;");
    symlinkSync(join(outside, "model.ts"), join(folder, "link.ts"));
    writeFileSync(
      join(folder, "imports.ts"),
      `import { part } from ${JSON.stringify(join(outside, "part"))};\n${touching(join(folder, "ran"))}\nconsole.error(part);\n${model}`,
    );
    writeFileSync(join(folder, "inside.ts"), model);
    writeFileSync(join(folder, "throws.ts"), 'throw new Error("at once");');
  });

  // A process of the server's reads them: this one would not load a file as popcheck does.
  const answerOn = (model: string) => client.callTool({ name: "check", arguments: { model } });

  test("a model of a file below the folder is checked", async () => {
    expect(await answerOn("inside.ts")).toMatchObject({ structuredContent: { model: "die-hard", complete: true } });
  });

  test.each([
    ["by its path", () => join(outside, "model.ts"), /does not lie below the folder/],
    ["by dots", () => `../${outside.split("/").at(-1)}/model.ts`, /does not lie below the folder/],
    ["by a link", () => "link.ts", /does not lie below the folder/],
    ["by an import, which does not run", () => "imports.ts", /imports .*part\.ts, which does not lie below the folder/],
  ])("a file elsewhere is refused: %s", async (_what, model, reason) => {
    expect(await answerOn(model())).toMatchObject({
      structuredContent: { error: { kind: "usage", message: expect.stringMatching(reason) } },
    });
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });

  test("a trace elsewhere is refused, and one that is none", async () => {
    writeFileSync(join(outside, "saved.json"), "{}");
    await expect(run("trace", { file: join(outside, "saved.json") })).rejects.toThrow(/does not lie below the folder/);
    await expect(run("trace", { file: "inside.ts" })).rejects.toThrow(/no trace|JSON/);
  });

  test.each<[ToolName, Readonly<Record<string, unknown>>, RegExp]>([
    ["check", { ...mutex, maxStates: 20_001 }, /maxStates is 20001, and a call may ask for 20000/],
    ["check", { ...mutex, seconds: 21 }, /seconds is 21, and a call may take 20/],
    ["check", { model: "popcor" }, /no model is called popcor; did you mean popcorn/],
    ["check", { ...mutex, parameters: { processes: 9 } }, /--processes takes an integer from 1 to 6, not 9/],
    ["check", { ...mutex, properties: ["nothing"] }, /naive-mutex has no property called "nothing"/],
    ["trace", mutex, /name the property/],
    ["trace", { ...mutex, file: "saved.json" }, /give a model and a property, or the file/],
    [
      "step",
      { ...mutex, steps: ["Fly"] },
      /step 1, Fly, cannot be taken\n {2}What can be taken there:\n {4}1 {2}Request/,
    ],
    ["step", { ...mutex, find: "a", violation: "b" }, /not both/],
    ["describe", { parameters: { processes: 2 } }, /parameters are those of a model/],
  ])("%s %j is refused in a sentence", async (name, input, reason) => {
    await expect(run(name, input)).rejects.toThrow(reason);
  });

  test("a search that its bound ends is incomplete", async () => {
    const { text, data } = await run("check", { model: "german", parameters: { nodes: 2 }, maxStates: 500 });
    expect(data).toMatchObject({
      complete: false,
      status: 3,
      incomplete: expect.stringMatching(/^stopped at --max-states 500;/),
    });
    expect(text).toMatch(/^incomplete: stopped at --max-states 500/m);
  });
});

describe("the process of a call", () => {
  test("is ended if a function loops for ever, and the call is a timeout", async () => {
    const looping = readFileSync(join(packageRoot, "spec", "toy", "die-hard.ts"), "utf8").replace(
      /^export const dieHard/m,
      "for (;;);\n$&",
    );
    writeFileSync(join(folder, "loops.ts"), looping);
    const within = { ...bounds, seconds: 0.5 };
    const call = { name: "check", input: { model: "loops.ts" }, bounds: within } as const;
    expect(await callTool(call, new AbortController().signal, 0.5)).toMatchObject({ error: { kind: "timeout" } });
  });

  test("is ended when the call is cancelled", async () => {
    const abort = new AbortController();
    const reply = callTool({ name: "check", input: { model: "loops.ts" }, bounds }, abort.signal);
    abort.abort();
    expect(await reply).toMatchObject({ error: { kind: "cancelled" } });
  });
});

describe("the server", () => {
  test("offers the tools, each with what it takes", async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(Object.keys(TOOLS));
    for (const { inputSchema, annotations } of tools) {
      expect(inputSchema).toMatchObject({ type: "object", additionalProperties: false });
      expect(annotations?.readOnlyHint).toBe(true);
    }
  });

  test("answers with text and data", async () => {
    const answer = await client.callTool({ name: "check", arguments: mutex });
    const { distinct } = (await run("check", mutex)).data;
    expect(answer).toMatchObject({
      content: [{ type: "text", text: expect.stringMatching(/^VIOLATED {2}mutual exclusion/m) }],
      structuredContent: { distinct, status: 12 },
    });
    expect(answer.isError).toBeFalsy();
  });

  test.each<[kind: string, name: string, input: Readonly<Record<string, unknown>>, message: RegExp]>([
    ["usage", "check", { ...mutex, maxStates: 20_001 }, /a call may ask for 20000/],
    ["model", "describe", { model: "throws.ts" }, /throws\.ts threw while it was loaded: at once/],
  ])("tells an error as data: %s", async (kind, name, input, message) => {
    const answer = await client.callTool({ name, arguments: input });
    expect(answer).toMatchObject({
      isError: true,
      content: [{ type: "text", text: expect.stringMatching(message) }],
      structuredContent: { error: { kind, message: expect.stringMatching(message) } },
    });
  });

  test("refuses what a tool does not take", async () => {
    const answer = await client.callTool({ name: "check", arguments: { ...mutex, depth: 3 } });
    expect(answer).toMatchObject({ isError: true, content: [{ text: expect.stringContaining("depth") }] });
  });
});
