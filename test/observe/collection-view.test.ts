/** The recorder's promise (test/support/recorder-promise.ts) for collections that are held by element. */
import { is, List, Map, OrderedSet, Record, Set } from "immutable";
import { describe, expect, test } from "vitest";
import { FunctionError } from "../../checker/errors.js";
import { chooseAny, disabled, format, model, type StateOf, single } from "../../checker/model/index.js";
import { keyOf } from "../../checker/model/value.js";
import type { Splits } from "../../checker/observe/columns.js";
import { forBinding } from "../../checker/observe/observed.js";
import { SpeculationCheck } from "../../checker/observe/speculation-check.js";
import { Recorded, type Under } from "../support/recorder-promise.js";

class Note extends Record({ kind: "ask", n: 0 }) {
  isAsk(): boolean {
    return this.kind === "ask";
  }
}
class Cell extends Record({ a: 0 }) {}

const variables = () => ({
  set: single(Set<Note>()),
  spare: single(Set<Note>()),
  map: single(Map<unknown, unknown>()),
  list: single(List<unknown>()),
  cell: single(new Cell()),
});
type State = StateOf<ReturnType<typeof variables>>;
const shelf = model({ name: "shelf", about: "", parameters: {}, variables, actions: () => [], properties: () => [] });

const [ask1, ask2, tell1, tell2] = [
  new Note({ n: 1 }),
  new Note({ n: 2 }),
  new Note({ kind: "tell", n: 1 }),
  new Note({ kind: "tell", n: 2 }),
];
/** One note, and one key, have no column: they are held in the rest. */
const byElement: Splits = {
  set: { elements: [tell1, ask1, ask2] },
  spare: { elements: [ask1] },
  map: { elements: ["x", ask1] },
  list: { elements: [0, 1] },
};

function expectFaithful(variable: string, f: Under<State>, values: readonly unknown[]): void {
  for (const splits of [{}, byElement]) {
    const recorded = new Recorded<State>(shelf, splits);
    recorded.expectFaithful(
      f,
      values.map((value) => recorded.stateWith(variable, value)),
    );
  }
}

/** What a function reads in a state, each by what it asks for: `set.has({kind: ask, n: 1})`. */
function readsOf(variable: string, value: unknown, f: Under<State>): string[] {
  const recorded = new Recorded<State>(shelf, byElement);
  const { families } = recorded;
  const { reads } = recorded.observe(f, families.rowOf(recorded.stateWith(variable, value)));
  return reads.map((read) => {
    const { slot, question, field } = families.placeOf(read);
    return `${recorded.instance.layout.slots[slot]!.name}.${question ?? field ?? "rest"}`;
  });
}

const subsetsOf = (all: readonly Note[]) =>
  all.reduce<Note[][]>((subsets, note) => subsets.flatMap((of) => [of, [...of, note]]), [[]]);
const allSets = subsetsOf([ask1, ask2, tell1, tell2]).map((notes) => Set(notes));

const byKey = (notes: Iterable<Note>) => [...notes].map((note) => keyOf(note)).sort();
const throws = (note: Note) => {
  if (note.n === 2) throw new Error("two");
  return note.isAsk();
};

const ofSet: { readonly [how: string]: (set: Set<Note>, state: State) => unknown } = {
  has: (set) => [set.has(ask1), set.has(tell2), set.has(new Note({ n: 9 }))],
  "has, of what no set may hold": (set) => set.has(undefined as unknown as Note),
  "has, of an equal record of another class": (set) => set.has(new Cell() as unknown as Note),
  "includes, contains": (set) => [set.includes(ask2), set.contains(tell2)],
  size: (set) => [set.size, set.isEmpty(), set.count()],
  add: (set) => set.add(ask1),
  "add of what has no column": (set) => set.add(tell2),
  "add of what is there": (set) => (set.has(ask1) ? set.add(ask1) : set),
  "add, then has": (set) => [set.add(ask1).has(ask1), set.add(tell2).has(tell2), set.add(ask1).size],
  delete: (set) => set.delete(ask1),
  "remove of what has no column": (set) => set.remove(tell2),
  "delete, then has": (set) => [set.delete(ask1).has(ask1), set.delete(tell2).has(tell2)],
  clear: (set) => set.clear(),
  union: (set) => set.union([ask1, tell2], [tell1]),
  "union with itself, the other way round": (set) => Set([ask1]).union(set),
  merge: (set) => set.merge([ask2]),
  subtract: (set) => set.subtract([ask1, tell2]),
  intersect: (set) => set.intersect([ask1, tell2]),
  some: (set) => [set.some((note) => note.isAsk()), set.some((note) => note.n === 2)],
  every: (set) => [set.every((note) => note.isAsk()), set.every(() => false)],
  find: (set) => set.find((note) => note.n === 2 && note.isAsk()),
  "find of nothing": (set) => [set.find(() => false), set.find(() => false, undefined, ask1)],
  filter: (set) => set.filter((note) => note.isAsk()),
  filterNot: (set) => set.filterNot((note) => note.isAsk()),
  count: (set) => set.count((note) => note.n === 1),
  "some, after changes": (set) =>
    set
      .delete(ask1)
      .add(tell2)
      .some((note) => note.n === 1),
  "filter, after changes": (set) =>
    set
      .delete(ask1)
      .add(tell2)
      .filter((note) => note.n < 3),
  "a predicate that asks the state": (set, state) => set.some((note) => note.n === state.cell().a),
  "a predicate that throws where it is not to": (set) => set.some(throws),
  "a predicate with the set": (set) => set.some((_, __, all) => (all as Set<Note>).size === 1),
  "a predicate with a receiver": (set) =>
    set.some(function (this: Note, note: Note) {
      return note.equals(this);
    }, ask2),
  map: (set) => set.map((note) => note.set("n", 3)),
  flatMap: (set) => set.flatMap((note) => (note.isAsk() ? [note, tell2] : [])),
  reduce: (set) => set.reduce((sum, note) => sum + note.n, 0),
  forEach: (set) => {
    let sum = 0;
    set.forEach((note) => {
      sum += note.n;
    });
    return sum;
  },
  "for … of": (set) => {
    let sum = 0;
    for (const note of set) sum += note.n;
    return sum;
  },
  spread: (set) => byKey([...set]),
  "toArray, and its length": (set) => set.toArray().length,
  "toArray, sorted": (set) => byKey(set.toArray()),
  "toArray, at an index": (set) => set.toArray()[5],
  "toArray: some, every": (set) => [
    set.toArray().some((note) => note.n === 2),
    set.toArray().every((note) => note.isAsk()),
  ],
  "toArray: filter": (set) => byKey(set.toArray().filter((note) => note.isAsk())),
  "toArray: find": (set) => set.toArray().find((note) => note.n === 2 && note.isAsk()),
  "toArray: flatMap": (set) => byKey(set.toArray().flatMap((note) => (note.isAsk() ? [note, note] : []))),
  chooseAny: (set, state) =>
    byKey(
      chooseAny(set, (note) => (note.isAsk() ? state.withSpare(Set([note])) : disabled)).flatMap((s) => [...s.spare()]),
    ),
  "toArray: flatMap to single answers": (set) =>
    [...set.toArray().flatMap((note) => (note.isAsk() ? note.n : []))].sort(),
  "toArray: flatMap with the index": (set) => set.toArray().flatMap((_, i) => [i]),
  "toArray: flatMap that throws where it is not to": (set) =>
    set.toArray().flatMap((note) => (throws(note) ? [1] : [])),
  "toArray: map": (set) => [...set.toArray().map((note) => note.n)].sort(),
  "toArray, changed, and asked": (set) => {
    const array = set.toArray();
    array.push(tell2);
    return [array.some((note) => note === tell2), Array.isArray(array), Object.keys(array).length, 0 in array];
  },
  toList: (set) => set.toList().size,
  withMutations: (set) => set.withMutations((all) => all.add(tell2).delete(ask1)),
  "withMutations that mutates nothing": (set) => set.withMutations(() => {}),
  asMutable: (set) => set.asMutable().add(ask1).asImmutable(),
  equals: (set) => [set.equals(Set([ask1])), Set([ask1]).equals(set), is(set, set.add(ask1))],
  isSubset: (set) => [set.isSubset([ask1, ask2]), set.isSuperset([ask1])],
  hashCode: (set) => set.hashCode(),
  format: (set) => format(set),
  "being a set": (set) => [Set.isSet(set), Map.isMap(set)],
  "being put into a list": (set) => List.of(set, set.add(ask1)),
  "being written elsewhere": (set, state) => state.withSpare(set),
  "being written elsewhere, changed": (set, state) => state.withSpare(set.add(ask2)).withSet(Set()),
  "being written as it is": (set, state) => state.withSet(set),
  "being overwritten": (_, state) => state.withSet(Set([ask1, tell2])),
};

describe("a set's view cannot be told from the set, and hides no read:", () => {
  test.each(Object.entries(ofSet))("%s", (_how, f) => {
    const onSet = (state: State) => {
      const result = f(state.set(), state);
      return Set.isSet(result) ? state.withSet(result as Set<Note>) : result;
    };
    expectFaithful("set", onSet, allSets);
  });
});

const keys: readonly unknown[] = ["x", ask1, "other"];
const allMaps = keys.reduce<Map<unknown, unknown>[]>(
  (maps, key) => maps.flatMap((map) => [map, map.set(key, 0), map.set(key, new Cell({ a: 1 }))]),
  [Map()],
);

const ofMap: { readonly [how: string]: (map: Map<unknown, unknown>) => unknown } = {
  get: (map) => [map.get("x"), map.get("x", 5), map.get(new Note({ n: 1 })), map.get("other"), map.get("none", 7)],
  has: (map) => [map.has("x"), map.has("other"), map.includes(0)],
  getIn: (map) => [map.getIn(["x", "a"]), map.getIn([ask1], 3)],
  size: (map) => [map.size, map.isEmpty(), map.count()],
  set: (map) => map.set("x", 4),
  "set of what has no column": (map) => map.set("other", 4),
  "set, then get": (map) => [map.set("x", 4).get("x"), map.set("other", 4).get("other"), map.set("x", 4).size],
  setIn: (map) => map.setIn(["x"], 4),
  delete: (map) => map.delete("x"),
  "remove of what has no column": (map) => map.remove("other"),
  deleteAll: (map) => map.deleteAll(["x", "other"]),
  clear: (map) => map.clear(),
  update: (map) => map.update("x", (value) => (value === 0 ? 1 : value)),
  "update with a value for what is not there": (map) => map.update("x", 9, (value) => value),
  "update of what is not there": (map) => map.update("none", 9, () => 10),
  "update of the whole": (map) => map.update((all) => all.size),
  updateIn: (map) => map.updateIn(["x"], () => 6),
  merge: (map) => map.merge(Map<unknown, unknown>([["x", 7]]), [["other", 8]]),
  mergeWith: (map) => map.mergeWith((before) => before, { x: 7 }),
  filter: (map) => map.filter((value) => value === 0),
  map: (map) => map.map((value) => (value === 0 ? 1 : value)),
  some: (map) => [map.some((value) => value === 0), map.every((_, key) => key === "x")],
  find: (map) => [map.find((_, key) => key === "x"), map.findKey(() => false)],
  keys: (map) => [...map.keys()].map((key) => keyOf(key)).sort(),
  entries: (map) => [...map].map(([key, value]) => keyOf(key) + keyOf(value)).sort(),
  keySeq: (map) => map.keySeq().toSet().size,
  reduce: (map) => map.reduce((sum: number, value) => sum + (value === 0 ? 1 : 2), 0),
  withMutations: (map) => map.withMutations((all) => all.set("x", 1).delete("other")),
  equals: (map) => [map.equals(Map([["x", 0]])), Map([["x", 0]]).equals(map as never)],
  hashCode: (map) => map.hashCode(),
  "toJS and format": (map) => [format(map), map.toSet().size],
};

describe("a map's view cannot be told from the map, and hides no read:", () => {
  test.each(Object.entries(ofMap))("%s", (_how, f) => {
    const onMap = (state: State) => {
      const result = f(state.map());
      return Map.isMap(result) ? state.withMap(result as Map<unknown, unknown>) : result;
    };
    expectFaithful("map", onMap, allMaps);
  });
});

const allLists = [[], [0], [1], [0, 1], [1, 0], [0, 1, 0], [0, 1, 1], [1, 1, 1, 0], [null, 0]].map((of) =>
  List<unknown>(of),
);

const ofList: { readonly [how: string]: (list: List<unknown>) => unknown } = {
  get: (list) => [list.get(0), list.get(1, 5), list.get(2), list.get(9, 6)],
  "get from the end": (list) => [list.get(-1), list.get(-3), list.get(-9, 7)],
  "get at what is no place": (list) => [list.get("1" as never), list.get(0.5), list.get(Number.NaN, 8)],
  has: (list) => [list.has(0), list.has(1), list.has(5)],
  size: (list) => [list.size, list.isEmpty()],
  first: (list) => [list.first(), list.last()],
  set: (list) => list.set(0, 7),
  "set beyond the end": (list) => list.set(3, 7),
  "set from the end": (list) => (list.size > 0 ? list.set(-1, 7) : list),
  "set, then get": (list) => (list.size > 0 ? [list.set(0, 7).get(0), list.set(0, 7).size] : 0),
  push: (list) => list.push(7),
  "push, twice": (list) => list.push(7, 8).push(9),
  "push, then get": (list) => [list.push(7).get(1), list.push(7).last(), list.push(7).size],
  pop: (list) => list.pop(),
  shift: (list) => list.shift(),
  unshift: (list) => list.unshift(7),
  insert: (list) => list.insert(1, 7),
  delete: (list) => list.delete(0),
  clear: (list) => list.clear(),
  update: (list) => (list.has(0) ? list.update(0, (item) => (item === 0 ? 3 : item)) : list),
  "update of the whole": (list) => list.update((all) => all.size),
  setSize: (list) => list.setSize(2),
  concat: (list) => list.concat([7]),
  slice: (list) => list.slice(1),
  map: (list) => list.map((item, place) => (item === 0 ? place : item)),
  filter: (list) => list.filter((item) => item === 0),
  some: (list) => [list.some((item) => item === 0), list.every((item) => item === 0)],
  includes: (list) => [list.includes(0), list.indexOf(1), list.count()],
  reverse: (list) => list.reverse(),
  iteration: (list) => [...list],
  toArray: (list) => list.toArray(),
  reduce: (list) => list.reduce((sum: number, item) => sum + (item as number), 0),
  withMutations: (list) => list.withMutations((all) => all.push(7).set(0, 8)),
  equals: (list) => [list.equals(List([0])), List([0]).equals(list)],
  format: (list) => format(list),
};

describe("a list's view cannot be told from the list, and hides no read:", () => {
  test.each(Object.entries(ofList))("%s", (_how, f) => {
    const onList = (state: State) => {
      const result = f(state.list());
      return List.isList(result) ? state.withList(result as List<unknown>) : result;
    };
    expectFaithful("list", onList, allLists);
  });
});

describe("a collection that is held by element", () => {
  const set = Set([ask1, tell2]);

  test.each<[string, Under<State>, string[]]>([
    ["has", (s) => s.set().has(ask1), ["set.has({kind: ask, n: 1})"]],
    ["has, of what has no column", (s) => s.set().has(tell2), ["set.rest"]],
    ["add and delete", (s) => s.withSet(s.set().add(ask1).delete(tell1)), []],
    [
      "some",
      (s) => s.set().some((note) => note.kind === "tell" && note.n === 1),
      ["set.has({kind: tell, n: 1})", "set.rest"],
    ],
    ["filter", (s) => s.set().filter((note) => note.n === 2), ["set.has({kind: ask, n: 2})", "set.rest"]],
    [
      "flatMap of the array",
      (s) =>
        s
          .set()
          .toArray()
          .flatMap((note) => (note.n === 2 ? [1] : [])),
      ["set.has({kind: ask, n: 2})", "set.rest"],
    ],
    [
      "chooseAny",
      (s) => chooseAny(s.set(), (note) => (note.n === 2 ? s.withSpare(Set([note])) : disabled)).length,
      ["set.has({kind: ask, n: 2})", "set.rest"],
    ],
    [
      "size",
      (s) => s.set().size,
      ["set.rest", "set.has({kind: tell, n: 1})", "set.has({kind: ask, n: 1})", "set.has({kind: ask, n: 2})"],
    ],
  ])("has only that read which a function asks for: %s", (_how, f, reads) => {
    expect(readsOf("set", set, f)).toEqual(reads);
  });

  test("of a map and of a list, too", () => {
    const map = Map<unknown, unknown>([["x", 1]]);
    expect(readsOf("map", map, (s) => s.map().get("x"))).toEqual(["map.get(x)"]);
    expect(readsOf("map", map, (s) => s.withMap(s.map().set("x", 2).delete(ask1)))).toEqual([]);
    const list = List([1, 2, 3]);
    expect(readsOf("list", list, (s) => s.list().get(1))).toEqual(["list.get(1)"]);
    expect(readsOf("list", list, (s) => s.list().size)).toEqual(["list.rest"]);
    expect(readsOf("list", list, (s) => s.withList(s.list().push(1)))).toEqual(["list.rest"]);
  });

  test.each<[string, unknown]>([
    ["null", null],
    ["a list", List()],
    ["an ordered set", OrderedSet()],
  ])("cannot become %s: that is told, so that the search begins anew", (_what, value) => {
    const recorded = new Recorded<State>(shelf, byElement);
    expect(() => recorded.families.rowOf(recorded.stateWith("set", value))).toThrow("set held a set, and now");
  });
});

describe("a predicate that is called for elements that are not there", () => {
  const checked = (value: Set<Note>, f: (state: State) => boolean) => {
    const recorded = new Recorded<State>(shelf, byElement);
    const { families, recorder } = recorded;
    const row = families.rowOf(recorded.stateWith("set", value));
    const observed = {
      ...{ name: () => "action Look", takes: undefined, onThrow: () => [] },
      ...forBinding<never>({}, (state) => {
        const answer = String(f(state as never));
        return { kind: "disabled", about: () => [answer] };
      }),
    };
    recorder.begin(row);
    const { state, message } = recorder.inputFor(undefined);
    const outcome = observed.run(state, message);
    const check = () => new SpeculationCheck<never>(families).check(observed, row, recorder, outcome);
    return { check, hasSpeculated: recorder.hasSpeculated };
  };

  test("may only answer: what it does else is found out", () => {
    const counting = (state: State) => {
      let asked = 0;
      state.set().some((note) => {
        asked++;
        return note.n === 7;
      });
      return asked > 1;
    };
    const { check, hasSpeculated } = checked(Set([ask1]), counting);
    expect(hasSpeculated).toBe(true);
    expect(check).toThrow(FunctionError);
    expect(check).toThrow(/action Look depends on how often a predicate is called[\s\S]*Use a loop/);
    expect(checked(Set([ask1, ask2, tell1]), counting).check).not.toThrow();
  });

  test("is not compared where none was called", () => {
    expect(checked(Set([ask1]), (state) => state.set().has(ask1)).hasSpeculated).toBe(false);
    expect(
      checked(Set([ask1]), (state) => state.set().some((_, __, all) => (all as Set<Note>).size > 1)).hasSpeculated,
    ).toBe(false);
  });
});
