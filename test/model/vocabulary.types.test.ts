/**
 * What the vocabulary refuses, as promises. Most are kept by the compiler: `tsc -p .` compiles this file, and an
 * expected error that does not come is an error. Their bodies are never run. The rest hold at run time, for those who
 * get past the compiler.
 */
import { Record } from "immutable";
import { describe, expect, test } from "vitest";
import {
  Bag,
  choice,
  disabled,
  flag,
  impossible,
  integer,
  type Member,
  model,
  type OrderedMember,
  ordered,
  perMember,
  perPair,
  type ReceiveTable,
  type StateOf,
  scalarset,
  single,
  UsageError,
  type ValuesOf,
  vocabulary,
} from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";

type Page = "Invalid" | "Shared";
type Kind = "Fetch" | "Copy";
class Copy extends Record({ page: "Invalid" as Page, version: 0 }) {}
class Message extends Record({ kind: "Fetch" as Kind }) {}

const parameters = {
  kernels: integer("kernels", { default: 2, min: 1, max: 3 }),
  network: choice("order of delivery", "fifo", "any"),
  ranked: flag("clocks are ordered", false),
};
const kernels = scalarset("kernel", { prefix: "K", size: "kernels" });
const clocks = ordered("clock", { prefix: "C", size: 2, when: ({ ranked }) => ranked === true });
type Kernel = Member<"kernel">;
type Clock = OrderedMember<"clock">;

const variables = () => ({
  copy: perMember(kernels, new Copy()),
  link: perPair(kernels, Bag.of<Message>()),
  tick: perMember(clocks, 0),
  owner: single(null as Kernel | null),
});
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, always, receive, rule } = vocabulary<State>();

const shared = model({
  name: "vocabulary",
  about: "A model to be misused",
  parameters,
  variables,
  actions: () => [],
  properties: () => [],
});

/** Declares a promise that the compiler keeps; the body is never run. */
function refuses(what: string, body: (state: State, i: Kernel, j: Kernel, copy: Copy) => unknown): void {
  test(what, () => expect(body).toBeTypeOf("function"));
}

/** Actions and properties that read no parameters, and so name none in the type of their state. */
const plain = vocabulary<StateOf<ReturnType<typeof variables>>>();

describe("the compiler takes", () => {
  test("actions and properties that read no parameters, in a model that has some", () => {
    const idle = plain.action("Idle", {}, (state) => state);
    const fine = plain.always({ name: "fine", says: "", for: {}, holds: () => true, explain: () => "" });
    expect(model({ ...shared, actions: () => [idle], properties: () => [fine] }).actions).toBeTypeOf("function");
  });
});

describe("the compiler refuses", () => {
  refuses("parameters that the type of the state does not name", () => [
    // @ts-expect-error: no kernels
    plain.action("Count", {}, (state) => (state.parameters.kernels > 1 ? state : disabled)),
  ]);

  type Context = { readonly state: State; readonly at: Kernel };
  type Table = ReceiveTable<Page, Kind, Context, State>;
  const done = rule<Context>("4.2: an answer is kept", ({ state }) => state);
  const never = impossible("4.2: nobody asks for it");
  const axes = { name: "table", rows: ["Invalid", "Shared"], columns: ["Fetch", "Copy"] } as const;

  refuses("a receive table without a cell", (): Table[] => [
    { ...axes, cells: { Invalid: { Fetch: never, Copy: done }, Shared: { Fetch: done, Copy: never } } },
    // @ts-expect-error: Shared × Copy is missing
    { ...axes, cells: { Invalid: { Fetch: never, Copy: done }, Shared: { Fetch: done } } },
    // @ts-expect-error: all of Shared is missing
    { ...axes, cells: { Invalid: { Fetch: never, Copy: done } } },
  ]);

  refuses("a receive table with a row or a column that does not exist", (): Table[] => [
    // @ts-expect-error: no page is Exclusive
    { ...axes, rows: ["Invalid", "Shared", "Exclusive"], cells: { Invalid: never as never, Shared: never as never } },
    // @ts-expect-error: no message is a Nack
    { ...axes, cells: { Invalid: { Fetch: never, Copy: done, Nack: never }, Shared: { Fetch: done, Copy: never } } },
  ]);

  refuses("a misspelt state in a cell", () => [
    rule<Context>("4.2", ({ state, at }) => state.withCopy(at, state.copy(at).set("page", "Shared"))),
    // @ts-expect-error: Shard
    rule<Context>("4.2", ({ state, at }) => state.withCopy(at, state.copy(at).set("page", "Shard"))),
  ]);

  refuses("a receiver whose rows or columns are not the table's", () => {
    const table: Table = { ...axes, cells: { Invalid: never as never, Shared: never as never } };
    const link = {
      channel: (state: State, { from, at }: { from: Kernel; at: Kernel }) => state.link(from, at),
      context: (state: State, { at }: { at: Kernel }) => ({ state, at }),
    };
    const row = (state: State, { at }: { at: Kernel }) => state.copy(at).page;
    const column = (message: Message) => message.kind;
    const ends = { from: kernels, at: kernels };
    return [
      receive("Deliver", ends, { ...link, row, column, table }),
      // @ts-expect-error: no row is Exclusive
      receive("Deliver", ends, { ...link, row: () => "Exclusive", column, table }),
      // @ts-expect-error: no column is Nack
      receive("Deliver", ends, { ...link, row, column: () => "Nack", table }),
    ];
  });

  refuses("a misspelt state or field in a record", (_state, _i, _j, copy) => [
    copy.set("page", "Shared"),
    copy.merge({ page: "Shared", version: 1 }),
    // @ts-expect-error: Shard
    copy.set("page", "Shard"),
    // @ts-expect-error: pgae
    copy.set("pgae", "Shared"),
    // @ts-expect-error: a version is a number
    copy.set("version", "Shared"),
    // @ts-expect-error: Shard
    copy.update("page", () => "Shard"),
    // @ts-expect-error: Shard
    copy.merge({ page: "Shard" }),
    // @ts-expect-error: pgae
    copy.merge({ pgae: "Shared" }),
    // @ts-expect-error: Shard
    new Copy({ page: "Shard" }),
  ]);

  refuses("a comparison with a state that does not exist", (_state, _i, _j, copy) => [
    copy.page === "Shared",
    // @ts-expect-error: no page is Shard
    copy.page === "Shard",
  ]);

  refuses("the assignment of a field", (_state, _i, _j, copy) => {
    // @ts-expect-error: a record is immutable
    copy.page = "Shared";
  });

  refuses("`<` between members of a set", (_state, i, j) => [
    i === j,
    // @ts-expect-error: a member is opaque
    i < j,
    // @ts-expect-error: a member is opaque
    i >= j,
  ]);

  refuses("arithmetic on a member, and its use as an index or a text", (_state, i) => [
    // @ts-expect-error: a member is no number
    i + 1,
    // @ts-expect-error: a member is no number
    -i,
    // @ts-expect-error: a member is no number
    Math.max(i, 0),
    // @ts-expect-error: a member is no place in a list
    ["one", "two"][i],
    // @ts-expect-error: a member is no text
    `${i}`,
  ]);

  refuses("a symbol or a number for a member", (state) => [
    // @ts-expect-error: any symbol
    state.copy(Symbol("K1")),
    // @ts-expect-error: an index
    state.copy(0),
  ]);

  refuses("`precedes` for members of a scalarset", (state, i, j) => [
    (a: Clock, b: Clock) => state.precedes(a, b),
    // @ts-expect-error: kernels are interchangeable
    state.precedes(i, j),
    // @ts-expect-error: a kernel and a clock have no order
    (clock: Clock) => state.precedes(clock, i),
  ]);

  refuses("a member of one set for a member of another", (state, i) => [
    (clock: Clock) => state.tick(clock),
    // @ts-expect-error: ticks are indexed by clocks
    state.tick(i),
    // @ts-expect-error: an owner is a kernel
    (clock: Clock) => state.withOwner(clock),
    // @ts-expect-error: they are never equal
    (clock: Clock) => clock === i,
  ]);

  refuses("a value of the wrong type for a writer", (state, i, _j, copy) => [
    state.withCopy(i, copy),
    // @ts-expect-error: a copy is a record
    state.withCopy(i, "Shared"),
    // @ts-expect-error: a link is a channel
    state.withLink(i, i, copy),
    // @ts-expect-error: an owner may be null, not undefined
    state.withOwner(undefined),
  ]);

  refuses("the wrong number of indices", (state, i, j, copy) => [
    [state.copy(i), state.link(i, j), state.owner()],
    // @ts-expect-error: which copy?
    state.copy(),
    // @ts-expect-error: a copy is one kernel's
    state.copy(i, j),
    // @ts-expect-error: a link has two ends
    state.link(i),
    // @ts-expect-error: there is one owner
    state.owner(i),
    // @ts-expect-error: which copy?
    state.withCopy(copy),
    // @ts-expect-error: of which value?
    state.withCopy(i),
  ]);

  refuses("a variable that does not exist, and writing to a state in place", (state, i, _j, copy) => {
    // @ts-expect-error: there are no pages
    state.page(i);
    // @ts-expect-error: states are immutable
    state.copy = () => copy;
  });

  refuses("a name that is not bound", () => [
    action("App_Read", { at: kernels }, (state, { at }) => state.withOwner(at)),
    // @ts-expect-error: it is called at
    action("App_Read", { at: kernels }, (state, { from }) => state.withOwner(from)),
    always({
      ...{ name: "SWMR", says: "", explain: () => "" },
      for: { at: kernels },
      // @ts-expect-error: it is called at
      holds: (state, { from }) => state.copy(from).page === "Invalid",
    }),
  ]);

  refuses("an action that forgets to return a state", () => [
    action("App_Read", { at: kernels }, (state, { at }) => (state.owner() ? disabled : state.withOwner(at))),
    // @ts-expect-error: nothing is returned if there is an owner
    action("App_Read", { at: kernels }, (state, { at }) => {
      if (state.owner() === null) return state.withOwner(at);
    }),
    // @ts-expect-error: a value is no state
    action("App_Read", { at: kernels }, (state, { at }) => state.copy(at)),
  ]);

  refuses("a parameter's value that it cannot have, and a parameter that does not exist", (state) => [
    state.parameters.network === "fifo",
    // @ts-expect-error: fifo or any
    state.parameters.network === "lifo",
    // @ts-expect-error: kernels are counted
    state.parameters.kernels === "three",
    // @ts-expect-error: ranked is a flag
    state.parameters.ranked === "yes",
    // @ts-expect-error: there is none
    state.parameters.delays,
    // @ts-expect-error: fifo or any
    model({ ...shared, defaults: () => ({ network: "lifo" }) }),
  ]);

  refuses("an action of another model", () => {
    const act = action("App_Read", { at: kernels }, (state, { at }) => state.withOwner(at));
    const own = { name: "other", about: "", parameters, properties: () => [] };
    return [
      model({ ...own, variables, actions: () => [act] }),
      // @ts-expect-error: its states have no owner
      model({ ...own, variables: () => ({ pages: single(0) }), actions: () => [act] }),
    ];
  });
});

describe("at run time", () => {
  const [i, j] = [kernels.member(0), kernels.member(1)];
  const state = (given = {}) => {
    const instance = new Instance(shared, given);
    return instance.stateOf(instance.initial[0]!) as unknown as State;
  };

  test("members compared with `<` throw, and so does arithmetic", () => {
    const [a, b] = [i, j] as unknown as [number, number];
    expect(() => a < b).toThrow(TypeError);
    expect(() => a + b).toThrow(TypeError);
    expect(() => `${a}`).toThrow(TypeError);
  });

  test("`precedes` orders the members of an ordered set", () => {
    const ranked = state({ ranked: true });
    const [first, second] = [clocks.member(0), clocks.member(1)];
    expect(ranked.precedes(first, second)).toBe(true);
    expect(ranked.precedes(second, first)).toBe(false);
    expect(ranked.precedes(first, first)).toBe(false);
  });

  test("`precedes` throws for members of two sets", () => {
    const ranked = state({ ranked: true });
    expect(() => ranked.precedes(clocks.member(0), i as never)).toThrow(
      "C1 is a member of clock, and K1 of kernel: precedes compares members of one set",
    );
  });

  test("`precedes` throws where the parameters leave members interchangeable", () => {
    expect(() => state({ ranked: false }).precedes(clocks.member(0), clocks.member(1))).toThrow(
      /clock.*interchangeable/,
    );
    expect(() => state().precedes(i as never, j as never)).toThrow(/kernel.*interchangeable/);
  });

  test("a reader refuses a member of another set, one beyond the size, and a pair of a member with itself", () => {
    expect(() => state().copy(clocks.member(0) as never)).toThrow("copy is indexed by kernel");
    expect(() => state().copy(state().members as never)).toThrow(
      "copy is indexed by kernel, not by a function, members",
    );
    expect(() => state({ kernels: 2 }).copy(kernels.member(2))).toThrow("copy is indexed by kernel");
    expect(() => state().link(i, i)).toThrow("from a kernel to itself");
  });

  test("a `choice` refuses other words and lists those that it takes", () => {
    expect(() => new Instance(shared, { network: "lifo" })).toThrow(UsageError);
    expect(() => new Instance(shared, { network: "lifo" })).toThrow("--network takes one of fifo, any, not lifo");
  });

  test("an `integer` names its bounds, a `flag` its two forms, and an unknown parameter those that exist", () => {
    expect(() => new Instance(shared, { kernels: 4 })).toThrow("--kernels takes an integer from 1 to 3, not 4");
    expect(() => new Instance(shared, { ranked: "yes" })).toThrow("give --ranked or --no-ranked, not yes");
    expect(() => new Instance(shared, { delays: 1 })).toThrow(
      /no parameter called delays; it has kernels, network, ranked/,
    );
  });
});
