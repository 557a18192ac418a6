/** Learned steps: the same as those of the reference semantics, in the same order, in states reachable or not. */
import { describe, expect, test } from "vitest";
import { Induction } from "../../checker/induction/induction.js";
import { holdsIn } from "../../checker/induction/invariants.js";
import { LearnedSteps, type Slots } from "../../checker/induction/learned-steps.js";
import type { Bag } from "../../checker/model/channel.js";
import { vocabulary } from "../../checker/model/index.js";
import { Instance, type Values } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { renumber, successorsOf } from "../../checker/model/reference.js";
import type { IndexSet } from "../../checker/model/scalarset.js";
import type { AnyState } from "../../checker/model/state.js";
import { keyOf } from "../../checker/model/value.js";
import { loadModel } from "../../checker/models/models.js";
import { Dice } from "../../checker/search/random/dice.js";
import { atOnce } from "../../checker/search/slices.js";
import { german } from "../../spec/german.js";
import { mesiDirectory } from "./mesi-directory.js";
import { passingToken } from "./passing-token.js";

const { model: popcorn } = await loadModel("popcorn");
const textOf = (values: Values) => values.map((value) => keyOf(value)).join("|");
const textOfSlots = (slots: Slots) => textOf(slots.map(({ value }) => value));

/** What the reference semantics says of each successor. */
function successorsByReference(instance: Instance, values: Values): string[] {
  return [...successorsOf(instance, values)].map(({ next, threw, unspecified, cut }) => {
    if (threw !== undefined) return "threw";
    if (unspecified !== undefined) return "unspecified";
    return cut === undefined ? textOf(next!) : "cut";
  });
}

interface AnyLinks extends AnyState {
  link(from: symbol, to: symbol): Bag<unknown>;
}
const { constraint, actionConstraint } = vocabulary<AnyState>();
const sent = (state: AnyState, [set]: readonly IndexSet[]) =>
  state
    .members(set!)
    .flatMap((i) => state.others(i).map((j) => (state as AnyLinks).link(i, j).messages().length))
    .reduce((sum, each) => sum + each, 0);

/** Two constraints: on messages that are under way, and on steps that take the only one while they write a copy. */
const constrained = {
  ...popcorn,
  constraints: () => [
    constraint({ name: "few", says: "", for: {}, holds: (state) => sent(state, state.layout.indexSets()) < 2 }),
    actionConstraint({
      name: "waits",
      says: "",
      for: {},
      holds: (before, after, _, step) => {
        const sets = before.layout.indexSets();
        const taken = sent(before, sets) === 1 && sent(after, sets) === 0;
        return !taken || !before.members(sets[0]!).some((i) => step.writes("copy", i));
      },
    }),
  ],
} as unknown as AnyModel;

describe.each<[string, AnyModel, object, readonly string[]]>([
  ["passing-token", passingToken, { nodes: 3 }, []],
  ["mesi-directory", mesiDirectory, {}, []],
  ["german", german as unknown as AnyModel, { nodes: 2 }, []],
  ["popcorn", popcorn, { stage: "4.7", kernels: 2 }, ["threw", "unspecified"]],
  ["popcorn with constraints", constrained, { stage: "4.7", kernels: 2 }, ["cut"]],
])("%s", (_, model, parameters, refusals) => {
  const induction = new Induction(new Instance(model, { ...parameters }), {}, {});
  atOnce(induction.reach());
  const { instance, domains, invariants } = induction;
  const dice = new Dice(1, 0);
  const states = Array.from({ length: 120 }, () => renumber(domains.map((domain) => domain.draw(dice))));
  const learned = new LearnedSteps(instance);
  induction.close();

  test("has the successors of the reference semantics", () => {
    const met = new Set<string>();
    // The second time from what was learned.
    for (const values of [...states, ...states]) {
      const found = learned.successors(learned.slotsOf(values));
      const texts = found.map((next) => (typeof next === "string" ? next : textOfSlots(next)));
      for (const text of texts) met.add(text);
      expect(texts).toEqual(successorsByReference(instance, values));
    }
    expect(refusals.filter((each) => !met.has(each))).toEqual([]);
    expect(met.size).toBeGreaterThan(30);
  });

  test("holds where the reference semantics says so, and renumbers as it does", () => {
    const answers = new Set<boolean>();
    for (const values of [...states, ...states]) {
      const slots = learned.slotsOf(values);
      expect(textOfSlots(learned.renumbered(slots))).toBe(textOf(renumber(values)));
      for (const { of, binding, holds } of invariants.flatMap((each) => learned.questionsOf(each))) {
        const answer = holds.in(slots);
        expect(answer).toBe(holdsIn(of, instance.stateOf(values), binding));
        answers.add(answer);
      }
    }
    expect(answers).toEqual(new Set([true, false]));
  });
});
