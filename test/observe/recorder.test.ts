/** The recorder's promise (test/support/recorder-promise.ts) for records and channels. */
import { is, List, Map, Record, Set } from "immutable";
import { describe, expect, test } from "vitest";
import { Bag, type Channel, format, model, Queue, type StateOf, single } from "../../checker/model/index.js";
import type { Values } from "../../checker/model/instance.js";
import { keyOf } from "../../checker/model/value.js";
import type { Splits } from "../../checker/observe/columns.js";
import { Recorded, type Under } from "../support/recorder-promise.js";

class Inner extends Record({ n: 0 }) {}

class Cell extends Record({ a: 0, b: 0, inner: new Inner(), set: Set<number>() }) {
  get sum(): number {
    return this.a + this.b;
  }
  bumped(): Cell {
    return this.a === 0 ? this.update("b", (b) => b + 1) : this;
  }
}

const variables = () => ({
  cell: single(new Cell()),
  spare: single(new Cell({ a: 7 })),
  bag: single(Bag.of<Inner>()),
  queue: single(Queue.of<Inner>()),
});
type State = StateOf<ReturnType<typeof variables>>;
const tray = model({ name: "tray", about: "", parameters: {}, variables, actions: () => [], properties: () => [] });

/**
 * How the tray's variables are split: not at all, records field by field, and in groups that are no order of
 * declaration, and channels by message and by place.
 */
const splits: Splits[] = [
  {},
  { cell: [["a"], ["b"], ["inner"], ["set"]], spare: [["a"], ["b"], ["inner"], ["set"]] },
  {
    cell: [
      ["set", "b"],
      ["a", "inner"],
    ],
  },
  { bag: { elements: [new Inner({ n: 1 })] }, queue: { elements: [0, 1] } },
];

const whole = new Recorded<State>(tray);

/** The tray with one thing in it replaced. */
const trayWith = (variable: string, value: unknown): Values => whole.stateWith(variable, value);

function expectFaithful(f: Under<State>, domain: readonly Values[]): void {
  for (const by of splits) new Recorded<State>(tray, by).expectFaithful(f, domain);
}

/** A cell that comes out is stored where it came from, and in another slot. */
const onCell = (f: (cell: Cell) => unknown) => (state: State) => {
  const result = f(state.cell());
  return result instanceof Cell ? state.withCell(result).withSpare(result) : result;
};
const bits = [0, 1];
const cells = bits.flatMap((a) =>
  bits.flatMap((b) =>
    bits.flatMap((n) => bits.map((s) => new Cell({ a, b, inner: new Inner({ n }), set: Set(s ? [1] : []) }))),
  ),
);
const one = new Cell({ a: 1 });

const ofCell: { readonly [how: string]: (cell: Cell) => unknown } = {
  get: (cell) => [cell.get("a"), cell.get("none" as "a", 5), cell.getIn(["inner", "n"])],
  property: (cell) => cell.b,
  destructuring: ({ a, inner: { n } }) => [a, n],
  "get, then another field if it is set": (cell) => (cell.a === 1 ? cell.b : cell.set.size),
  has: (cell) => [cell.has("a"), cell.has("none"), cell.hasIn(["inner", "n"]), "a" in cell],
  "a subclass's getter": (cell) => cell.sum,
  "a subclass's method": (cell) => cell.bumped(),
  "set to a constant": (cell) => cell.set("a", 1),
  "set to what another field holds": (cell) => cell.set("a", cell.b).set("b", 3),
  "set to undefined": (cell) => cell.set("a", undefined as unknown as number),
  "set of no field": (cell) => cell.set("none" as "a", 1),
  "set, then get": (cell) => [cell.set("a", 9).a, cell.set("a", 9).sum, cell.remove("a").a],
  setIn: (cell) => cell.setIn(["inner", "n"], 4),
  update: (cell) => cell.update("a", (a) => a + 1),
  "update of the whole": (cell) => cell.update((all) => all.b),
  updateIn: (cell) => cell.updateIn(["inner", "n"], (n) => (n as number) + 1),
  "merge of an object": (cell) => cell.merge({ a: 3, inner: new Inner({ n: 5 }) }),
  "merge of a record": (cell) => cell.merge(one),
  "merge of a Map": (cell) => cell.merge(Map({ a: 3 })),
  "merge of entries": (cell) => cell.merge([["a", 3]]),
  mergeIn: (cell) => cell.mergeIn(["inner"], { n: 6 }),
  mergeDeep: (cell) => cell.mergeDeep({ inner: new Inner({ n: 7 }) }),
  mergeWith: (cell) => cell.mergeWith((before, after) => Number(before) + Number(after), { a: 2 }),
  remove: (cell) => cell.remove("a"),
  delete: (cell) => cell.delete("b"),
  clear: (cell) => cell.clear(),
  withMutations: (cell) => cell.withMutations((all) => all.set("a", 8).set("b", all.a)),
  "withMutations that mutates nothing": (cell) => cell.withMutations(() => {}),
  asMutable: (cell) => cell.asMutable().set("a", 8).remove("b").asImmutable(),
  toObject: (cell) => cell.toObject(),
  toJS: (cell) => cell.toJS(),
  toJSON: (cell) => JSON.stringify(cell),
  toSeq: (cell) => List(cell.toSeq().values()),
  "String()": (cell) => String(cell),
  format: (cell) => format(cell),
  iteration: (cell) => [...cell].map(([name, value]) => name + keyOf(value)),
  "equals, of a constant": (cell) => cell.equals(one),
  "equals, of a constant, the other way round": (cell) => one.equals(cell),
  "equals, after a set": (cell) => cell.set("b", 0).equals(one),
  "Immutable.is": (cell) => [is(cell, one), is(one, cell), is(cell, cell.set("a", 1))],
  hashCode: (cell) => cell.hashCode(),
  "membership in a Set": (cell) => Set([one]).has(cell),
  "look-up in a Map": (cell) => Map([[one, 5]]).get(cell, 6),
  "includes of a List": (cell) => List([one]).includes(cell),
  "the copying constructor": (cell) => new Cell(cell).set("b", 1),
  "the constructor of another record": (cell) => new Inner({ n: cell.a }),
  "being put into a List": (cell) => List.of(cell),
  "being put into a Set": (cell) => Set.of(cell, one),
  "being put into a Map": (cell) => Map<unknown, unknown>([["value", cell]]),
  "being a key of a Map": (cell) => Map([[cell, 1]]),
  "being put into a Set, changed": (cell) => Set.of(cell.set("a", 0), cell.set("a", 1)),
  "being put into a field of another record": (cell) => new Cell().set("inner", cell as unknown as Inner),
  "being put into a Bag": (cell) => Bag.of(cell, cell),
};

describe("a record's view cannot be told from the record, and hides no read:", () => {
  test.each(Object.entries(ofCell))("%s", (_how, f) => {
    expectFaithful(
      onCell(f),
      cells.map((cell) => trayWith("cell", cell)),
    );
  });
});

const [m, n] = [new Inner({ n: 1 }), new Inner({ n: 2 })];
const contents = [[], [m], [n], [m, n], [n, m], [m, m], [m, n, m]];

const ofChannel: { readonly [how: string]: (channel: Channel<Inner>) => unknown } = {
  put: (channel) => channel.put(m),
  "put twice": (channel) => channel.put(m).put(n),
  take: (channel) => channel.take(m),
  "take of an equal message": (channel) => channel.take(new Inner({ n: 2 })),
  "put, then take": (channel) => channel.put(n).take(n),
  "take, then put": (channel) => channel.take(m).put(m),
  "take of what is never there": (channel) => channel.take(new Inner({ n: 9 })),
  takeable: (channel) => Set(channel.takeable()),
  "takeable, after a put": (channel) => Set(channel.put(n).takeable()),
  messages: (channel) => channel.put(n).messages().map(format).sort(),
  size: (channel) => [channel.size, channel.put(m).size],
  isEmpty: (channel) => channel.isEmpty(),
  "isEmpty, then put": (channel) => (channel.isEmpty() ? channel.put(m) : channel),
  format: (channel) => format(channel),
  "being a Channel of its kind": (channel) => [channel instanceof Bag, channel instanceof Queue],
  "being put into a List": (channel) => List.of(channel.put(m)),
};

type ChannelCase = [how: string, variable: "bag" | "queue", f: (channel: Channel<Inner>) => unknown];
const channelCases: ChannelCase[] = [
  ...Object.entries(ofChannel).flatMap(([how, f]) => (["bag", "queue"] as const).map((v): ChannelCase => [how, v, f])),
  ["count", "bag", (bag) => [(bag as Bag<Inner>).count(m), (bag as Bag<Inner>).count(n)]],
  ["count, after changes", "bag", (bag) => (bag.put(m).put(n) as Bag<Inner>).count(m)],
];

describe("a channel's view cannot be told from the channel, and hides no read:", () => {
  test.each(channelCases)("%s of a %s", (_how, variable, f) => {
    const domain = contents.map((all) => trayWith(variable, variable === "bag" ? Bag.of(...all) : Queue.of(...all)));
    expectFaithful((state) => {
      const result = f(state[variable]());
      if (!(result instanceof Object && "put" in result)) return result;
      return variable === "bag" ? state.withBag(result as Bag<Inner>) : state.withQueue(result as Queue<Inner>);
    }, domain);
  });
});

describe("a run", () => {
  const readsOf = (f: Under<State>) =>
    whole.observe(f, whole.families.rowOf(whole.instance.initial[0]!)).reads.map(({ domain }) => domain.interner.name);

  test("lists its reads once each, in the order of the first", () => {
    const reads = readsOf((state) => [
      state.cell().b,
      state.bag().size,
      state.spare().b,
      state.cell().a,
      state.cell().b,
      state.bag().size,
    ]);
    expect(reads).toEqual(["cell.b", "bag", "spare.b", "cell.a"]);
  });

  test("does not read again what it has written", () => {
    expect(readsOf((state) => state.withCell(one).cell().sum)).toEqual([]);
    expect(readsOf((state) => state.withCell(state.cell().set("a", 2)).cell().sum)).toEqual(["cell.b"]);
  });

  test.each<[how: string, f: Under<State>]>([
    ["a value", (state) => state.withCell(one).withBag(Bag.of(m))],
    ["some fields", (state) => state.withCell(state.cell().set("a", 1).merge({ b: 2 }).remove("inner"))],
    ["messages", (state) => state.withBag(state.bag().put(m)).withQueue(state.queue().put(n).put(m))],
    ["what was there", (state) => state.withCell(state.cell()).withQueue(state.queue())],
  ])("leaves a slot unread that it only writes: %s", (_how, f) => {
    expect(readsOf(f)).toEqual([]);
  });
});
