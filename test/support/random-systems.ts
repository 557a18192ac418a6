/**
 * Random systems: a few interchangeable members around a shared value, with random fairness, assumptions and liveness
 * properties.
 */
import {
  type Compassion,
  disabled,
  type Member,
  model,
  type Property,
  perMember,
  type StateOf,
  type StepFairness,
  scalarset,
  single,
  vocabulary,
} from "../../checker/model/index.js";
import type { AnyModel } from "../../checker/model/model.js";
import { dice } from "./dice.js";

export const members = scalarset("member", { prefix: "M", size: "members" });
export const variables = () => ({ local: perMember(members, 0), shared: single(null as Member<"member"> | null) });
export type State = StateOf<ReturnType<typeof variables>, Record<never, never>>;
const { action, compassion, strongFairness, weakFairness, leadsTo, eventually, alwaysEventually, eventuallyAlways } =
  vocabulary<State>();

/** A member sees its own value, one of `LOCALS`, and whether the shared value is nobody, itself or another. */
export const LOCALS = 2;
export const VIEWS = LOCALS * 3;
export const viewOf = (state: State, i: Member<"member">) =>
  state.local(i) * 3 + (state.shared() === null ? 0 : state.shared() === i ? 1 : 2);

/** Fairness of several actions as one, for each member or for all together, and of parts of an action. */
function randomFairness(seed: number, actions: number, most: number): StepFairness<State>[] {
  // Dice of its own: what else the system has does not hang on it.
  const roll = dice(seed * 104729 + 71);
  for (let i = 0; i < 8; i++) roll(2);
  return Array.from({ length: roll(most + 1) }, (_, n) => {
    const declare = roll(2) === 0 ? weakFairness : strongFairness;
    const first = roll(actions);
    const names = roll(2) === 0 ? [`A${first}`] : [`A${first}`, `A${(first + 1) % actions}`];
    const shared = { name: `fairness ${n}`, says: "", actions: names };
    const seen = Array.from({ length: VIEWS }, () => roll(2) === 0);
    switch (roll(5)) {
      case 0:
        return declare({ ...shared, for: {} });
      case 1:
        return declare({ ...shared, for: { i: members } });
      case 2:
        return declare({ ...shared, for: {}, when: (_, to, __, { binding }) => seen[viewOf(to, memberOf(binding))]! });
      case 3:
        return declare({ ...shared, for: { i: members }, when: (from, _, { i }) => seen[viewOf(from, i)]! });
      default:
        return declare({
          ...{ ...shared, for: { j: members } },
          when: (from, to, { j }, step) =>
            step.binding.i !== j && seen[viewOf(from, memberOf(step.binding))] === seen[viewOf(to, j)],
        });
    }
  });
}

const memberOf = (binding: Readonly<Record<string, unknown>>) => binding.i as Member<"member">;

/** Makes a system of `size` members, whose rules treat all of them alike. */
export function randomSystem(seed: number, size: number): AnyModel {
  const roll = dice(seed * 7919 + 17);
  for (let i = 0; i < 8; i++) roll(2);
  const some = (sides: number) => roll(sides) === 0;
  const table = <T>(entry: () => T) => Array.from({ length: VIEWS }, entry);
  const actions = Array.from({ length: 2 + roll(2) }, (_, n) => {
    const outcome = () => ({ local: roll(LOCALS), shared: roll(4) });
    const rules = table(() => (some(2) ? [] : some(4) ? [outcome(), outcome()] : [outcome()]));
    const fair = ([undefined, "weak", "strong"] as const)[roll(3)];
    return action(
      `A${n}`,
      { i: members },
      (state, { i }) => {
        const rule = rules[viewOf(state, i)]!;
        if (rule.length === 0) return disabled;
        return rule.map(({ local, shared }) => {
          const next = state.withLocal(i, local);
          return shared < 2 ? next : next.withShared(shared === 2 ? null : i);
        });
      },
      fair === undefined ? {} : { fair },
    );
  });
  const predicate = () => {
    const holds = table(() => some(3));
    return (state: State, { i }: { readonly i: Member<"member"> }) => holds[viewOf(state, i)]!;
  };
  const assumed: Compassion<State>[] = Array.from({ length: some(2) ? 1 + roll(2) : 0 }, (_, n) => {
    const [before, after, answered] = [predicate(), predicate(), predicate()];
    return compassion({
      ...{ name: `assumption ${n}`, says: "", actions: ["A0", "A1"] },
      for: { i: members, j: members },
      whenever: (from, to, { i, j }) => before(from, { i }) && after(to, { i: j }),
      answered: (state, { j }) => answered(state, { i: j }),
    });
  });
  // With two assumptions there are so many requirements that the oracle has room for few more.
  const declared = randomFairness(seed, actions.length, assumed.length > 1 ? 1 : 3);
  const shape = { says: "", explain: () => "it waits" };
  const properties: Property<State>[] = [];
  const forEach = [1, 2].map((n) => ({ n, p: predicate(), q: predicate() }));
  for (const { n, p, q } of forEach) {
    properties.push(leadsTo({ ...shape, name: `leads to ${n}`, for: { i: members }, from: p, to: q }));
    properties.push(eventually({ ...shape, name: `F ${n}`, for: { i: members }, holds: p }));
    properties.push(alwaysEventually({ ...shape, name: `GF ${n}`, for: { i: members }, holds: p }));
    properties.push(eventuallyAlways({ ...shape, name: `FG ${n}`, for: { i: members }, holds: p }));
  }
  // The others are about two members at once, or about all.
  const { p, q } = forEach[0]!;
  const both = { i: members, j: members };
  properties.push(
    leadsTo({ ...shape, name: "pair", for: both, from: (s, { i }) => p(s, { i }), to: (s, { j }) => q(s, { i: j }) }),
    alwaysEventually({
      ...shape,
      name: "somebody",
      for: {},
      holds: (s) => s.members(members).some((i) => q(s, { i })),
    }),
  );
  return {
    ...model({
      name: "random",
      about: "",
      parameters: {},
      variables,
      actions: () => actions,
      properties: () => properties,
    }),
    fairness: () => [...assumed, ...declared],
    parameters: { members: { kind: "integer", about: "", default: size, min: 1, max: 4 } },
  };
}
