/** Families by two sets and with their diagonal, and constants, are searched as the naive explorer searches them. */
import { describe, expect, test } from "vitest";
import type { Values } from "../../checker/model/bound.js";
import { constant, ordinal } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { rename, successorsOf } from "../../checker/model/reference.js";
import { keyOf } from "../../checker/model/value.js";
import { checkSync } from "../../checker/search/check.js";
import { ordersOf } from "../../checker/symmetry/nominal.js";
import { explore } from "../support/naive-explorer.js";
import { agree, type Given } from "./agreement.js";
import cells from "./models/cells.js";
import clockMatrix from "./models/clock-matrix.js";
import { twoInterchangeablePages, twoOrderedPages } from "./models/two-pages.js";
import voting, { quorums } from "./models/voting.js";

/** The number of orbits of a model's states under renamings of its largest set, by the reference semantics. */
function orbitsIn(model: AnyModel, given: Given): number {
  const instance = new Instance(model, given);
  const { layout } = instance;
  const set = [...layout.setsOfMembers()].sort((a, b) => layout.sizeOf(b) - layout.sizeOf(a))[0]!;
  const orders = ordersOf(Array.from({ length: layout.sizeOf(set) }, (_, i) => i));
  const keyOfOrbit = (values: Values) =>
    orders
      .map((to) =>
        rename(values, set, to, instance)
          .map((value) => keyOf(value))
          .join(),
      )
      .sort()[0]!;
  const found = new Map<string, Values>();
  const add = (values: Values) => void (found.has(keyOfOrbit(values)) || found.set(keyOfOrbit(values), values));
  instance.initial.forEach(add);
  for (const values of found.values()) for (const { next } of successorsOf(instance, values)) if (next) add(next);
  return found.size;
}

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

describe("symmetry reduction of", () => {
  test("a table by two sets counts an orbit once, whichever of its indices is reduced", () => {
    for (const given of [
      { pages: 1, caches: 3 },
      { pages: 3, caches: 1 },
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
