/** The glossary is in order, its terms are in use, and each has a source. */
import { expect, test } from "vitest";
import { documents, files, read } from "./documents.js";

const GLOSSARY = "docs/reference/glossary.md";
const page = read(GLOSSARY);
const [terms = "", sources = ""] = page.split("\n## Sources\n");

/** The entries: a term, a sentence, and in parentheses where it comes from. */
const entries = terms
  .slice(terms.indexOf("\n- "))
  .split("\n- ")
  .slice(1)
  .map((entry) => entry.replace(/\s+/g, " ").trim());
const parts = entries.map((entry) => /^\*\*(.+?)\*\*: (.+)\. \((.+)\)$/.exec(entry));
const known = [...sources.matchAll(/^- \*(.+?)\*:/gm)].map(([, name]) => name!);

const compare = (a: string, b: string) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1);

test("every entry is a term, a sentence and its source", () => {
  expect(entries.filter((_, i) => parts[i] === null)).toEqual([]);
  expect(entries.length).toBeGreaterThan(80);
});

test("the terms are in alphabetical order, and so are the sources; none is there twice", () => {
  const names = parts.map((part) => part![1]!);
  expect(names).toEqual([...new Set(names)].sort(compare));
  expect(known).toEqual([...new Set(known)].sort(compare));
});

test("every term is used in the code or in another document", () => {
  const used = files
    .filter((file) => /^(checker|spec|traces|invariants|test)\/.*\.tsx?$/.test(file) || documents.includes(file))
    .filter((file) => file !== GLOSSARY && !file.startsWith("test/docs/"))
    .map(read)
    .join("\n");
  // A term of two words is one in code: memory budget, MemoryBudget, memory-budget.
  const isUsed = (term: string) =>
    new RegExp(`(?<![a-z])${term.split(" ").join("[\\s_-]*")}(?:s|es)?(?![a-z])`, "i").test(used) ||
    new RegExp(`${term.split(" ").map(capitalized).join("")}`).test(used);
  expect(parts.map((part) => part![1]!).filter((term) => !isUsed(term))).toEqual([]);
});

const capitalized = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

test("every source is one of those listed, or popcheck itself, with the file where the term lives", () => {
  const wrong = parts
    .map((part) => ({ term: part![1]!, source: part![3]! }))
    .filter(({ source }) => !/^popcheck: `/.test(source) && !known.some((name) => source.startsWith(name)));
  expect(wrong).toEqual([]);
  const withoutFile = parts.filter((part) => !/`[\w./-]+`/.test(part![3]!)).map((part) => part![1]);
  expect(withoutFile).toEqual([]);
  expect(known.filter((name) => !terms.replace(/\s+/g, " ").includes(name))).toEqual([]);
});
