/** What the tests are built on: a function that never returns is ended, and differences name the field. */
import { describe, expect, test } from "vitest";
import { releaseTest } from "../support/extent.js";
import { differences } from "./differences.js";
import { inThread } from "./killable.js";

describe("a function in a thread", () => {
  const given = "test/support/killable-examples";

  test("returns what it returns, item by item", async () => {
    expect(await inThread(given, "double", [1, 2, 21])).toEqual([2, 4, 42]);
    expect(await inThread(given, "double", [])).toEqual([]);
  });

  releaseTest("that never returns is ended, and the item is named", async () => {
    await expect(inThread(given, "loopAt3", [3, 1], 3000)).rejects.toThrow(/^loopAt3 of 3 has come to no end/);
  });

  test("that throws is told, with the item", async () => {
    await expect(inThread(given, "throwAt2", [1, 2])).rejects.toThrow(/^throwAt2 of 2: two$/);
  });
});

describe("differences", () => {
  test("name each field, with both values", () => {
    const actual = { a: 1, b: { c: [1, { d: "x" }] }, e: new Map([["f", 1]]), g: undefined };
    const expected = { a: 1, b: { c: [1, { d: "y" }] }, e: new Map([["f", 2]]), h: [] };
    expect(differences(actual, expected)).toEqual([
      'b.c[1].d: "x", expected "y"',
      "e.f: 1, expected 2",
      "h: undefined, expected []",
    ]);
    expect(differences(actual, actual)).toEqual([]);
    expect(differences([1], { 0: 1 })).toEqual(['the whole: [1], expected {"0":1}']);
    expect(differences(null, {})).toEqual(["the whole: null, expected {}"]);
    expect(differences([1, 2], [1])).toEqual(["[1]: 2, expected undefined"]);
  });

  test("are a few at most, and say how many more there are", () => {
    const many = Array.from({ length: 20 }, (_, i) => i);
    expect(
      differences(
        many,
        many.map((i) => -i - 1),
      ).slice(-2),
    ).toEqual(["[7]: 7, expected -8", "and 12 more"]);
  });
});
