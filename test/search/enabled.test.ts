/** `enabled` in functions of a model, compared with what the tests' own semantics says. */
import { describe, expect, test } from "vitest";
import {
  Bag,
  disabled,
  impossible,
  type Member,
  model,
  nameOf,
  oneOf,
  type Property,
  perMember,
  perPair,
  Queue,
  type ReceiveTable,
  type StateOf,
  scalarset,
  single,
  vocabulary,
} from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { checkSync } from "../../checker/search/check.js";
import { lengthOf } from "../../traces/trace.js";
import { explore } from "../support/naive-explorer.js";
import { violatedLiveness } from "../support/naive-liveness.js";
import { nameOfWay, PLAIN, REDUCED, searchBy } from "../support/search-ways.js";

const clients = scalarset("client", { prefix: "C", size: 2 });
type Client = Member<"client">;
type Message = "Ask" | "Bye";
const variables = () => ({
  cache: perMember(clients, "Idle" as "Idle" | "Waits" | "Holds"),
  owner: single<Client | null>(null),
  up: perMember(clients, Bag.of<Message>() as Bag<Message>),
  word: perPair(clients, Queue.of<"hi">() as Queue<"hi">),
});
type State = StateOf<ReturnType<typeof variables>>;
const { action, always, alwaysEventually, alwaysStep, leadsTo, noDeadlock, receive, rule } = vocabulary<State>();

const ask = action("Ask", { c: clients }, (s, { c }) =>
  s.cache(c) === "Idle" ? s.withCache(c, "Waits").withUp(c, s.up(c).put("Ask") as Bag<Message>) : disabled,
);
const leave = action(
  "Leave",
  { c: clients },
  (s, { c }) =>
    s.cache(c) === "Holds" ? s.withCache(c, "Idle").withUp(c, s.up(c).put("Bye") as Bag<Message>) : disabled,
  { fair: "weak" },
);
interface Context {
  readonly s: State;
  readonly c: Client;
}
const table: ReceiveTable<"Free" | "Owned", Message, Context, State> = {
  name: "home",
  rows: ["Free", "Owned"],
  columns: ["Ask", "Bye"],
  cells: {
    Free: {
      // The message that is received has left the channel.
      Ask: rule("grants", ({ s, c }) => (s.up(c).isEmpty() ? s.withOwner(c).withCache(c, "Holds") : disabled)),
      Bye: impossible("nobody leaves what nobody has"),
    },
    Owned: {
      Ask: rule("lets wait", () => disabled),
      Bye: rule("is free", ({ s, c }) => (s.owner() === c ? s.withOwner(null) : disabled)),
    },
  },
};
const serve = receive(
  "Serve",
  { c: clients },
  {
    channel: (s: State, { c }) => s.up(c),
    table,
    row: (s: State) => (s.owner() === null ? "Free" : "Owned"),
    column: (message: Message) => message,
    context: (s: State, { c }): Context => ({ s, c }),
  },
  { fair: "strong" },
);
/** From each client to each other one: a queue that only the first ever fills. */
const greet = action("Greet", { a: clients, b: clients, once: oneOf(true, false) }, (s, { a, b, once }) =>
  a !== b &&
  once &&
  s.cache(a) === "Holds" &&
  s.word(a, b).isEmpty() &&
  s.members(clients).every((c) => s.word(b, c === b ? a : c).isEmpty())
    ? s.withWord(a, b, s.word(a, b).put("hi") as Queue<"hi">)
    : [],
);
const hear = receive(
  "Hear",
  { a: clients, b: clients },
  {
    channel: (s: State, { a, b }) => s.word(a, b),
    table: { name: "ears", rows: ["any"], columns: ["hi"], cells: { any: { hi: rule("hears", (s: State) => s) } } },
    row: () => "any",
    column: () => "hi",
    context: (s: State) => s,
  },
);

const shape = { says: "", for: {}, explain: () => "" };
const each = { ...shape, for: { c: clients } };
const properties: readonly Property<State>[] = [
  always({ ...each, name: "can ask iff idle", holds: (s, { c }) => s.enabled(ask, { c }) === (s.cache(c) === "Idle") }),
  always({ ...shape, name: "someone can ask", holds: (s) => s.enabled(ask) }),
  always({
    ...each,
    name: "who holds can leave",
    holds: (s, { c }) => s.cache(c) !== "Holds" || s.enabled(leave, { c }),
  }),
  always({
    ...each,
    name: "what is there is served",
    holds: (s, { c }) => s.up(c).isEmpty() || s.enabled(serve, { c }),
  }),
  always({ ...shape, name: "no word is heard", holds: (s) => !s.enabled(hear) }),
  always({ ...each, name: "greets its own", holds: (s, { c }) => !s.enabled(greet, { a: c, once: true }) }),
  always({ ...shape, name: "never greets twice", holds: (s) => !s.enabled(greet, { once: false }) }),
  alwaysStep({
    ...each,
    name: "leaving lets others ask",
    holds: (before, after, { c }) =>
      before.cache(c) !== "Holds" || after.cache(c) === "Holds" || after.enabled(ask, { c }),
  }),
  alwaysStep({ ...shape, name: "a step serves nobody next", holds: (_, after) => !after.enabled(serve) }),
  noDeadlock({ name: "no deadlock", says: "", stuck: (s) => !s.enabled(serve), explain: () => "" }),
];
const live: readonly Property<State>[] = [
  leadsTo({
    ...each,
    name: "asked, served",
    from: (s, { c }) => s.cache(c) === "Waits",
    to: (s, { c }) => s.enabled(leave, { c }),
  }),
  alwaysEventually({ ...shape, name: "again free", holds: (s) => !s.enabled(leave) }),
  alwaysEventually({ ...each, name: "again busy", holds: (s, { c }) => s.enabled(leave, { c }) }),
];
const made = (of: readonly Property<State>[], more: readonly unknown[] = []): AnyModel =>
  model({
    name: "clients",
    about: "",
    parameters: {},
    variables,
    actions: () => [ask, leave, serve, greet, hear, ...more] as never,
    properties: () => of,
  });

test("what is enabled is what the tests' own semantics says, in every property of states and steps", () => {
  const expected = explore({ model: made(properties), parameters: {} });
  expect([...expected.violated.keys()].length).toBeGreaterThan(4);
  expect(expected.violated.has("can ask iff idle")).toBe(false);
  for (const way of [PLAIN, REDUCED, { ...REDUCED, threads: 2 as const }, { ...PLAIN, resumed: true }]) {
    const { outcome } = searchBy(() => new Instance(made(properties)), way, 20, { audit: 1 });
    if (!way.symmetry) expect([outcome.distinct, outcome.generated]).toEqual([expected.distinct, expected.generated]);
    for (const { name, verdict, trace } of outcome.properties) {
      const depth = expected.violated.get(name);
      expect(verdict, `${nameOfWay(way)} ${name}`).toBe(depth === undefined ? "holds" : "violated");
      if (depth !== undefined) expect(lengthOf(trace!), `${nameOfWay(way)} ${name}`).toBe(depth);
    }
  }
});

test("liveness asks about what is enabled, too", () => {
  const violated = violatedLiveness({ model: made(live), parameters: {} });
  expect([violated.size > 0, violated.size < live.length]).toEqual([true, true]);
  for (const symmetry of [false, true]) {
    const { properties: found } = checkSync(new Instance(made(live)), { symmetry });
    const names = found.flatMap(({ name, verdict }) => (verdict === "violated" ? [name] : []));
    expect(new Set(names)).toEqual(violated);
  }
});

test("an action may ask in its guard, and a message that no rule receives is no step", () => {
  const bye = action("Bye", { c: clients }, (s, { c }) =>
    s.enabled(serve) || !s.up(c).isEmpty() || s.cache(c) !== "Idle"
      ? disabled
      : s.withUp(c, s.up(c).put("Bye") as Bag<Message>),
  );
  const of = made(properties, [bye]);
  const expected = explore({ model: of, parameters: {} });
  const outcome = checkSync(new Instance(of), { symmetry: false, audit: 1 });
  expect([outcome.distinct, outcome.generated]).toEqual([expected.distinct, expected.generated]);
  const verdicts = new Map(outcome.properties.map(({ name, verdict }) => [name, verdict]));
  expect(verdicts.get("no unspecified reception")).toBe("violated");
  for (const [name, depth] of expected.violated)
    expect([name, verdicts.get(name), depth >= 0]).toEqual([name, "violated", true]);
});

describe("mistakes are told:", () => {
  const told = (holds: (s: State) => boolean, symmetry = true) =>
    checkSync(new Instance(made([always({ ...shape, name: "p", holds })])), { symmetry }).properties.find(
      ({ verdict }) => verdict === "violated",
    )!;

  test("a name that is not bound, a value out of range", () => {
    const asked = told((s) => s.enabled(ask, { d: s.members(clients)[0]! }));
    expect(asked.explanation).toMatch(/^property "p" threw enabled was asked about Ask with d, and it binds c /);
    const strange = told((s) => s.enabled(greet, { once: 1 }));
    expect(strange.explanation).toMatch(
      /^property "p" threw enabled was asked about Greet with a once that it does not/,
    );
  });

  test("what the action throws is thrown by the property that asks", () => {
    const wild = action("Wild", {}, (s) => {
      if (s.owner() !== null) throw new Error("no idea");
      return disabled;
    });
    expect(told((s) => !s.enabled(wild)).explanation).toMatch(/^property "p" threw no idea/);
  });

  test("a function that asks for one member only does not treat members alike", () => {
    const first = (s: State) => !s.enabled(leave, { c: s.members(clients)[0]! });
    expect(() => told(first)).toThrow(/^property "p" does not treat the members of client alike/);
    expect(told(first, false).verdict).toBe("violated");
    expect(() => told((s) => s.members(clients).some((c) => nameOf(c) === "C2" && s.enabled(ask, { c })))).toThrow(
      /alike/,
    );
  });

  test("no variable may be called so", () => {
    const of = { ...made([]), variables: () => ({ enabled: single(0) }), actions: () => [] } as unknown as AnyModel;
    expect(() => new Instance(of)).toThrow(/a variable cannot be called enabled/);
  });
});
