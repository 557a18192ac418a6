/**
 * Canonical rows: one for each orbit. Held against brute force by the reference semantics, which renames and renumbers
 * whole values and knows nothing of rows, keys or bits.
 */

import { List, Map, Record, Set } from "immutable";
import { describe, expect, test } from "vitest";
import { FunctionError, UsageError } from "../../checker/errors.js";
import {
  Bag,
  disabled,
  type Floor,
  type IndexSet,
  integer,
  type Member,
  matrix,
  model,
  type Ordinal,
  type OrdinalValue,
  ordered,
  ordinal,
  perMember,
  perPair,
  type StateOf,
  scalarset,
  single,
  union,
  vocabulary,
} from "../../checker/model/index.js";
import { Instance, type Values } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { rename, renumber } from "../../checker/model/reference.js";
import { renamingOf } from "../../checker/model/scalarset.js";
import { keyOf } from "../../checker/model/value.js";
import type { Variables } from "../../checker/model/variables.js";
import { checkSync } from "../../checker/search/check.js";
import { ExhaustiveSearch } from "../../checker/search/exhaustive/exhaustive-search.js";
import { referenceOf } from "../../checker/store/shards.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { naiveMutex } from "../../spec/toy/naive-mutex.js";
import { twoPhaseCommit } from "../../spec/toy/two-phase-commit.js";
import { threeSets } from "./three-sets.js";

const textOf = (values: Values) => values.map((value) => keyOf(value)).join(" ");

/** The distinct states that renaming makes of one, each with its ordinals renumbered, as texts. */
function orbitOf(instance: Instance, values: Values, sets: readonly IndexSet[]): string[] {
  const images = renamingsOf(instance, sets).map((member) => textOf(renumber(rename(values, member, instance))));
  return [...Set(images)].sort();
}

/** All renamings of the members of some sets, each set by itself. */
function renamingsOf({ layout }: Instance, sets: readonly IndexSet[]): ((member: Member) => Member)[] {
  return sets.reduce<((member: Member) => Member)[]>(
    (all, set) =>
      all.flatMap((before) =>
        permutationsOf(layout.sizeOf(set)).map((to) => {
          const then = renamingOf(set, to);
          return (member: Member) => then(before(member));
        }),
      ),
    [(member) => member],
  );
}

/** Random numbers from a seed, the same in every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const modelOf = (variables: () => Variables, size = 3): AnyModel =>
  model({
    name: "test",
    about: "",
    parameters: { size: integer("", { default: size, min: 1, max: 9 }) },
    variables,
    actions: () => [],
    properties: () => [],
  });

describe("interchangeable members:", () => {
  const clerks = scalarset("clerk", { prefix: "C", size: "size" });
  const hour = ordinal("h");
  type Clerk = Member<"clerk">;
  class Letter extends Record({ to: null as Clerk | null, copies: Set<Clerk>() }) {}
  class Desk extends Record({ friend: null as Clerk | null, seen: Set<Clerk>(), time: hour.first }) {}
  const office = modelOf(() => ({
    desk: perMember(clerks, new Desk()),
    post: perPair(clerks, Bag.of<Letter>()),
    queue: single(List<Clerk>()),
    rota: single(Map<Clerk, Clerk | number>()),
    boss: single(null as Clerk | null),
  }));

  /** Mostly empty, so that many states have members that only their place in others' values tells apart. */
  function randomState(instance: Instance, roll: (sides: number) => number): Values {
    const { layout } = instance;
    const members = layout.membersOf(clerks);
    const one = () => members[roll(members.length)]!;
    const maybe = () => (roll(3) === 0 ? one() : null);
    const few = () => members.filter(() => roll(4) === 0);
    const random: { [variable: string]: () => unknown } = {
      desk: () => new Desk({ friend: maybe(), seen: Set(few()), time: hour.at(1 + roll(2)) }),
      post: () => Bag.of(...few().map((to) => new Letter({ to, copies: Set(few()) }))),
      queue: () => List(few().reverse()),
      rota: () => Map(few().map((clerk) => [clerk, roll(2) === 0 ? roll(2) : one()])),
      boss: maybe,
    };
    // Half of them have friends and nothing else: cycles, whose members only their order tells apart.
    const friendsOnly = roll(2) === 0;
    if (friendsOnly) random.desk = () => new Desk({ friend: one() });
    const isSet = (variable: string) => (friendsOnly ? variable === "desk" : roll(2) === 0);
    return layout.slots.map(({ variable }, slot) =>
      isSet(variable) ? random[variable]!() : (instance.initial[0] as Values)[slot],
    );
  }

  test.each([2, 3, 4])(
    "states have equal canonical rows exactly if a renaming of %i members leads from one to the other",
    (size) => {
      const roll = dice(size);
      const instance = new Instance(office, { size });
      expectRowPerOrbit(instance, [clerks], () => randomState(instance, roll));
    },
  );

  const sizes = [2, 3, 4].flatMap((size) => [1, 2, 3].map((others) => [size, others] as const));
  test.each(sizes)(
    "so they have with families by two sets, with a diagonal and by unions, and %i members of one and %i of the other",
    (size, others) => {
      const rooms = scalarset("room", { prefix: "R", size: others });
      const staff = union("staff", clerks, "HEAD", "PORTER");
      const building = modelOf(() => ({
        likes: matrix(clerks, clerks, 0),
        keys: matrix(clerks, rooms, 0),
        guest: matrix(rooms, clerks, null as Clerk | null),
        open: perMember(rooms, null as Clerk | null),
        doors: perPair(rooms, 0),
        boss: perMember(staff, null as Clerk | null),
        calls: perPair(staff, 0),
        pays: matrix(staff, clerks, 0),
        owes: matrix(clerks, staff, 0),
        ranks: matrix(staff, staff, 0),
      }));
      const instance = new Instance(building, { size });
      const { layout } = instance;
      const roll = dice(size);
      expectRowPerOrbit(instance, [clerks, rooms], () => {
        // One family, or two, tell members apart, and the others are as at first.
        const told = [
          layout.variables[roll(layout.variables.length)]!,
          layout.variables[roll(layout.variables.length)]!,
        ];
        return layout.slots.map(({ variable }, slot) => {
          const first = instance.initial[0]![slot];
          if (!told.includes(variable) || roll(2) === 0) return first;
          return first === 0 ? roll(2) : layout.membersOf(clerks)[roll(size)]!;
        });
      });
    },
  );
});

/** Renamings of a random state have one canonical row, and states that are no renamings of each other have two. */
function expectRowPerOrbit(instance: Instance, sets: readonly IndexSet[], randomState: () => Values): void {
  const explorer = new ExhaustiveSearch(instance);
  const [rowOf, orbitWith] = [Map<string, string>().asMutable(), Map<string, string>().asMutable()];
  for (let i = 0; i < 60; i++) {
    const values = randomState();
    const orbit = orbitOf(instance, values, sets)[0]!;
    for (const member of renamingsOf(instance, sets)) {
      const row = explorer.result.inspector.rowOf(rename(values, member, instance)).join();
      expect(rowOf.get(orbit, row), `two rows for ${orbit}`).toBe(row);
      expect(orbitWith.get(row, orbit), `one row for ${orbitWith.get(row)} and ${orbit}`).toBe(orbit);
      rowOf.set(orbit, row);
      orbitWith.set(row, orbit);
    }
  }
  expect(rowOf.size).toBeGreaterThan(20);
}

describe("ordinals:", () => {
  interface Kind {
    readonly name: string;
    readonly ordinals: readonly Ordinal[];
    /** Ranks stay below this: those of canonical states, and fresh ones. */
    readonly below: number;
    /** Changes of ranks that no model may notice. */
    readonly alike: { readonly [how: string]: (rank: number) => number };
  }
  const plain = ordinal("o");
  const [latest, two] = [ordinal("v", { keep: 1 }), ordinal("w", { keep: 2 })];
  const [tick, wide] = [ordinal("t", { window: 1 }), ordinal("u", { window: 2 })];
  const shifted = (rank: number) => rank + 5;
  const stretched = (rank: number) => 2 * rank + (rank > 3 ? 4 : 0);
  const kinds: readonly Kind[] = [
    { name: "order only", ordinals: [plain], below: 9, alike: { shifted, stretched } },
    { name: "keep: 1", ordinals: [latest], below: 3, alike: {} },
    { name: "keep: 2", ordinals: [two], below: 5, alike: {} },
    { name: "window: 1", ordinals: [tick], below: 9, alike: { shifted } },
    { name: "window: 2", ordinals: [wide], below: 9, alike: { shifted } },
    { name: "two of a kind", ordinals: [plain, ordinal("o")], below: 7, alike: { shifted } },
    { name: "one of each", ordinals: [plain, latest, tick], below: 3, alike: {} },
  ];

  class Stamped extends Record({ stamp: null as OrdinalValue | null, floor: null as Floor | null }) {}
  const withOrdinals = (ordinals: readonly Ordinal[]) =>
    new Instance(
      modelOf(() => ({
        record: single(new Stamped()),
        bag: single(Bag.of<OrdinalValue>()),
        list: single(List<OrdinalValue | Floor>(ordinals.map((of) => of.first))),
        set: single(Set<OrdinalValue>()),
      })),
    );

  function canonicalOf(instance: Instance): (values: Values) => string {
    const explorer = new ExhaustiveSearch(instance);
    return (values) => textOf(explorer.engine.canonicalizer.valuesOf(explorer.result.inspector.rowOf(values)));
  }

  describe.each(kinds)("$name", ({ ordinals, below, alike }) => {
    const canonical = canonicalOf(withOrdinals(ordinals));

    /** A state whose ranks are changed by `change`. */
    function randomState(roll: (sides: number) => number, change: (rank: number) => number): Values {
      const value = () => ordinals[roll(ordinals.length)]!.at(change(roll(below)));
      const floor = () => ordinals[roll(ordinals.length)]!.floorAt(roll(3) === 0 ? -1 : change(roll(below)));
      const some = <T>(one: () => T) => Array.from({ length: roll(4) }, one);
      return [
        new Stamped({ stamp: value(), floor: floor() }),
        Bag.of(...some(value)),
        List<OrdinalValue | Floor>([...some(value), ...some(floor)]),
        Set(some(value)),
      ];
    }

    test("a canonical row is the state as the reference semantics renumbers it", () => {
      for (let seed = 0; seed < 250; seed++) {
        const values = randomState(dice(seed), (rank) => rank);
        expect(canonical(values), textOf(values)).toBe(textOf(renumber(values)));
      }
    });

    test.each(Object.entries(alike))("states whose ranks are %s have the same row", (_how, change) => {
      for (let seed = 0; seed < 250; seed++) {
        const [values, changed] = [randomState(dice(seed), (rank) => rank), randomState(dice(seed), change)];
        expect(canonical(changed), textOf(values)).toBe(canonical(values));
      }
    });
  });

  /** Floors are written as numbers in a list. */
  type Ranks = readonly (number | readonly [floor: number])[];
  test.each<[name: string, of: Ordinal, before: Ranks, after: Ranks]>([
    ["order only: numbered 1, 3, 5, …", plain, [4, 0, 9, 4], [3, 1, 5, 3]],
    ["keep: 1: the latest is told from all others", latest, [1, 2, 0, 2], [0, 1, 0, 1]],
    ["keep: 1: the greatest always has the same rank", latest, [0], [1]],
    ["keep: 2: the two latest are told apart", two, [4, 1, 3, 0], [3, 0, 1, 0]],
    ["window: 1: shifted to 1, gaps of more than 1 shrink to 2", tick, [3, 4, 9], [1, 2, 4]],
    ["window: 2: gaps of more than 2 shrink to 3", wide, [9, 7, 3], [6, 4, 1]],
    ["a floor sinks to the next lower value that is left", plain, [2, 6, [4], [6], [9]], [1, 3, [1], [3], [3]]],
    ["a floor below all values permits everything", plain, [2, [1], [-1]], [1, [-1], [-1]]],
    ["a floor keeps no value alive", plain, [[4], 5], [[-1], 1]],
    ["a floor sinks onto a merged value", latest, [0, 1, 2, [1]], [0, 0, 1, [0]]],
  ])("%s", (_name, of, before, after) => {
    const state = (ranks: Ranks): Values => [
      new Stamped(),
      Bag.of(),
      List<OrdinalValue | Floor>(ranks.map((rank) => (typeof rank === "number" ? of.at(rank) : of.floorAt(rank[0])))),
      Set(),
    ];
    expect(canonicalOf(withOrdinals([of]))(state(before))).toBe(textOf(state(after)));
  });

  // An ordinal that keeps n values needs 2n + 1 of 32 bits.
  const withKept = (keeps: readonly number[]) => {
    const ordinals = keeps.map((keep) => ordinal("k", { keep }));
    const atoms = ordinals.flatMap((of) => [of.at(1), of.at(2 * of.keep! - 1)]);
    return { ordinals, values: [new Stamped(), Bag.of(...atoms), List(), Set()] };
  };

  test.each([[[15]], [[7, 7]], [[3, 12]]])("ordinals that keep %j values, for which there is room, are", (keeps) => {
    const { ordinals, values } = withKept(keeps);
    expect(canonicalOf(withOrdinals(ordinals))(values)).toBe(textOf(renumber(values)));
  });

  test.each([[[16]], [[20]], [[9, 9]], [[3, 13]], [[3, 16]]])(
    "ordinals that keep %j values are refused before the search, and it is said why",
    (keeps) => {
      const { ordinals, values } = withKept(keeps);
      const canonical = () => canonicalOf(withOrdinals(ordinals))(values);
      expect(canonical).toThrow(UsageError);
      expect(canonical).toThrow(/keep/);
    },
  );
});

describe("what tells interchangeable members apart is convicted:", () => {
  const items = scalarset("item", { prefix: "I", size: "size" });
  type Item = Member<"item">;
  const variables = () => ({ up: perMember(items, false), last: single(null as Item | null) });
  type State = StateOf<ReturnType<typeof variables>>;
  const { action, always, goal, noDeadlock, reachable } = vocabulary<State>();

  const raise = (may: (item: Item) => boolean) =>
    action("Raise", { item: items }, (state, { item }) =>
      state.up(item) || !may(item) ? disabled : state.withUp(item, true).withLast(item),
    );
  const named = { says: "", for: {}, explain: () => "" };

  const biased: { readonly [what: string]: (one: Item) => Partial<AnyModel> } = {
    "action Raise": (one) => ({ actions: () => [raise((item) => item !== one)] }),
    'property "an invariant"': (one) => ({
      properties: () => [always({ ...named, name: "an invariant", holds: (s) => s.last() !== one })],
    }),
    'property "no deadlock"': (one) => ({
      properties: () => [noDeadlock({ ...named, name: "no deadlock", stuck: (s) => s.last() === one })],
    }),
    'property "a goal"': (one) => ({
      properties: () => [reachable({ ...named, name: "a goal", goals: [goal("", {}, (s) => s.last() === one)] })],
    }),
  };
  const checked = (size: number, of: Partial<AnyModel>) =>
    checkSync(new Instance({ ...modelOf(variables, size), actions: () => [raise(() => true)], ...of }));

  const members = [3, 6].flatMap((size) => Array.from({ length: size }, (_, i) => ({ size, i })));
  const cases = Object.entries(biased).flatMap(([who, of]) =>
    members.map(({ size, i }) => [who, i, size, of] as const),
  );
  test.each(cases)("%s, if it names member %i of %i", (who, i, size, of) => {
    const run = () => checked(size, of(items.member(i)));
    expect(run).toThrow(FunctionError);
    expect(run).toThrow(who);
  });

  test("also members of the smaller one of two sets that are reduced, and that set is named", () => {
    const shelves = scalarset("shelf", { prefix: "S", size: 2 });
    const both = () => ({ ...variables(), on: matrix(items, shelves, false) });
    const { action } = vocabulary<StateOf<ReturnType<typeof both>>>();
    const put = (may: (shelf: Member) => boolean) =>
      action("Put", { item: items, shelf: shelves }, (state, { item, shelf }) =>
        state.on(item, shelf) || !may(shelf) ? disabled : state.withOn(item, shelf, true),
      );
    const run = (may: (shelf: Member) => boolean) =>
      checkSync(new Instance({ ...modelOf(both, 3), actions: () => [put(may)] }));
    expect(run(() => true).symmetry).toEqual({ sets: ["item", "shelf"], note: undefined });
    expect(() => run((shelf) => shelf !== shelves.member(1))).toThrow(FunctionError);
    expect(() => run((shelf) => shelf !== shelves.member(1))).toThrow(
      /does not treat the members of shelf alike[\s\S]*S1 and S2 exchanged/,
    );
  });

  test("not what treats them alike", () => {
    const fair = always({
      ...named,
      name: "fair",
      for: { item: items },
      holds: (s, { item }) => s.last() !== item || s.up(item),
    });
    expect(checked(3, { properties: () => [fair] }).audited).toBeGreaterThan(0);
  });
});

describe("a reduction that is not made is told:", () => {
  const sets = (...size: number[]) => size.map((size, i) => scalarset(`set ${i}`, { prefix: `S${i}m`, size }));
  const flags = (of: readonly IndexSet[]) =>
    Object.fromEntries(of.map((set, i) => [`flag${i}`, perMember(set, false)]));
  type Case = [what: string, of: readonly IndexSet[], wanted: boolean, reduced: string[], note: RegExp | undefined];
  test.each<Case>([
    ["none, of one set that is reduced", sets(8), true, ["set 0"], undefined],
    ["none, of a set without renamings", sets(1), true, [], undefined],
    ["an ordered set", [ordered("list", { prefix: "L", size: 3 })], true, [], /off for list.*apart/],
    ["none, of several sets that are reduced", sets(2, 3, 3), true, ["set 0", "set 1", "set 2"], undefined],
    ["more than 8 members", sets(9), true, [], /not reduced: set 0 .*at most 8/],
    ["a scalarset that is too large", sets(9, 2), true, ["set 1"], /not reduced: set 0 \(only/],
    ["renamings that are too many", sets(2, 7, 5), true, ["set 0", "set 1"], /^not reduced: set 2 .*more than 40320/],
    ["members that are too many", sets(4, 3, 3, 3), true, ["set 0", "set 1", "set 2"], /^not reduced: set 3 .*12 mem/],
    ["symmetry: false", sets(3), false, [], /asked to be/],
  ])("%s", (_what, of, wanted, reduced, note) => {
    const { symmetry } = checkSync(new Instance({ ...modelOf(() => flags(of)), actions: () => [] }), {
      symmetry: wanted,
    });
    expect(symmetry.sets).toEqual(reduced);
    if (note) expect(symmetry.note).toMatch(note);
    else expect(symmetry.note).toBeUndefined();
  });
});

test("a scalarset that indexes no variable is reduced, too", () => {
  const [rms, acceptors] = ["rm", "acceptor"].map((name) => scalarset(name, { prefix: name, size: 3 }));
  const own = () => ({ flag: perMember(rms!, false), last: single<Member | null>(null) });
  const words = vocabulary<StateOf<ReturnType<typeof own>>>();
  const vote = words.action("Vote", { a: acceptors! }, (s, { a }) => s.withLast(a));
  const make = () => new Instance({ ...modelOf(own), actions: () => [vote] });
  const { symmetry, distinct } = checkSync(make());
  expect(symmetry).toEqual({ sets: ["rm", "acceptor"], note: undefined });
  // Nobody has voted, or somebody has been the last one.
  expect([distinct, checkSync(make(), { symmetry: false }).distinct]).toEqual([2, 4]);
});

describe("each state found under symmetry stands for its whole orbit, and together they are all states:", () => {
  const stages = ["4.2", "4.4", "4.6", "4.7", "4.8"].map((stage) => ({
    of: popcorn as AnyModel,
    given: { kernels: 2, stage },
  }));
  test.each([
    ...[2, 3, 4].map((processes) => ({ of: naiveMutex as AnyModel, given: { processes } })),
    ...[2, 3].map((rms) => ({ of: twoPhaseCommit as AnyModel, given: { rms } })),
    { of: threeSets as AnyModel, given: {} },
    ...stages,
  ])("$of.name $given", ({ of, given }) => {
    const explored = [true, false].map((symmetry) => {
      const explorer = new ExhaustiveSearch(new Instance(of, given), { symmetry });
      explorer.run();
      return explorer;
    });
    const [reduced, whole] = explored as [ExhaustiveSearch, ExhaustiveSearch];
    const { instance, store } = reduced;
    const { canonicalizer } = reduced.engine;
    const { sets } = canonicalizer.nominal!.members;
    const rows = store.counts.flatMap((count, shard) =>
      Array.from({ length: count }, (_, row) => new Uint16Array(store.rowAt(referenceOf(shard, row)).buffer)),
    );
    const orbits = rows.map((row) => orbitOf(instance, canonicalizer.valuesOf(row), sets));
    expect(store.count).toBeLessThan(whole.store.count);
    expect(Set(orbits.flat()).size).toBe(whole.store.count);
    expect(orbits.reduce((sum, { length }) => sum + length, 0)).toBe(whole.store.count);
  });
});

/** All permutations of 0 … size - 1, as lists of where each index goes; the identity first. */
function permutationsOf(size: number): number[][] {
  if (size === 0) return [[]];
  return permutationsOf(size - 1).flatMap((shorter) =>
    Array.from({ length: size }, (_, i) => [
      ...shorter.slice(0, size - 1 - i),
      size - 1,
      ...shorter.slice(size - 1 - i),
    ]),
  );
}
