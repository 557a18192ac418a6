/**
 * Popcorn's relatives with a directory, a library, a manager or an owner that is looked for: what
 * docs/explanation/relatives-directories.md says of them is what they come to.
 */
import { describe, expect, test } from "vitest";
import { readKnownAnswers } from "../../checker/cli/known-answers.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import type { ChoiceParameter } from "../../checker/model/parameters.js";
import { loadModel } from "../../checker/models/models.js";
import { checkSync } from "../../checker/search/check.js";
import { read } from "../docs/documents.js";
import { exceptRelease, releaseTest } from "../support/extent.js";
import { messagesPerAccess } from "../support/messages-per-access.js";
import { pageViews } from "../support/page-views.js";
import { caught, messagesRow, verdictRow } from "../support/relatives-tables.js";

const relatives = ["popcorn-directory", "mirage", "kddm", "two-kernel", "vnuma"];
const cases = readKnownAnswers().filter(({ model }) => relatives.includes(model));
const rows = read("docs/explanation/relatives-directories.md")
  .split("\n")
  .filter((line) => line.startsWith("| `"));

describe("the document's table of verdicts", () => {
  const recorded = cases.filter(({ symmetry }) => symmetry !== false).map(verdictRow);

  test("has each recorded case, as it is recorded", () => {
    expect(recorded.filter((row) => !rows.includes(row))).toEqual([]);
  });

  test("has no other", () => {
    const told = rows.filter((row) => relatives.some((name) => new RegExp(`^\\| \`${name}( --|\`)`).test(row)));
    expect(told.filter((row) => !recorded.includes(row) && row.split("|").length === 5)).toEqual([]);
  });
});

test.each(relatives)("each mistake that %s can make breaks a property, in a recorded case", async (name) => {
  const { wrong } = (await loadModel(name)).model.parameters as Readonly<Record<string, ChoiceParameter<string>>>;
  const mistakes = wrong!.values.filter((value) => value !== "nothing");
  expect(mistakes.length).toBeGreaterThan(0);
  const found = caught(cases.filter(({ model }) => model === name)).map(({ parameters }) => parameters.wrong);
  expect(mistakes.filter((mistake) => !found.includes(mistake))).toEqual([]);
});

const searched = async (name: string, given: object, changed: (model: AnyModel) => AnyModel = (model) => model) =>
  checkSync(new Instance(changed((await loadModel(name)).model), given as Record<string, unknown>));

releaseTest("kDDM starves also if each event is looked at again and again", async () => {
  const strong = (model: AnyModel): AnyModel => ({
    ...model,
    actions: (o) =>
      model.actions(o as never).map((each) => (each.name === "Event" ? { ...each, fair: "strong" as const } : each)),
  });
  const { properties } = await searched("kddm", { kernels: 3 }, strong);
  const violated = properties.flatMap(({ name, verdict }) => (verdict === "violated" ? [name] : []));
  expect(violated).toEqual(["eventual read", "eventual write"]);
});

test("with two kernels no reader need be revoked for a writer without a copy", async () => {
  const [right, wrong] = await Promise.all(
    ["nothing", "readers-not-revoked"].map((wrong) => searched("popcorn-directory", { kernels: 2, wrong })),
  );
  expect(wrong!.properties.filter(({ verdict }) => verdict !== "holds")).toEqual([]);
  expect([wrong!.distinct, wrong!.generated]).toEqual([right!.distinct, right!.generated]);
});

describe("the document's table of messages is what accesses cost:", () => {
  const sizes = relatives.flatMap((name) =>
    (name === "two-kernel" ? [2] : [2, 3, 4]).map((kernels) => [name, kernels] as const),
  );
  test.each(exceptRelease(sizes, ([, kernels]) => kernels === 4))("%s, %d kernels", async (name, kernels) => {
    const messages = messagesPerAccess((await loadModel(name)).model, pageViews[name], { kernels });
    expect(rows).toContain(messagesRow(name, kernels, messages));
  });
});
