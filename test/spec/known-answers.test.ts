/**
 * The recorded numbers and verdicts, for the cases that take a moment; `popcheck verify` and `.ci/slow` check the
 * others.
 */
import { describe, expect, test } from "vitest";
import { differencesOf, readKnownAnswers } from "../../checker/cli/known-answers.js";
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import { checkSync } from "../../checker/search/check.js";

const cases = readKnownAnswers();

describe("a model comes to what is recorded", () => {
  const quick = cases.filter(({ distinct }) => distinct !== undefined && distinct < 30_000);
  test.each(
    quick.map(
      (known) => [`${known.model} ${JSON.stringify(known.parameters)} ${known.symmetry ?? true}`, known] as const,
    ),
  )("%s", async (_name, known) => {
    const { model } = await loadModel(known.model);
    const outcome = checkSync(new Instance(model, known.parameters), { symmetry: known.symmetry ?? true });
    expect(differencesOf(known, outcome)).toEqual([]);
  });
});

test("German's protocol has the states that others have counted", () => {
  const german = (nodes: number, symmetry: boolean) => {
    const known = cases.find(
      (each) => each.model === "german" && each.parameters.nodes === nodes && (each.symmetry ?? true) === symmetry,
    );
    return [known?.distinct, known?.generated];
  };
  expect(german(2, false)[0]).toBe(43_422);
  expect(german(3, true)).toEqual([796_958, 3_150_364]);
});

describe("models that must agree do", () => {
  const verdicts = (parameters: Record<string, unknown>) => {
    const known = cases.find(
      (each) => JSON.stringify(each.parameters) === JSON.stringify(parameters) && each.symmetry !== false,
    );
    return known?.verdicts;
  };
  test("an order of time stamps without ties covers one with ties that the index breaks", () => {
    const withTies = verdicts({ stage: "4.7", kernels: 3, clocks: "ties" });
    expect(withTies).toBeDefined();
    expect(withTies).toEqual(verdicts({ stage: "4.7", kernels: 3 }));
  });
});
