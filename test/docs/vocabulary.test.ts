/** The pages on the vocabulary: what they show is taken from sources, and they leave out no word. */
import { describe, expect, test } from "vitest";
import * as vocabulary from "../../checker/model/index.js";
import { vocabulary as declaring } from "../../checker/model/index.js";
import { files, read } from "./documents.js";

const PAGE = "docs/reference/vocabulary.md";
const PORTING = "docs/how-to/from-murphi-or-tla.md";

const bare = (text: string) => text.replace(/\s+/g, " ").trim();
const sources = files
  .filter((file) => /^(spec|invariants|docs\/examples)\/.*\.ts$/.test(file))
  .map((file) => bare(read(file)));

test.each([
  [PAGE, 16],
  ["docs/how-to/write-a-liveness-property.md", 1],
])("%s shows nothing but what stands in a model", (document, least) => {
  const blocks = [...read(document).matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
  expect(blocks.length).toBeGreaterThanOrEqual(least);
  expect(blocks.filter((block) => !sources.some((source) => source.includes(bare(block))))).toEqual([]);
});

describe(PAGE, () => {
  const page = read(PAGE);

  test("names every word that models can import, and every one that a vocabulary declares with", () => {
    const prose = page.replace(/```ts\n[\s\S]*?```/g, "");
    const isNamed = (word: string) => new RegExp(`\`[^\`]*\\b${word}\\b[^\`]*\``).test(prose);
    // Classes that no author makes one of: their values come from other words.
    const made = ["Floor"];
    const words = [...Object.keys(vocabulary), ...Object.keys(declaring())].filter((word) => !made.includes(word));
    expect(words.filter((word) => !isNamed(word))).toEqual([]);
  });
});

test(`${PORTING} names no word that there is not`, () => {
  const known = new Set([...Object.keys(vocabulary), ...Object.keys(declaring())]);
  const cells = [...read(PORTING).matchAll(/^\|[^|]*(?:\\\|[^|]*)*\| (.*) \|$/gm)].map(([, cell]) => cell!);
  const called = cells.flatMap((cell) => [...cell.matchAll(/`([a-z]\w+)\(/gi)].map(([, word]) => word!));
  expect(called.length).toBeGreaterThan(10);
  expect(called.filter((word) => !known.has(word))).toEqual([]);
});
