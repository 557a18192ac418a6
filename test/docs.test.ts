/** What the documents say is what the program does. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadModel } from "../checker/cli/models.js";
import { inPackage } from "../checker/cli/package.js";
import { check } from "../checker/explore/check.js";
import { Instance } from "../checker/model/instance.js";
import { withProperties } from "../checker/model/model.js";
import eagerCopy from "../docs/examples/eager-copy.js";
import { popcorn } from "../spec/popcorn/index.js";
import { textOfTrace } from "../traces/text.js";
import { cycleLengthOf, lengthOf, type Trace } from "../traces/trace.js";

const read = (...path: string[]) => readFileSync(inPackage(join(...path)), "utf8");

/** Options of commands that are shown. */
const OTHERWISE: Readonly<Record<string, object>> = {
  "": {},
  "no-clocks-advance": { clocksAdvance: false },
  "clocks bounded": { clocks: "bounded" },
  "network fifo": { network: "fifo" },
};

function lengthInWords(trace: Trace): string {
  const cycle = cycleLengthOf(trace) ?? 0;
  const before = `${lengthOf(trace) - cycle} step${lengthOf(trace) - cycle === 1 ? "" : "s"}`;
  return cycle === 0 ? `2 kernels, ${before}` : `${before}, then ${cycle} again and again`;
}

/** The paragraphs of a page with the commands that stand under them. */
function commandsIn(page: string): { told: string; command: string }[] {
  return page.split("\n\n").flatMap((block, i, blocks) => {
    const commands = block.split("\n").filter((line) => line.startsWith("    popcheck check"));
    return commands.map((command) => ({ told: blocks[i - 1]!.replace(/\s+/g, " "), command: command.trim() }));
  });
}

describe("every finding with two kernels is found, in as many steps as the page says", () => {
  const findings = commandsIn(read("docs", "findings.md")).filter(({ command }) => command.includes("--kernels 2"));
  test.each(findings)("$command", async ({ told, command }) => {
    const [, stage, name, option] = /--stage (\S+) --kernels 2 --property (?:"([^"]*)"|\S+)(?: --(.*))?$/.exec(
      command,
    )!;
    const property = name ?? command.split(" ").pop()!;
    const { model } = await loadModel("popcorn");
    const given = OTHERWISE[option ?? ""];
    expect(given, "another option: tell the test of it").toBeDefined();
    const [outcome] = check(new Instance(model, { stage, kernels: 2, ...given }), {
      properties: [property],
    }).properties;
    if (outcome?.verdict === "holds") expect(told).toContain(`${property} holds`);
    else expect(told).toContain(lengthInWords(outcome!.trace!));
  });

  test("there are findings to check", () => {
    expect(findings.length).toBeGreaterThan(5);
  });
});

describe("README.md", () => {
  const page = read("README.md");

  test("the counterexample it shows is the one that the command prints", async () => {
    const { model } = await loadModel("popcorn");
    const [swmr] = check(new Instance(model, { stage: "4.2", kernels: 2 }), { properties: ["SWMR"] }).properties;
    const shown = /VIOLATED {2}SWMR[\s\S]*?```/.exec(page)![0];
    for (const line of textOfTrace(swmr!.trace!, { shortest: true }).trimEnd().split("\n"))
      expect(shown).toContain(line.trimEnd());
  });

  test("the protocol it shows can be checked as it is, and fails", () => {
    const folder = mkdtempSync(join(tmpdir(), "readme-"));
    try {
      const file = join(folder, "no-mutex.ts");
      writeFileSync(file, /```ts\n([\s\S]*?)```/.exec(page)![1]!);
      const { status, stdout } = spawnSync(
        process.execPath,
        [inPackage("dist/checker/cli/popcheck.js"), "check", file],
        { encoding: "utf8" },
      );
      expect(status).toBe(12);
      expect(stdout).toContain("shortest: 2 steps");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("docs/invariants.md", () => {
  const alone = "an acknowledged writer is alone";
  const given = { stage: "4.7", kernels: 2 };

  test("the invariant holds before the change, and fails after it in the steps shown", () => {
    const before = withProperties(popcorn, eagerCopy.properties);
    expect(check(new Instance(before, given), { properties: [alone] }).properties[0]?.verdict).toBe("holds");
    const [after] = check(new Instance(eagerCopy, given), { properties: [alone] }).properties;
    expect(after?.trace && lengthOf(after.trace)).toBe(10);
    const text = textOfTrace(after!.trace!, { shortest: true });
    expect(text).toContain(`${alone}         shortest: 10 steps`);
    expect(read("docs", "invariants.md")).toContain(`\`\`\`\n${text}\n\`\`\``);
  });

  test("shows the code of the example as it is", () => {
    const example = read("docs", "examples", "eager-copy.ts").replace(/\s+/g, " ");
    const shown = [...read("docs", "invariants.md").matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]!);
    expect(shown.length).toBe(2);
    for (const code of shown) expect(example).toContain(code.replace(/\s+/g, " ").trim());
  });
});
