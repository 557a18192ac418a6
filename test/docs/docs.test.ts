/** What the documents say is what the program does. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { withProperties } from "../../checker/model/model.js";
import { loadModel } from "../../checker/models/models.js";
import { inPackage } from "../../checker/package.js";
import { checkSync } from "../../checker/search/check.js";
import eagerCopy from "../../docs/examples/eager-copy.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { textOfTrace } from "../../traces/text/text.js";
import { lengthOf } from "../../traces/trace.js";

const read = (...path: string[]) => readFileSync(inPackage(join(...path)), "utf8");

describe("README.md", () => {
  const page = read("README.md");

  test("the counterexample it shows is the one that the command prints", async () => {
    const { model } = await loadModel("popcorn");
    const [swmr] = checkSync(new Instance(model, { stage: "4.2", kernels: 2 }), { properties: ["SWMR"] }).properties;
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
    expect(checkSync(new Instance(before, given), { properties: [alone] }).properties[0]?.verdict).toBe("holds");
    const [after] = checkSync(new Instance(eagerCopy, given), { properties: [alone] }).properties;
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
