/** Families by two sets and with their diagonal, and constants, are searched as the naive explorer searches them. */
import { describe, expect, test } from "vitest";
import { constant, nameOf, ordinal, scalarset, union } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { stateOf } from "../../checker/model/state-under-test.js";
import { checkSync } from "../../checker/search/check.js";
import { surveyed } from "../mutation/surveyed.js";
import { releaseTest } from "../support/extent.js";
import { explore } from "../support/naive-explorer.js";
import { orbitsIn } from "../support/orbits.js";
import { agree, type Given } from "./agreement.js";
import { expectSameByAllWays } from "./agreement-of-ways.js";
import cells, { nodes } from "./models/cells.js";
import clockMatrix from "./models/clock-matrix.js";
import { twoInterchangeablePages, twoOrderedPages } from "./models/two-pages.js";
import voting, { quorums } from "./models/voting.js";

const outcomeOf = (model: AnyModel, given: Given, symmetry = true) =>
  checkSync(new Instance(model, given), { symmetry });

describe("every search agrees with the naive explorer on", () => {
  const cases: [string, AnyModel, Given][] = [
    ["pages and caches", twoInterchangeablePages, {}],
    ["more caches than pages", twoInterchangeablePages, { pages: 1, caches: 3 }],
    ["a directory that gives one page twice", twoInterchangeablePages, { grants: "anybody", pages: 1 }],
    ["pages in order", twoOrderedPages, { grants: "anybody", pages: 1 }],
    ["matrix clocks", clockMatrix, { processes: 2, ticks: 2 }],
    ["matrix clocks that go back", clockMatrix, { processes: 2, merge: "all" }],
    ["a head and cells", cells, { cells: 2 }],
    ["a head and cells that leave unseen", cells, { cells: 2, leaves: "nobody" }],
    ["votes", voting, { acceptors: 2, ballots: 2 }],
    ["quorums that do not meet", voting, { acceptors: 2, ballots: 2, quorums: "single acceptors" }],
  ];
  test.each(cases)("%s", (_, model, given) => agree(model, given));
});

releaseTest("every way to search comes to the same on matrix clocks, cells behind a head, votes, and two sets", () => {
  expectSameByAllWays(twoInterchangeablePages, { pages: 2, caches: 2 }, 4);
  expectSameByAllWays(clockMatrix, { processes: 2, merge: "all" }, 1);
  expectSameByAllWays(cells, { cells: 2 }, 2);
  expectSameByAllWays(voting, { acceptors: 2, quorums: "single acceptors" }, 3);
});

describe("symmetry reduction of", () => {
  test("a table by two sets counts an orbit once, whichever of its indices are reduced", () => {
    for (const given of [
      { pages: 1, caches: 3 },
      { pages: 3, caches: 1 },
      { pages: 2, caches: 2 },
    ]) {
      const [plain, reduced] = [false, true].map((symmetry) => outcomeOf(twoInterchangeablePages, given, symmetry));
      expect(reduced!.distinct).toBe(orbitsIn(twoInterchangeablePages, given));
      expect(reduced!.distinct).toBeLessThan(plain!.distinct);
    }
  });

  test("a head and cells counts an orbit of the cells once, and the head stays", () => {
    const given = { cells: 3 };
    expect(outcomeOf(cells, given).distinct).toBe(orbitsIn(cells, given));
  });

  test("a table with its diagonal counts an orbit once", () => {
    const given = { processes: 3, ticks: 1, merge: "all" };
    expect(outcomeOf(clockMatrix, given).distinct).toBe(orbitsIn(clockMatrix, given));
  });
});

describe("a constant", () => {
  test("that tells members of the reduced set apart is refused by its name, and only where a set is reduced", () => {
    const given = { acceptors: 3, ballots: 1, quorums: "the first and another" };
    expect(() => outcomeOf(voting, given)).toThrow(
      /the constant "quorums" tells members of acceptor apart.*\n.*\n.*with A1 and A2 exchanged: \{\{A1, A2\}, \{A2, A3\}\}/,
    );
    expect(outcomeOf(voting, given, false).distinct).toBe(explore(new Instance(voting, given)).distinct);
  });

  test("must be listed, be a value, and have a name of its own", () => {
    const over = (constants: readonly unknown[]) => () =>
      outcomeOf({ ...voting, constants } as never, { acceptors: 1 });
    const threes = constant("quorums", () => 3);
    expect(over([quorums, threes])).toThrow('voting has two constants called "quorums"');
    expect(over([constant("list", () => [1])])).toThrow('the constant "list" of voting is a plain array, [1]');
    expect(over([constant("time", () => ordinal("t").first)])).toThrow("Ordinals are renumbered");
    expect(over([3])).toThrow("one of the constants of voting is 3");
    const [consistent] = over([])().properties;
    expect(consistent!.verdict).not.toBe("holds");
  });
});

describe("what stands at members", () => {
  const wait = { page: "P1", cache: "C2" };

  test("of two sets is written and read by their names, in their order", () => {
    const asked = stateOf(twoInterchangeablePages).with({ copy: { P1: { C2: "Valid" } } });
    expect(asked.toString()).toContain("copy[P1][C1] Invalid, copy[P1][C2] Valid, copy[P2][C1] Invalid");
    expect(asked.apply("Drop", wait).toString()).toContain("request[C2][P1] {{kind: Put}}");
    expect(() => asked.with({ copy: { C1: { P1: "Valid" } } })).toThrow("there is no copy[C1][P1]");
  });

  test("of a union has the fixed members first, and no name twice", () => {
    const { state } = stateOf(cells, { cells: 2 });
    const [head, first] = state.members(nodes);
    expect([head, first].map((member) => nameOf(member!))).toEqual(["HEAD", "C1"]);
    expect(state.others(first!).map(nameOf)).toEqual(["C2"]);
    expect(() => state.asks(head!, head!)).toThrow("asks has no value from a node to itself");
    expect(() => nodes.fixed("TAIL" as "HEAD")).toThrow("node has no fixed member TAIL; it has HEAD");
    const set = scalarset("cell", { prefix: "C", size: 2 });
    expect(() => union("node", set, "C3")).toThrow("two members of node would be called C3");
    expect(() => union("node", set, "END", "END")).toThrow("two members of node would be called END");
  });

  test("of two sets makes mutants whose messages go astray, and none whose messages go the other way", () => {
    const kinds = surveyed(twoInterchangeablePages, {}).map(({ kind }) => kind);
    expect(kinds).toContain("other-addressee");
    expect(kinds).not.toContain("swap-ends");
  });
});
