/** Of an action that returns several next states each counts: each is searched, and each step is judged by itself. */
import { describe, expect, test } from "vitest";
import {
  disabled,
  integer,
  model,
  perMember,
  type StateOf,
  scalarset,
  single,
  vocabulary,
} from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import { checkSync } from "../../checker/search/check.js";
import type { SearchOptions } from "../../checker/search/options.js";
import { lengthOf } from "../../traces/trace.js";
import { explore } from "../support/naive-explorer.js";

const members = scalarset("member", { prefix: "M", size: "members" });
const variables = () => ({ step: single(0), branch: single(0), mark: perMember(members, false) });
type State = StateOf<ReturnType<typeof variables>, { readonly members: number }>;
const { action, alwaysStep, always } = vocabulary<State>();

/** After one step, an action with `branches` next states. Properties see what one of them has, and nothing else. */
function branching(branches: number, bad: number) {
  const shape = { says: "", explain: () => "it is so" };
  return model({
    name: "branching",
    about: "",
    parameters: { members: integer("members", { default: 2, min: 1, max: 4 }) },
    variables,
    actions: () => [
      action("Start", {}, (s) => (s.step() === 0 ? s.withStep(1) : disabled)),
      action("Branch", { i: members }, (s, { i }) =>
        s.step() === 1
          ? Array.from({ length: branches }, (_, n) => s.withStep(2).withBranch(n).withMark(i, true))
          : disabled,
      ),
    ],
    properties: () => [
      alwaysStep({ ...shape, name: "a step", for: {}, holds: (_, after) => after.branch() !== bad || bad === 0 }),
      alwaysStep({
        ...shape,
        name: "a step of a member",
        for: { i: members },
        holds: (_, after, { i }, step) => !step.writes("mark", i) || after.branch() !== bad || bad === 0,
      }),
      always({ ...shape, name: "a state", for: {}, holds: (s) => s.branch() !== bad || bad === 0 }),
    ],
  });
}

const ways: readonly SearchOptions[] = [
  { symmetry: false },
  { symmetry: true },
  { search: "dfs" },
  { store: "compressed" },
  { store: "fingerprint", audit: 1 },
];

describe.each([1, 2, 3, 6])("of %i next states", (branches) => {
  test.each(Array.from({ length: branches }, (_, bad) => bad))("number %i is judged", (bad) => {
    const instance = () => new Instance(branching(branches, bad));
    const naive = explore(instance());
    expect(naive.violated).toEqual(new Map(bad === 0 ? [] : instance().properties.map(({ name }) => [name, 2])));
    for (const options of ways) {
      const { properties, distinct, generated } = checkSync(instance(), options);
      const expected = bad === 0 ? ["holds", undefined] : ["violated", 2];
      expect([options, ...properties.map(({ verdict, trace }) => [verdict, trace && lengthOf(trace)])]).toEqual([
        options,
        ...properties.map(() => expected),
      ]);
      if (options.symmetry === false) expect([distinct, generated]).toEqual([2 + 2 * branches, 1 + 2 * branches]);
    }
  });
});
