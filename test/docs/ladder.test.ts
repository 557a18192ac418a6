/** docs/tutorial/ladder.md: its table is that of the known answers, and what it shows is printed. */
import { expect, test } from "vitest";
import { check } from "../../checker/api/index.js";
import { readKnownAnswers } from "../../checker/cli/known-answers.js";
import { loadModel } from "../../checker/models/models.js";
import { textOfTrace } from "../../traces/text/text.js";
import { read } from "./documents.js";

const page = read("docs/tutorial/ladder.md");

test("the table is what is recorded", () => {
  const [head, ...rows] = [...page.matchAll(/^\| (.*) \|$/gm)].map(([, cells]) =>
    cells!.split("|").map((c) => c.trim()),
  );
  const stages = head!.slice(1);
  const known = readKnownAnswers();
  const verdicts = stages.map((stage) => {
    const given = JSON.stringify({ stage, kernels: 2 });
    return known.find((each) => each.model === "popcorn" && JSON.stringify(each.parameters) === given)!.verdicts!;
  });
  expect(rows.length).toBeGreaterThan(8);
  for (const [name, ...cells] of rows) {
    const recorded = verdicts.map(
      ({ [name!]: verdict }) => verdict?.replace("violated", "✗").replace("holds", "·") ?? "",
    );
    expect([name, ...cells]).toEqual([name, ...recorded]);
  }
});

const shown = [
  ...page.matchAll(/```\n\$ npx popcheck check popcorn --stage (\S+) --kernels 2 --property "(.*)"\n([\s\S]*?)```/g),
].map(([, stage, property, lines]) => ({ stage: stage!, property: property!, lines: lines!.trimEnd().split("\n") }));

test("it shows a counterexample of each rung", () => {
  expect(shown.map(({ stage }) => stage)).toEqual(["4.4", "4.5", "4.6", "4.7a"]);
});

test.each(shown)(
  "what it shows of $stage, $property, is printed, in that order",
  async ({ stage, property, lines }) => {
    const parameters = { stage, kernels: 2 };
    const { properties } = await check(await loadModel("popcorn"), {
      ...{ parameters, properties: [property], receptions: false, threads: 1 },
    });
    const printed = textOfTrace(properties[0]!.trace!, { shortest: true })
      .split("\n")
      .map((line) => line.trimEnd());
    expect(printed.filter((line) => lines.includes(line))).toEqual(lines);
  },
);
