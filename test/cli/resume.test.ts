/** `popcheck resume`: what it takes, and how it refuses a checkpoint. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { counter, folder, popcheckAlone } from "../support/command-line.js";

const upBy = (step: number) => counter({ step: `return state.withCount(state.count() + ${step});` });

test("a checkpoint of a model that was edited since is refused as a checkpoint, not as the author's mistake", () => {
  const file = join(folder, "edited.ts");
  writeFileSync(file, upBy(1));
  const { status } = popcheckAlone("check", "edited.ts", "--checkpoint", "edited", "--max-states", "2");
  expect(status).toBe(3);
  writeFileSync(file, upBy(2));
  const { stderr } = popcheckAlone("resume", "edited");
  expect(stderr).toMatch(/is refused: .*model/);
  expect(stderr).toMatch(/no checkpoint in .*edited can be used/);
  expect(stderr).not.toContain("cannot be set up");
});

test("the interval between checkpoints is read", () => {
  popcheckAlone("check", "german", "--nodes", "2", "--checkpoint", "interval", "--max-states", "100");
  const { status, stderr } = popcheckAlone("resume", "interval", "--checkpoint-every", "0");
  expect(stderr).toContain("--checkpoint-every takes a number above 0, not 0");
  expect(status).toBe(2);
});
