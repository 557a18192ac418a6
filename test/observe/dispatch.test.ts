/**
 * Lists of what two values leave undecided are an abbreviation, no more: with slots that have fewer and more values
 * than a group tells apart, with functions that go on to one slot or another, or come back to the first, the engine
 * finds what the reference semantics finds.
 */
import { expect, test, vi } from "vitest";
import { disabled, model, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import { checkSync } from "../../checker/search/check.js";
import { Arena } from "../../checker/wasm/arena.js";
import { GROUP_IDS } from "../../checker/wasm/sizes.js";
import { explore } from "../support/naive-explorer.js";

const MOST = GROUP_IDS + 40;

const variables = () => ({ wide: single(0), narrow: single(0), switch: single(false) });
type State = StateOf<ReturnType<typeof variables>, Record<never, never>>;
const { action, always, goal, reachable } = vocabulary<State>();

/** Each function reads `narrow` first; what it reads then, and whether it comes back, depends on what it finds. */
const twoValues = model({
  name: "two-values",
  about: "slots of few and of many values",
  parameters: {},
  variables,
  actions: () => [
    action("Climb", {}, (state) => {
      if (state.narrow() === 3 || state.wide() >= MOST) return disabled;
      return state.withWide(state.wide() + 1);
    }),
    action("Turn", {}, (state) => {
      if (state.narrow() === 2 ? state.switch() : state.wide() % 7 !== 0) return disabled;
      return state.withNarrow((state.narrow() + 1) % 4);
    }),
    action("Flip", {}, (state) => {
      const narrow = state.narrow();
      if (narrow === 0 || state.wide() < MOST - 30 || !(state.switch() || narrow === 1)) return disabled;
      return state.withSwitch(!state.switch());
    }),
    action("Fall", {}, (state) => {
      if (state.narrow() !== 2 || state.wide() % 2 === 0 || !state.switch()) return disabled;
      return state.withWide(0);
    }),
  ],
  properties: () => [
    always({
      name: "holds",
      says: "",
      for: {},
      holds: (state) => state.narrow() < 4 && state.wide() <= MOST,
      explain: () => "",
    }),
    always({
      name: "fails late",
      says: "",
      for: {},
      holds: (state) => state.narrow() !== 2 || !state.switch() || state.wide() < MOST,
      explain: () => "",
    }),
    reachable({
      name: "both",
      says: "",
      goals: [goal("both", {}, (state) => state.narrow() === 2 && state.wide() > GROUP_IDS && state.switch())],
    }),
  ],
});

test.each(["bfs", "dfs"] as const)("what is looked up by two values is what walks would find, %s", (search) => {
  const instance = new Instance(twoValues);
  const expected = explore(instance);
  const outcome = checkSync(instance, { search, stopAtFirst: false });
  expect(expected.distinct).toBeGreaterThan(4 * GROUP_IDS);
  expect([...expected.violated.keys()]).toEqual(["fails late"]);
  expect(expected.unmet.size).toBe(0);
  expect([outcome.distinct, outcome.generated]).toEqual([expected.distinct, expected.generated]);
  expect(outcome.properties.map(({ name, verdict }) => [name, verdict])).toEqual([
    ["holds", "holds"],
    ["fails late", "violated"],
    ["both", "holds"],
  ]);
});

test.each([0, 1, 2, 3, 4, 6, 9])("where there is room for no more than %i tables, the rest is walked", (tables) => {
  const expected = explore(new Instance(twoValues));
  const { region } = Arena.prototype;
  const spy = vi.spyOn(Arena.prototype, "region").mockImplementation(function (this: Arena, name, bytes) {
    return region.call(this, name, name === "trees by two values" ? tables * 4 * GROUP_IDS : bytes);
  });
  try {
    const { incomplete, distinct, generated } = checkSync(new Instance(twoValues));
    expect({ incomplete, distinct, generated }).toEqual({
      incomplete: undefined,
      distinct: expected.distinct,
      generated: expected.generated,
    });
    expect(spy.mock.calls.map(([name]) => name)).toContain("trees by two values");
  } finally {
    spy.mockRestore();
  }
});
