/**
 * What a function does with one member it does with the others, renamed, and so it is run for one of them only. Nothing
 * but the number of runs may tell: not counts, verdicts or counterexamples, and least of all what becomes of a function
 * that breaks its contract.
 */

import { List, Record, Set } from "immutable";
import { describe, expect, test, vi } from "vitest";
import {
  Bag,
  disabled,
  impossible,
  integer,
  type Member,
  model,
  nameOf,
  type OrdinalValue,
  optional,
  ordinal,
  type Property,
  perMember,
  perPair,
  type StateOf,
  scalarset,
  single,
  vocabulary,
} from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { DISABLED, UNKNOWN } from "../../checker/observe/trees.js";
import { Check, checkSync } from "../../checker/search/check.js";
import { ExhaustiveSearch } from "../../checker/search/exhaustive/exhaustive-search.js";
import type { SearchOptions } from "../../checker/search/options.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { lengthOf } from "../../traces/trace.js";
import { exceptRelease } from "../support/extent.js";
import { explore } from "../support/naive-explorer.js";
import { complaintOfSync } from "../support/thrown.js";

/**
 * An office with all that may be renamed: members in slots, in records, in messages, in sets and lists, beside stamps.
 * Its functions go through the members in the order of their set, and stop at the first that will do.
 */
const clerks = scalarset("clerk", { prefix: "C", size: "size" });
const hour = ordinal("hour", { keep: 1 });
type Clerk = Member<"clerk">;
class Letter extends Record({ about: null as Clerk | null, stamp: hour.first as OrdinalValue }) {}
class Desk extends Record({ friend: null as Clerk | null, seen: Set<Clerk>(), time: hour.first as OrdinalValue }) {}
const variables = () => ({
  desk: perMember(clerks, new Desk()),
  post: perPair(clerks, Bag.of<Letter>()),
  rota: single(List<Clerk>()),
});
type State = StateOf<ReturnType<typeof variables>>;
const { action, always, alwaysStep, noDeadlock, receive, rule } = vocabulary<State>();
const named = { says: "", explain: () => "" };

const isQuiet = (state: State) =>
  state.members(clerks).every((from) => state.others(from).every((to) => state.post(from, to).isEmpty()));

const befriend = action("Befriend", { who: clerks, whom: optional(clerks) }, (state, { who, whom }) => {
  if (whom === who || state.desk(who).friend === whom) return disabled;
  const other = state.members(clerks).find((clerk) => clerk !== who && state.desk(clerk).friend !== null);
  return other === undefined ? state.withDesk(who, state.desk(who).set("friend", whom)) : disabled;
});
const write = action("Write", { from: clerks, to: clerks }, (state, { from, to }) => {
  if (from === to || !isQuiet(state)) return disabled;
  const { friend, time } = state.desk(from);
  const dated = [time, ...(friend === null ? [] : [time.justAfter()])];
  return dated.map((stamp) => state.withPost(from, to, state.post(from, to).put(new Letter({ about: friend, stamp }))));
});
const sign = action("Sign", { who: clerks }, (state, { who }) => {
  if (state.rota().includes(who) || state.rota().size > 1) return disabled;
  return state.withRota(state.rota().push(who));
});
const tearDown = action("TearDown", {}, (state) => (state.rota().isEmpty() ? disabled : state.withRota(List())));

interface Reading {
  readonly state: State;
  readonly to: Clerk;
  readonly letter: Letter;
}
const read = ({ state, to, letter: { about, stamp } }: Reading) => {
  const seen = about === null || about === to ? Set<Clerk>() : Set.of(about);
  return state.withDesk(to, state.desk(to).merge({ seen, time: stamp }));
};
const table = {
  name: "letters",
  rows: ["Off", "On"],
  columns: ["Gossip", "News"],
  cells: {
    Off: { Gossip: rule("", read), News: rule("", ({ state }: Reading) => state) },
    On: { Gossip: impossible("nobody gossips at work"), News: rule("", read) },
  },
} as const;
const open = receive(
  "Open",
  { from: clerks, to: clerks },
  {
    channel: (state, { from, to }) => state.post(from, to),
    table: table as never,
    row: (state, { to }) => (state.rota().includes(to) ? "On" : "Off"),
    column: (letter: Letter) => (letter.about === null ? "News" : "Gossip"),
    context: (state, { to }, letter): Reading => ({ state, to, letter }),
  },
);

const properties: readonly Property<State>[] = [
  { kind: "no unspecified reception", name: "no gossip at work", says: "" },
  noDeadlock({ ...named, name: "no deadlock", stuck: () => true }),
  always({
    ...named,
    name: "no friend is seen",
    for: { a: clerks, b: clerks },
    holds: (state, { a, b }) => state.desk(a).friend !== b || !state.desk(a).seen.has(b),
  }),
  always({
    ...named,
    name: "the first to sign sees nobody",
    for: { a: clerks },
    holds: (state, { a }) => state.rota().first() !== a || state.desk(a).seen.isEmpty() || state.rota().size < 2,
  }),
  always({ ...named, name: "true", for: { a: clerks }, holds: (state, { a }) => !state.desk(a).seen.has(a) }),
  alwaysStep({
    ...named,
    name: "who has signed opens nothing",
    for: { a: clerks },
    holds: (before, _after, { a }, step) => !(step.writes("desk", a) && before.rota().last() === a),
  }),
  alwaysStep({
    ...named,
    name: "the second to sign writes to no friend",
    for: { a: clerks, b: clerks },
    holds: (before, _after, { a, b }, step) =>
      a === b || before.rota().get(1) !== a || before.desk(a).friend !== b || !step.writes("post", a, b),
  }),
];
const office: AnyModel = model({
  name: "office",
  about: "",
  parameters: { size: integer("", { default: 3, min: 1, max: 9 }) },
  variables,
  actions: () => [befriend, write, sign, tearDown, open] as never,
  properties: () => properties as never,
});

/** What no search may see differently. */
function verdictsOf({ properties, depth }: Outcome): unknown {
  return { depth, verdicts: properties.map(({ name, verdict, trace }) => [name, verdict, trace && lengthOf(trace)]) };
}
const everything = ({ distinct, generated, fired, properties }: Outcome) => ({
  distinct,
  generated,
  fired,
  properties,
});

describe("an office in which everything is renamed", () => {
  test("has the verdicts of the naive explorer, for 2 clerks", () => {
    const { violated, depth } = explore(new Instance(office, { size: 2 }));
    const outcome = checkSync(new Instance(office, { size: 2 }), { audit: 5 });
    const lengths = outcome.properties.flatMap(({ name, trace }) => (trace ? [[name, lengthOf(trace)]] : []));
    expect(Object.fromEntries(lengths)).toEqual(Object.fromEntries(violated));
    expect(outcome.depth).toBe(depth);
  });

  test.each(exceptRelease<SearchOptions>([{}, { threads: 2, levelForThreads: 50 }], ({ threads }) => threads === 2))(
    "has the verdicts that it has without symmetry, for 3, by fewer runs, and stands up to an audit: %j",
    (options) => {
      const plain = checkSync(new Instance(office), { ...options, symmetry: false });
      const outcome = checkSync(new Instance(office), { ...options, audit: 600 });
      expect(outcome.distinct).toBe(57_025);
      expect(outcome.audited).toBeGreaterThan(50);
      expect(verdictsOf(outcome)).toEqual(verdictsOf(plain));
      expect(outcome.functionRuns).toBeLessThan(plain.functionRuns / 4);
    },
  );

  test("has violations of every kind, and a property that holds", () => {
    const { properties } = checkSync(new Instance(office));
    expect(properties.filter(({ verdict }) => verdict === "violated").length).toBe(5);
  });
});

/** An office in which only the clerks raise their hands; some function is under suspicion. */
const hands = () => ({ up: perMember(clerks, false), last: single(null as Clerk | null) });
type Hands = StateOf<ReturnType<typeof hands>>;
const of = vocabulary<Hands>();
const raise = (may: (who: Clerk) => boolean, set = clerks) =>
  of.action("Raise", { who: set }, (state, { who }) =>
    state.up(who) || !may(who) ? disabled : state.withUp(who, true).withLast(who),
  );
const handsWith = (actions: readonly unknown[], properties: readonly Property<Hands>[] = [], size = 3): Instance =>
  new Instance({ ...office, variables: hands, actions: () => actions, properties: () => properties } as AnyModel, {
    size,
  });
const ask = (holds: (state: Hands, who: Clerk) => boolean) =>
  of.always({ ...named, name: "Suspect", for: { who: clerks }, holds: (state, { who }) => holds(state, who) });

describe("the function runs for one member", () => {
  const askedFor = (options: SearchOptions, size = 3) => {
    const check = new Check(handsWith([raise(() => true)], [ask(() => true)], size), options);
    const { trees } = check.search.model;
    const observe = vi.spyOn(trees, "observe");
    check.work();
    // A run is compared with its renamings, which `observe` calls by itself.
    const names = [...new globalThis.Set(observe.mock.calls.map(([tree]) => tree))].map((tree) =>
      trees.observed[tree]!.name(),
    );
    const count = (what: string) => names.filter((name) => name.startsWith(what)).length;
    return [count("action"), count("property")];
  };
  test("of up to three", () => {
    expect([askedFor({}, 2), askedFor({}, 3)]).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });
  test("for each, if there are more, or none are interchangeable", () => {
    expect(askedFor({}, 4)).toEqual([4, 4]);
    expect(askedFor({ symmetry: false })).toEqual([3, 3]);
  });
});

/** What is said of a model. */
function complaint(instance: Instance, options: SearchOptions = {}): string {
  return complaintOfSync(() => checkSync(instance, options));
}

describe.each([0, 1, 2])("a function that tells member %i apart is not called impure:", (i) => {
  const one = clerks.member(i);
  const everyone = raise(() => true);
  test.each<[string, () => Instance, RegExp]>([
    // In the initial state, which has no other name, nobody sees it but by asking with which binding.
    [
      "an action only for it",
      () => handsWith([raise((who) => who === one)]),
      /action Raise.* does not treat the members/,
    ],
    [
      "an action not for it",
      () => handsWith([raise((who) => who !== one)]),
      /action Raise.* does not treat the members/,
    ],
    [
      "an invariant only for it",
      () => handsWith([everyone], [ask((state, who) => who !== one || state.last() !== who)]),
      /"Suspect" does not treat the members/,
    ],
    [
      "an invariant not for it",
      () => handsWith([everyone], [ask((state, who) => who === one || state.last() !== who)]),
      /"Suspect" does not treat the members/,
    ],
    [
      "an action that throws for it",
      () =>
        handsWith([
          raise((who) => {
            if (who === one) throw new Error("the reason");
            return true;
          }),
        ]),
      /action Raise.* threw the reason/s,
    ],
    [
      "an invariant that throws for it",
      () =>
        handsWith(
          [everyone],
          [
            ask((_state, who) => {
              if (who === one) throw new Error("the reason");
              return true;
            }),
          ],
        ),
      /property "Suspect".* threw the reason/s,
    ],
  ])("%s", (_what, make, says) => {
    const said = complaint(make(), { audit: 1 });
    expect(said).toMatch(says);
    expect(said).not.toContain("impure");
    expect(said).not.toContain("pure function");
  });
});

describe("an impure function is called impure:", () => {
  test("an action that is enabled only the first few times, whoever asks", () => {
    let calls = 0;
    expect(complaint(handsWith([raise(() => calls++ < 3)]), { audit: 1 })).toMatch(
      /action Raise.* not a pure function/,
    );
  });
  test("an invariant that holds only the first few times", () => {
    let calls = 0;
    const suspect = ask(() => calls++ < 3);
    expect(complaint(handsWith([raise(() => true)], [suspect]), { audit: 1 })).toMatch(
      /"Suspect".* not a pure function/,
    );
  });
  test("an action that counts its calls, and differs from its renaming before it differs from itself", () => {
    // Enabled three times of four: the run and the run that is compared with it first come to the same.
    let calls = 0;
    const said = complaint(handsWith([raise(() => calls++ % 4 !== 2)]));
    expect(said).toMatch(/action Raise.* not a pure function/);
    expect(said).not.toMatch(/treat the members/);
  });
  test("an action that rolls dice", () => {
    let random = 1;
    const roll = () => {
      random = (random * 16807) % 2147483647;
      return random % 2 === 0;
    };
    expect(complaint(handsWith([raise(roll)]), { audit: 1 })).toMatch(/action Raise.* not a pure function/);
  });
});

test.each(exceptRelease([1, 12, 40], (after) => after !== 12))(
  "once ids are scarce, after %i runs, each function runs itself, and all comes to the same",
  (after) => {
    let runs = 0;
    const asked = new globalThis.Set<unknown>();
    const run: typeof befriend.run = (state, binding, message) => {
      if (++runs === after) search.search.engine.families.crowded = true;
      if (runs > after) asked.add(binding.who);
      return befriend.run(state, binding, message);
    };
    const actions = () => [{ ...befriend, run }, write, sign, tearDown, open] as never;
    const search = new Check(new Instance({ ...office, actions }));
    search.work();
    expect(asked.size).toBe(3);
    const outcome = search.outcome();
    const expected = checkSync(new Instance(office));
    expect(everything(outcome)).toEqual(everything(expected));
    expect(outcome.functionRuns).toBeGreaterThan(expected.functionRuns);
  },
);

test("what is learnt of one is known of all before they are asked", () => {
  const { search } = new Check(new Instance(office));
  const run = vi.spyOn(search.model.trees, "run");
  search.run();
  expect(run.mock.calls.length).toBeLessThan(2 * search.model.trees.runs);
});

/**
 * Lists of members that stand in the initial states, read as a whole: their renamings are more than nodes have room
 * for.
 */
describe("values for which nodes have no room yet", () => {
  const notes = () => ({ note: perPair(clerks, List<Clerk>()) });
  const of = vocabulary<StateOf<ReturnType<typeof notes>>>();
  const pairs = [0, 1, 2].flatMap((a) => [0, 1, 2].filter((b) => b !== a).map((b) => [a, b] as const));
  const orders = pairs.map(([a, b]) => [a, b, 3 - a - b].map((index) => clerks.member(index)));
  /** Different lists for different pairs, one of two sets of them, and all that renamings make of each. */
  const initial = (state: StateOf<ReturnType<typeof notes>>) =>
    [7, 11].flatMap((by) =>
      orders.map((order) =>
        pairs.reduce((next, [a, b], i) => {
          const list = List([1, 3, 9, 27].map((digit) => order[Math.floor((by * (i + 5) ** 2) / digit) % 3]!));
          return next.withNote(order[a]!, order[b]!, list);
        }, state),
      ),
    );
  type Notes = StateOf<ReturnType<typeof notes>>;
  const isAnyEmpty = (state: Notes) =>
    state.members(clerks).some((from) => state.others(from).some((to) => state.note(from, to).isEmpty()));
  const turn = of.action("Turn", { a: clerks, b: clerks }, (state, { a, b }) =>
    a === b || isAnyEmpty(state) || state.note(a, b).first() !== a
      ? disabled
      : state.withNote(a, b, state.note(a, b).reverse()),
  );
  const drop = of.action("Drop", { a: clerks, b: clerks }, (state, { a, b }) =>
    a === b || state.note(a, b).last() !== b ? disabled : state.withNote(a, b, List()),
  );

  /** Searches with a gap behind every node, in which there is always the same. */
  function search(actions: readonly unknown[], gap: number): unknown {
    const search = new ExhaustiveSearch(
      new Instance({ ...office, variables: notes, initial, actions: () => actions, properties: () => [] } as never),
    );
    const trees = search.model.trees as unknown as {
      words: Int32Array;
      allocate: (slot: number, table: number, capacity: number) => number;
      rebuild: () => void;
    };
    const { allocate, rebuild } = trees;
    let gaps: number[] = [];
    const expectNoWrites = () => {
      for (const at of gaps)
        expect(new globalThis.Set(trees.words.subarray(at, at + 66))).toEqual(new globalThis.Set([gap]));
      gaps = [];
    };
    trees.allocate = (slot, table, capacity) => {
      const node = allocate.call(trees, slot, table, capacity);
      const at = allocate.call(trees, gap, gap, 64);
      trees.words.fill(gap, at, at + 66);
      gaps.push(at);
      return node;
    };
    trees.rebuild = () => {
      expectNoWrites();
      rebuild.call(trees);
    };
    search.run();
    expectNoWrites();
    return [search.result.distinct, search.result.generated];
  }

  test.each([UNKNOWN, DISABLED])("are not looked up or entered past a node's end, where there is %i", (gap) => {
    const make = () =>
      new Instance({
        ...office,
        variables: notes,
        initial,
        actions: () => [turn, drop],
        properties: () => [],
      } as never);
    const { distinct, generated } = checkSync(make(), { symmetry: false });
    for (const actions of [
      [turn, drop],
      [drop, turn],
    ])
      expect(search(actions, gap)).toEqual([distinct / 6, generated / 6]);
  });
});

test("a function that throws is named with the member for whom it does in the state at hand", () => {
  // The row at hand says that C1 is up, and so it is C2 who throws first, though C1's function is asked for it.
  const suspect = of.action("Raise", { who: clerks }, (state, { who }) => {
    if (state.last() !== null && !state.up(who)) throw new Error(`the reason, ${nameOf(who)}`);
    return state.up(who) ? disabled : state.withUp(who, true).withLast(who);
  });
  expect(complaint(handsWith([suspect]))).toMatch(/^action Raise\(C2\).*threw the reason, C2 \(test.observe/);
});

test("a function that throws while a counterexample is told is named", () => {
  const one = clerks.member(2);
  const nod = of.action("Nod", { who: clerks }, (_state, { who }) => {
    if (who === one) throw new Error("the reason");
    return disabled;
  });
  const never = ask((state, who) => !state.up(who));
  expect(complaint(handsWith([nod, raise(() => true)], [never]))).toMatch(/action Nod.*threw the reason/s);
});
