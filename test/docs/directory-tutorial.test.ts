/** docs/tutorial/a-directory-protocol.md: its blocks are the protocol, and what it tells of it is so. */
import { expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { checkSync } from "../../checker/search/check.js";
import type { SearchOptions } from "../../checker/search/options.js";
import directory from "../../docs/examples/directory/protocol.js";
import { cycleLengthOf, lengthOf } from "../../traces/trace.js";
import { read } from "./documents.js";

const page = read("docs/tutorial/a-directory-protocol.md");
const words = page.replace(/\s+/g, " ");

const decide = (given: Record<string, unknown> = {}, options: SearchOptions = {}, of: typeof directory = directory) =>
  checkSync(new Instance(of, given), options);

test("the blocks, one after the other, are the file", () => {
  const bare = (text: string) => text.split("\n").filter((line) => line.trim() !== "");
  const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
  expect(bare(blocks.join("\n"))).toEqual(bare(read("docs/examples/directory/protocol.ts")));
});

test("everything holds, over as many states as it tells, with symmetry and without", () => {
  const whole = decide();
  expect(whole.properties.map(({ verdict }) => verdict)).toEqual(["holds", "holds", "holds", "holds"]);
  for (const { name, says } of whole.properties) expect(words).toContain(`holds ${name} ${says}`);
  expect(words).toContain(`This is true of ${whole.distinct} states`);
  const { distinct, properties } = decide({}, { symmetry: false });
  expect(properties.every(({ verdict }) => verdict === "holds")).toBe(true);
  expect(words).toContain(`over ${distinct.toLocaleString("en")} states`);
});

test("messages that overtake each other violate SWMR, and a thought of step 3, after as many steps as it tells", () => {
  const { properties } = decide({ ordered: false });
  const stepsOf = (name: string) => lengthOf(properties.find((each) => each.name === name)!.trace!);
  expect(words).toContain(`VIOLATED SWMR shortest: ${stepsOf("SWMR")} steps`);
  expect(stepsOf("no unspecified reception")).toBe(5);
  expect(words).toContain("*no unspecified reception*, in five steps");
});

test("with weak fairness of the home a cache waits for ever while others are served", () => {
  const weak: typeof directory = {
    ...directory,
    actions: (parameters) =>
      directory.actions(parameters).map((action) => (action.fair === "strong" ? { ...action, fair: "weak" } : action)),
  } as typeof directory;
  const { properties } = decide({}, { properties: ["who asks is answered"] }, weak);
  expect(properties[0]).toMatchObject({ verdict: "violated", waiting: "starvation" });
  expect(cycleLengthOf(properties[0]!.trace!)).toBeGreaterThan(0);
});
