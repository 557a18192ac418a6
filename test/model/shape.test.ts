/** What is looked at when a model is instantiated, and when its functions write: each mistake has its own message. */
import { Map as ImmutableMap, Record as ImmutableRecord, List } from "immutable";
import { describe, expect, test } from "vitest";
import { LoadError } from "../../checker/errors.js";
import {
  Bag,
  disabled,
  everyCell,
  impossible,
  type Member,
  model,
  oneOf,
  perMember,
  type StateOf,
  scalarset,
  single,
  vocabulary,
} from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { renumber, successorsOf } from "../../checker/model/reference.js";
import { keyOf } from "../../checker/model/value.js";
import { reportOf } from "../../checker/reports/report.js";
import { plain } from "../../checker/reports/terminal.js";
import { checkSync } from "../../checker/search/check.js";
import type { SearchOptions } from "../../checker/search/options.js";
import { randomSearchAlone } from "../../checker/search/random/random-search.js";
import { errorIn } from "../../traces/replay/error-in.js";
import { complaintOf, complaintOfSync } from "../support/thrown.js";

// Authors' mistakes do not compile, which is why these tests take types away.
// biome-ignore lint/suspicious/noExplicitAny: the mistakes are what types would refuse
type Wrong = any;

class Message extends ImmutableRecord({ kind: "Ask" }) {}
class Page extends ImmutableRecord({ at: "I", dirty: false, note: null as unknown }) {}
const nodes = scalarset("node", { prefix: "N", size: 2 });
type Id = Member<"node">;
const variables = () => ({
  page: perMember(nodes, new Page()),
  inbox: perMember(nodes, Bag.of<Message>()),
  count: single(0 as unknown),
});
type State = StateOf<ReturnType<typeof variables>, Record<never, never>>;
const { action, receive, rule, always, alwaysStep, leadsTo, noDeadlock, reachable, goal, compassion } =
  vocabulary<State>();

const ask = action("Ask", { n: nodes }, (state, { n }) =>
  state.inbox(n).size > 0 ? disabled : state.withInbox(n, state.inbox(n).put(new Message()) as Bag<Message>),
);
interface AtNode {
  readonly state: State;
  readonly n: Id;
}
const become = (at: string) =>
  rule<AtNode>(`become ${at}`, ({ state, n }) => state.withPage(n, state.page(n).set("at", at)));
const cells = { I: { Ask: become("S") }, S: { Ask: become("I") } };

interface Parts {
  readonly table?: Wrong;
  readonly row?: (state: State, binding: { readonly n: Id }) => string;
  readonly actions?: readonly Wrong[];
  readonly properties?: Wrong;
  readonly variables?: () => Wrong;
  readonly more?: object;
}

/** A model that is as it must be, but for `parts`. */
function made({ table = {}, row = (s, { n }) => s.page(n).at, actions = [], properties = [], ...of }: Parts): AnyModel {
  const whole = { name: "pages", rows: ["I", "S"], columns: ["Ask"], cells, ...table };
  const taking = () =>
    receive(
      "Take",
      { n: nodes },
      {
        channel: (state, { n }) => state.inbox(n),
        ...{ table: whole as Wrong, row },
        column: (message: Message) => message.kind,
        context: (state: State, { n }: { readonly n: Id }) => ({ state, n }),
      },
    );
  const base = model({
    ...{ name: "wrong", about: "", parameters: {} },
    variables: of.variables ?? variables,
    actions: () => [ask, taking(), ...actions],
    properties: () => properties,
  } as Wrong);
  return { ...(base as Wrong), ...of.more };
}

const next = (name: string, does: (state: State) => Wrong) => action(name, {}, does as Wrong);
const shape = { says: "", for: {}, explain: () => "" };

test("a model that is as it must be is taken", () => {
  expect(
    checkSync(new Instance(made({ more: { headline: { page: "at" }, heldBack: { page: ["note"] } } }))).distinct,
  ).toBe(10);
});

/** Looks at every state by the reference semantics, and asks every property of it. Returns the number of states. */
function walkAll(instance: Instance): number {
  const seen = new Set<string>();
  const left = [...instance.initial];
  for (const values of left) {
    const error = errorIn(instance, values, undefined, false);
    if (error !== undefined) throw new Error(error);
  }
  for (let values = left.pop(); values; values = left.pop()) {
    const key = values.map((value) => keyOf(value)).join(" ");
    if (seen.has(key)) continue;
    seen.add(key);
    for (const step of successorsOf(instance, values)) {
      if (step.threw !== undefined) throw new Error(step.threw);
      if (step.next === undefined) continue;
      const next = renumber(step.next);
      const error = errorIn(instance, next, step, false);
      if (error !== undefined) throw new Error(error);
      left.push(next);
    }
  }
  return seen.size;
}

describe("is refused when the model is instantiated:", () => {
  const table = (of: object): Parts => ({ table: of });
  const named = (name: string) => next(name, () => disabled);
  const property = (of: object): Parts => ({
    properties: [{ kind: "invariant", name: "p", says: "", domains: {}, ...of }],
  });
  const initially = (value: unknown): Parts => ({ variables: () => ({ ...variables(), extra: single(value) }) });
  const cases: [string, Parts, RegExp][] = [
    ["a missing cell", table({ cells: { ...cells, S: {} } }), /table "pages" has no cell S × Ask\n {2}Give a rule/],
    ["a missing row", table({ cells: { I: cells.I } }), /has no cells for its row S\n/],
    ["a misspelt row", table({ cells: { I: cells.I, Sh: cells.S } }), /no cells for its row S; it has some for Sh\n/],
    ["a misspelt column", table({ cells: { ...cells, S: { ask: 0 } } }), /no cell S × Ask; it has some for ask/],
    ["a cell that is no rule", table({ cells: { ...cells, S: { Ask: () => 1 } } }), /has a function, Ask as its cell S × Ask/],
    ["a row that is there twice", table({ rows: ["I", "S", "I"] }), /has I twice among its rows/],
    ["no columns", table({ columns: [] }), /columns of the receive table "pages" is a plain array, \[\]/],
    ["an initial state that is no row", table({ rows: ["S"] }), /initial state Take\(N1\) is in the text "I", which is no row of the receive table "pages"\n {2}There are S\./],
    ["a message of no column", { variables: () => ({ ...variables(), inbox: perMember(nodes, Bag.of(new Message({ kind: "Tell" }))) }) }, /inbox\[N1\] holds a message of the kind the text "Tell", which is no column/],
    ["a channel that is none", { variables: () => ({ ...variables(), inbox: perMember(nodes, 0) }) }, /inbox\[N1\] holds 0, which is no channel, and Take takes/],
    ["the table that is described", { more: { table: () => ({ rows: ["I"], columns: ["A"], cells: {} }) } }, /the table of wrong has no cells for its row I/],
    ["a goal of another table", { properties: [reachable({ name: "r", says: "", goals: everyCell({ name: "other", rows: ["I"], columns: ["Ask"], cells: { I: cells.I } }) })] }, /goal "I × Ask" of "r" is about the receive table "other", by which no action receives/],
    ["a goal of a cell that is none", { properties: [reachable({ name: "r", says: "", goals: [{ label: "x", table: "pages", anyCellOf: ["M × Ask"] }] })] }, /names M × Ask, and the receive table "pages" has no such cell/],
    ["two actions of one name", { actions: [named("Ask")] }, /wrong has two actions called "Ask"\n {2}Rename one/],
    ["an action without domains", { actions: [(action as Wrong)("A", () => disabled)] }, /action A, declared at .*shape.test.ts:\d+, has as its domains a function\n/],
    ["a cell of a file that imports this one", table({ cells: { ...cells, S: { Ask: undefined } } }), /no cell S × Ask\n {2}Give a rule, or impossible\("why"\)\. If another file declares it, that file may import this one/],
    ["a domain of a file that imports this one", { actions: [(action as Wrong)("A", { n: undefined }, () => disabled)] }, /takes n from undefined\n .* that file may import this one: what is declared later is still undefined then\. Break the circle\.$/],
    ["an action of a file that imports this one", { actions: [undefined] }, /one of the actions of wrong is undefined\n .* Break the circle\.$/],
    ["a property of a file that imports this one", { properties: [undefined] }, /one of the properties of wrong is undefined\n .* Break the circle\.$/],
    ["a variable of a file that imports this one", { variables: () => ({ ...variables(), extra: undefined }) }, /the variable extra of wrong is undefined\n .* Break the circle\.$/],
    ["a domain that is none", { actions: [(action as Wrong)("A", { n: 3 }, () => disabled)] }, /takes n from 3\n/],
    ["an action that is none", { actions: [() => disabled] }, /one of the actions of wrong is a function/],
    ["actions that are no list", { more: { actions: () => undefined } }, /actions of wrong returned undefined/],
    ["two properties of one name", { properties: [always({ ...shape, name: "p", holds: () => true }), noDeadlock({ name: "p", says: "", stuck: () => false, explain: () => "" })] }, /two properties called "p"/],
    ["a property of no kind", property({ kind: "invariants" }), /one of the properties of wrong is a plain object/],
    ["a property without a function", property({ explain: () => "" }), /holds of the property "p" is undefined, not a function/],
    ["properties that are no list", { properties: { p: 1 } }, /properties of wrong returned a plain object/],
    ["two assumptions of one name", { more: { fairness: () => [0, 1].map(() => compassion({ ...{ name: "c", says: "", for: {}, actions: ["Ask"] }, whenever: () => true, answered: () => true })) } }, /two assumptions of fairness called "c"/],
    ["variables that are written by one name", { variables: () => ({ ...variables(), Count: single(0) }) }, /count and Count of wrong would both be written by withCount/],
    ["two members of one name", { variables: () => ({ ...variables(), at: perMember(scalarset("home", { prefix: "N", size: 1 }), 0) }) }, /node and home of wrong both have a member called N1\n {2}Give one of these index sets another prefix/],
    ["a variable that is none", { variables: () => ({ ...variables(), extra: 0 }) }, /the variable extra of wrong is 0\n/],
    ["a headline of no variable", { more: { headline: { pages: "at" } } }, /headline names the variable pages, and there is none: page, inbox, count/],
    ["a headline of no field", { more: { headline: { page: "state" } } }, /headline of page names the field state, and its records have at, dirty, note/],
    ["a headline of no record", { more: { headline: { count: "at" } } }, /headline asks for a field of count, which holds no record, but 0/],
    ["held back by no field", { more: { heldBack: { page: ["held"] } } }, /heldBack of page names the field held/],
    ["an array as a value", initially([1, 2]), /^the initial value of extra is a plain array, \[1,2\], which is no value\n {2}A value is a number/],
    ["an object", initially({ a: 1 }), /extra is a plain object, \{"a":1\}, which/],
    ["a bigint", initially(5n), /extra is a bigint, 5n,/],
    ["a date", initially(new Date(0)), /extra is an object of the class Date,/],
    ["nothing", initially(undefined), /extra is undefined,/],
    ["a function", { variables: () => ({ ...variables(), extra: single(() => 1) }) }, /extra is a function/],
    ["a symbol of its own", initially(Symbol("x")), /extra is a symbol of no index set, Symbol\(x\)/],
    ["a class of one's own", initially(new (class Own {})()), /an object of the class Own/],
    ["an array in a record", initially(new Page({ note: List([ImmutableMap({ k: [] })]) })), /a plain array, \[\], in a map, in a list, in the field note, which/],
    ["an array in a message", initially(Bag.of([])), /a plain array, \[\], in a message,/],
    ["an initial state that is none", { more: { initial: () => [{}] } }, /initial of wrong returned a list with a plain object, \{\}, which is no state/],
  ]; // biome-ignore format: a table
  test.each(cases)("%s", (_, parts, message) => {
    let thrown: unknown;
    try {
      new Instance(made(parts));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(LoadError);
    expect((thrown as Error).message).toMatch(message);
  });

  test("two tables of one name that are not alike; two that are alike are one", () => {
    const second = (rows: readonly string[]) =>
      receive(
        "Second",
        { n: nodes },
        {
          channel: (state, { n }) => state.inbox(n),
          table: { name: "pages", rows, columns: ["Ask"], cells: { ...cells, M: cells.S } } as Wrong,
          row: (state, { n }) => state.page(n).at as never,
          column: (message: Message) => message.kind as never,
          context: (state: State, { n }: { readonly n: Id }) => ({ state, n }),
        },
      );
    expect(() => new Instance(made({ actions: [second(["I", "S", "M"])] }))).toThrow(/two different receive tables/);
    expect(() => new Instance(made({ actions: [second(["I", "S"])] }))).not.toThrow();
  });
});

describe("is told when it is done, in every search and in the reference semantics:", () => {
  const wrote = (does: (state: State) => Wrong): Parts => ({ actions: [next("Do", does)] });
  const judged = (of: object): Parts => ({
    properties: [{ ...always({ ...shape, name: "p", holds: () => true }), ...of }],
  });
  const cases: [string, Parts, RegExp][] = [
    ["a misspelt state", { table: { cells: { ...cells, I: { Ask: become("Sh") } } } }, /^action Take\(N\d\), by its rule for I × Ask \("become Sh"\) at .*shape.test.ts:\d+, wrote page\[N\d\], and now Take\(N\d\) is in the text "Sh", which is no row of the receive table "pages"\. There are I, S\./],
    ["a misspelt kind", wrote((s) => s.members(nodes).map((n) => s.withInbox(n, Bag.of(new Message({ kind: "Tell" }))))), /^action Do, declared at .*shape.test.ts:\d+, wrote inbox\[N\d\], and now inbox\[N\d\] holds a message of the kind the text "Tell", which is no column/],
    ["an array", wrote((s) => s.withCount([1])), /^action Do, declared at .*, wrote into count a plain array, \[1\], which is no value\. A value is/],
    ["undefined", wrote((s) => s.withCount(undefined)), /wrote into count undefined, which is no value/],
    ["an array in a field", wrote((s) => s.members(nodes).map((n) => s.withPage(n, s.page(n).set("note", [1])))), /wrote into page\[N\d\] a plain array, \[1\], in the field note,/],
    ["an object as a message", wrote((s) => s.members(nodes).map((n) => s.withInbox(n, s.inbox(n).put({ kind: "Ask" } as Wrong) as Wrong))), /wrote into inbox\[N\d\] a plain object, \{"kind":"Ask"\}, in a message,/],
    ["no channel", wrote((s) => s.members(nodes).map((n) => s.withInbox(n, 0 as Wrong))), /wrote inbox\[N\d\], and now inbox\[N\d\] holds 0, which is no channel/],
    ["no state", wrote(() => 5), /^action Do, declared at .*, returned 5, which is no state\. Return a state/],
    ["nothing", wrote(() => undefined), /returned undefined: a `return` is missing/],
    ["nothing, as null", wrote(() => null), /returned null, which is no state/],
    ["a list of lists", wrote((s) => [[s.withCount(1)]]), /returned a list with a plain array.*, which is no state/],
    ["a promise", wrote((async (s: State) => s) as Wrong), /returned a promise: an action is no async function/],
    ["a state of another model", wrote(() => new Instance(made({})).stateOf([])), /returned a state of another model/],
    ["undefined for whether it holds", judged({ holds: () => undefined }), /^holds of property "p" \(.*shape\.test\.ts:\d+\) returned undefined, which is no boolean: its `return` is missing\. /],
    ["1 for whether it holds", judged({ holds: () => 1 }), /^holds of property "p" \(.*shape\.test\.ts:\d+\) returned 1, which is no boolean\. /],
    ["a step invariant that says nothing", { properties: [alwaysStep({ ...shape, name: "s", holds: (() => "no") as Wrong })] }, /holds of property "s" \(.*\) returned the text "no"/],
    ["a goal that says nothing", { properties: [reachable({ name: "r", says: "", goals: [goal("g", {}, (() => ({})) as Wrong)] })] }, /the goal "g" of property "r" \(.*\) returned a plain object/],
    ["a deadlock that says nothing", { table: { cells: { ...cells, I: { Ask: impossible("never") } } }, properties: [noDeadlock({ name: "d", says: "", stuck: (() => 0) as Wrong, explain: () => "" })] }, /stuck of property "d" \(.*\) returned 0/],
  ]; // biome-ignore format: a table
  test.each(cases)("%s", async (_, parts, message) => {
    const instance = () => new Instance(made(parts));
    expect(await complaintOf(() => checkSync(instance()))).toMatch(message);
    expect(await complaintOf(() => checkSync(instance(), { search: "dfs", symmetry: false }))).toMatch(message);
    expect(await complaintOf(() => randomSearchAlone(instance(), { search: "random", seed: 1, walks: 50 }))).toMatch(
      message,
    );
    expect(() => walkAll(instance())).toThrow(message);
  });

  test.each([
    [
      "from",
      leadsTo({ ...shape, name: "l", from: (() => 1) as Wrong, to: () => true }),
      /from of property "l" \(.*\) returned 1/,
    ],
    [
      "to",
      leadsTo({ ...shape, name: "l", from: () => true, to: (() => 1) as Wrong }),
      /to of property "l" \(.*\) returned 1/,
    ],
  ])("%s of a leads-to that says nothing", (_, property, message) => {
    expect(complaintOfSync(() => checkSync(new Instance(made({ properties: [property] }))))).toMatch(message);
  });

  test("a row that is made of several fields, of which an action writes one", () => {
    const dirty = action("Dirty", { n: nodes }, (s, { n }) => s.withPage(n, s.page(n).set("dirty", true)));
    const row = (s: State, { n }: { readonly n: Id }) =>
      s.page(n).dirty && s.page(n).at === "S" ? "SD" : s.page(n).at;
    const instance = () => new Instance(made({ row, actions: [dirty] }));
    const looked = complaintOfSync(() => checkSync(instance()));
    expect(looked).toMatch(/Take\(N\d\) is in the text "SD", which is no row/);
    expect(complaintOfSync(() => checkSync(instance(), { search: "dfs" }))).toMatch(/is in the text "SD"/);
  });

  test("and is not counted among what the action has read", () => {
    // Each action writes a field of the page without a look at the page.
    const write = action("Write", { n: nodes, note: oneOf(1, 2, 3) }, (s, { n, note }) =>
      s.withPage(n, s.page(n).set("note", note)),
    );
    const instance = new Instance(made({ actions: [write] }));
    const { fired } = checkSync(instance);
    expect(fired.Write).toBeGreaterThan(0);
    const [writing] = instance.actions.filter(({ action: { name } }) => name === "Write");
    expect([...successorsOf(instance, instance.initial[0]!)].some((each) => each.instance === writing)).toBe(true);
  });
});

describe("a channel that no step takes a message from is named", () => {
  const checked = (actions: Wrong[], search: SearchOptions = {}) =>
    checkSync(
      new Instance(
        model({
          ...{ name: "box", about: "", parameters: {}, variables },
          actions: () => actions,
          properties: () => [],
        }),
      ),
      search,
    );
  const unreceived = (actions: Wrong[], search: SearchOptions = {}) => checked(actions, search).neverReceived;
  const take = action("Take", { n: nodes }, (state, { n }) =>
    state.inbox(n).size === 0
      ? disabled
      : state.withInbox(n, state.inbox(n).take(state.inbox(n).takeable()[0]!) as Bag<Message>),
  );
  const empty = action("Empty", { n: nodes }, (state, { n }) => state.withInbox(n, Bag.of<Message>()));
  const count = next("Count", (state) => (state.count() === 0 ? state.withCount(1) : disabled));

  test("if steps put messages there, and not if a step takes one, or empties it, or if nobody sends", () => {
    expect(unreceived([ask])).toEqual(["inbox"]);
    expect(unreceived([ask], { search: "dfs", symmetry: false })).toEqual(["inbox"]);
    for (const actions of [[ask, take], [ask, empty], [count]]) expect(unreceived(actions)).toEqual([]);
  });

  test("in the report, too", () => {
    const text = reportOf(checked([ask]), { look: plain, given: {}, full: false, replay: new Map() });
    expect(text).toMatch(/^unreceived +inbox: steps put messages there, and none takes one out$/m);
  });
});

describe("0 and -0 are one value", () => {
  const minus = next("Minus", (s) => s.withCount(-0));
  const plus = next("Plus", (s) => s.withCount(s.count() === 0 ? 1 : 0));
  const isZero = always({ ...shape, name: "not minus", holds: (s) => !Object.is(s.count(), -0) });
  const bare = (initial: number, actions: Wrong[]): AnyModel => ({
    ...model({
      ...{ name: "zero", about: "", parameters: {} },
      variables: () => ({ ...variables(), count: single(initial as unknown) }),
      actions: () => actions,
      properties: () => [isZero],
    }),
  });

  test.each([0, -0])("from %d on", (initial) => {
    for (const actions of [[minus], [plus, minus], [minus, plus]]) {
      const instance = new Instance(bare(initial, actions));
      const { distinct, properties } = checkSync(instance, { audit: 1 });
      expect(distinct).toBe(actions.length);
      expect(properties[0]!.verdict).toBe("holds");
      expect(walkAll(instance)).toBe(distinct);
    }
  });

  test("in a record and in a collection, too", () => {
    for (const [zero, other] of [
      [new Page({ note: 0 }), new Page({ note: -0 })],
      [List([0]), List([-0])],
    ] as const) {
      const flip = next("Flip", (s) =>
        s.withCount(s.count() === "begin" ? [zero, other].map((v) => v) && zero : other),
      );
      const instance = new Instance(bare("begin" as never, [flip]));
      expect(checkSync(instance).distinct).toBe(2);
      expect(walkAll(instance)).toBe(2);
    }
  });
});
