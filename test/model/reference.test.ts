/**
 * The reference semantics against a second one, written from the documents (test/support/own-semantics.ts): what can
 * happen in each reachable state, how ordinals are renumbered, and what a fair run must meet.
 */
import { describe, expect, test } from "vitest";
import { requirementsOf } from "../../checker/model/fairness.js";
import { Bag, disabled, model, ordinal, Queue, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance, namesIn, type Values } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { renumber, successorsOf } from "../../checker/model/reference.js";
import { memberInfo } from "../../checker/model/scalarset.js";
import { builtInNames, loadModel } from "../../checker/models/models.js";
import { differences } from "../support/differences.js";
import { exceptRelease } from "../support/extent.js";
import { type OwnRequirement, OwnSemantics, type OwnValues } from "../support/own-semantics.js";
import { textOf } from "../support/own-text.js";
import { randomSystem } from "../support/random-systems.js";

/** What both say of each reachable state, as texts; the states are those that the second semantics reaches. */
function compare(of: AnyModel, given: Record<string, unknown>, most: number): number {
  const instance = new Instance(of, given);
  const own = new OwnSemantics(of, instance.parameters);
  const placeOf = ({ variable, indices }: { variable: string; indices: readonly number[] }) =>
    variable + indices.map((index) => `[${index}]`).join("");
  const places = instance.layout.slots.map(placeOf);
  const valuesOf = (values: OwnValues): Values => places.map((place) => values.get(place));
  const asOwn = (values: Values): OwnValues => new Map(places.map((place, slot) => [place, values[slot]]));
  // However they are numbered, states that are alike have one text.
  const text = (values: OwnValues) => own.text(own.renumbered(values));

  expect(instance.initial.map((values) => text(asOwn(values)))).toEqual(own.initial.map(text));
  const requirement = (one: OwnRequirement | ReturnType<typeof requirementsOf>[number]) => {
    if (one.strength === "compassion") return `compassion ${one.of.name} ${JSON.stringify(namesIn(one.binding))}`;
    if ("of" in one) return `${one.strength} ${one.of.name} ${JSON.stringify(namesIn(one.binding))}`;
    const [action, binding, kind] =
      "message" in one ? [one.action.action, one.action.binding, one.message] : [one.action, one.binding, one.kind];
    return `${one.strength} ${action.name} ${JSON.stringify(namesIn(binding))} ${kind}`;
  };
  expect(own.requirements().map(requirement)).toEqual(requirementsOf(instance).map(requirement));

  const found = new Map(own.initial.map((values) => [text(values), own.renumbered(values)]));
  for (const values of found.values()) {
    const mine = own.steps(values).map((step) => ({
      action: `${step.action.name} ${JSON.stringify(namesIn(step.binding))}`,
      message: textOf(step.message),
      next: step.next ? text(step.next) : "an unspecified reception",
      written: [...step.written].sort().join(),
      cell: step.cell,
      violates: step.violates.join(),
    }));
    const theirs = [...successorsOf(instance, valuesOf(values))].map((step) => ({
      action: `${step.instance.action.name} ${JSON.stringify(namesIn(step.instance.binding))}`,
      message: textOf(step.message),
      // Renumbered by the reference, and then once more: the reference must not take apart, nor merge, what is alike.
      next: step.next ? text(asOwn(renumber(step.next))) : "an unspecified reception",
      written: [...step.written]
        .map((slot) => places[slot]!)
        .sort()
        .join(),
      cell: step.cell,
      violates: step.violates.map((violated) => violated.of.name).join(),
    }));
    const inOrder = (steps: readonly (typeof mine)[number][]) =>
      [...steps].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    expect(differences(inOrder(theirs), inOrder(mine))).toEqual([]);
    for (const { next } of own.steps(values)) {
      if (!next || found.size >= most) continue;
      // States are alike for the one exactly if they are for the other.
      expect(text(asOwn(renumber(valuesOf(next))))).toBe(text(next));
      found.set(text(next), own.renumbered(next));
    }
  }
  return found.size;
}

describe("the reference semantics says what a second one says of", () => {
  const small: Record<string, Record<string, unknown>[]> = {
    german: [{ nodes: 2, data: 1 }],
    popcorn: [
      ...["4.2", "4.4", "4.7", "4.8", "repaired-4.8"].map((stage) => ({ stage, kernels: 2 })),
      { stage: "4.7", kernels: 2, network: "fifo" },
      { stage: "4.4", kernels: 2, clocks: "ties" },
      { stage: "4.3", kernels: 2, clocks: "bounded", skew: 1 },
      { stage: "4.7", kernels: 2, install: "newest" },
    ],
  };
  const cases = builtInNames.flatMap((name) => (small[name] ?? [{}]).map((given) => [name, given] as const));

  test.each(exceptRelease(cases, ([name], place) => name === "popcorn" && place % 4 > 0))(
    "%s %j",
    async (name, given) => {
      expect(compare((await loadModel(name)).model, given, 120)).toBeGreaterThan(4);
    },
  );

  test("random systems", () => {
    for (let seed = 0; seed < 20; seed++) compare(randomSystem(seed, 2), {}, 60);
  });

  test.each([
    ["order only", {}],
    ["keep: 1", { keep: 1 }],
    ["keep: 2", { keep: 2 }],
    ["window: 1", { window: 1 }],
    ["window: 3", { window: 3 }],
  ])("messages with ordinals in a bag and a queue, and a floor; %s", (_name, options) => {
    const time = ordinal("t", options);
    const variables = () => ({
      bag: single(Bag.of(time.first)),
      queue: single(Queue.of(time.first, time.first)),
      floor: single(time.floor(time.first)),
      last: single(time.first),
    });
    type State = StateOf<ReturnType<typeof variables>, Record<never, never>>;
    const { action, alwaysStep } = vocabulary<State>();
    const later = (s: State) => ("window" in options ? s.last().plus(1) : s.last().justAfter());
    const mixed = model({
      name: "mixed",
      about: "",
      parameters: {},
      variables,
      actions: () => [
        action("Put", {}, (s) =>
          s.bag().size > 2 ? disabled : s.withBag(s.bag().put(later(s)) as Bag<typeof time.first>).withLast(later(s)),
        ),
        action("Move", {}, (s) => {
          const [head] = s.queue().takeable();
          if (head === undefined || s.bag().size > 2) return disabled;
          return [
            s.withBag(s.bag().put(head)).withQueue(s.queue().take(head)),
            s.withQueue(s.queue().take(head).put(s.last())),
          ];
        }),
        {
          ...action("Receive", {}, () => disabled),
          takes: (s: State) => s.bag(),
          run: (s: State, _: unknown, message: unknown) => ({
            result: s.withFloor(time.floor(message as typeof time.first)),
          }),
        } as never,
      ],
      properties: () => [
        alwaysStep({
          name: "writes",
          says: "",
          for: {},
          holds: (before, after, _, step) => !step.writes("bag") || before.bag().size !== after.bag().size + 1,
          explain: () => "",
        }),
      ],
    });
    expect(compare(mixed as never, {}, 100)).toBeGreaterThan(20);
  });
});

test("a member's place in a family is its own", async () => {
  const instance = new Instance((await loadModel("popcorn")).model, { stage: "4.7", kernels: 3 });
  const own = new OwnSemantics(instance.model, instance.parameters);
  const [set] = instance.layout.indexSets();
  expect(own.members(set!).map((member) => memberInfo(member)!.index)).toEqual([0, 1, 2]);
  expect(own.initial.map(({ size }) => size)).toEqual(instance.initial.map(({ length }) => length));
});
