/**
 * The recorded numbers and verdicts, for the cases that take a moment; `popcheck verify` checks others, and
 * `.ci/release` all.
 */
import { describe, expect, test } from "vitest";
import { differencesOf, type KnownAnswer, readKnownAnswers } from "../../checker/cli/known-answers.js";
import { Instance } from "../../checker/model/instance.js";
import type { Parameter } from "../../checker/model/parameters.js";
import { loadModel } from "../../checker/models/models.js";
import { checkSync } from "../../checker/search/check.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { differences } from "../support/differences.js";

const cases = readKnownAnswers();

describe("a model comes to what is recorded", () => {
  // Of Popcorn's relatives, four kernels find nothing that three do not.
  const quick = cases.filter(
    ({ model, parameters, distinct }) =>
      distinct !== undefined && distinct < 400 && (model === "popcorn" || parameters.kernels !== 4),
  );
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

// With three nodes and three kernels in known-answers.slow.ts.
test("German's protocol has the states that others have counted", async () => {
  const { model } = await loadModel("german");
  const { distinct, incomplete } = checkSync(new Instance(model, { nodes: 2, data: 2 }), { symmetry: false });
  expect([distinct, incomplete]).toEqual([43_422, undefined]);
});

describe("an order of time stamps without ties covers one with ties that the index breaks:", () => {
  test.each(["4.3", "4.4", "4.7", "4.8", "repaired"])("stage %s", async (stage) => {
    const { model } = await loadModel("popcorn");
    const [ties, unbounded] = ["ties", "unbounded"].map((clocks) =>
      checkSync(new Instance(model, { stage, kernels: 2, clocks })),
    ) as [Outcome, Outcome];
    // With ties kernels can be told apart, so that there are more states.
    expect(ties.distinct).toBeGreaterThan(unbounded.distinct);
    const verdictsOf = ({ properties }: Outcome) => Object.fromEntries(properties.map((p) => [p.name, p.verdict]));
    expect(differences(verdictsOf(ties), verdictsOf(unbounded))).toEqual([]);
  });
});

describe("each reading of each open question shows in a case that takes a second, by its numbers or verdicts:", () => {
  /** Values that show in no small case, and where they are tested. */
  const elsewhere: Readonly<Record<string, string>> = { "rounds counts": "test/spec/cells.test.ts" };
  const quick = cases.filter(
    ({ model, distinct }) => model === "popcorn" && distinct !== undefined && distinct < 30_000,
  );
  const keyOf = (parameters: KnownAnswer["parameters"], symmetry = true) =>
    JSON.stringify([symmetry, Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))]);
  const known = new Map(quick.map((each) => [keyOf(each.parameters, each.symmetry), each]));
  const said = ({ distinct, generated, depth, verdicts }: KnownAnswer) =>
    JSON.stringify([distinct, generated, depth, Object.entries(verdicts ?? {}).sort()]);

  /** Whether a case with this value differs from the one without it. */
  const shows = (option: string, value: unknown) =>
    quick.some((each) => {
      const { [option]: own, ...rest } = each.parameters;
      const other = known.get(keyOf(rest, each.symmetry));
      return own === value && other !== undefined && said(each) !== said(other);
    });

  const options = Object.entries(popcorn.parameters as Record<string, Parameter>).filter(
    ([option, { kind }]) => kind !== "integer" && option !== "stage",
  );
  test.each(options)("%s", (option, parameter) => {
    const values: readonly unknown[] = parameter.kind === "choice" ? parameter.values : [true, false];
    // One value is the usual one, from which the others differ.
    const hidden = values.filter((value) => !shows(option, value) && !(`${option} ${value}` in elsewhere));
    expect(hidden.length, `no small case shows ${hidden.join(", ")}`).toBeLessThanOrEqual(1);
  });
});
