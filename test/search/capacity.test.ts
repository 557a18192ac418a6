/** Channels with a capacity: what overflows fails an assertion, or is not enabled, as the naive explorer has it. */
import { Record } from "immutable";
import { describe, expect, test } from "vitest";
import { descriptionOf } from "../../checker/cli/commands/describe.js";
import { Session } from "../../checker/explorer/session.js";
import {
  Bag,
  type Channel,
  disabled,
  type Member,
  model,
  type Overflow,
  type Property,
  perMember,
  perPair,
  Queue,
  type StateOf,
  scalarset,
  single,
  vocabulary,
} from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { statusOf } from "../../checker/reports/exit-status.js";
import { plain } from "../../checker/reports/terminal.js";
import { checkSync } from "../../checker/search/check.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { randomSearchAlone } from "../../checker/search/random/random-search.js";
import { replay } from "../../traces/replay/replay.js";
import { lengthOf } from "../../traces/trace.js";
import { exceptRelease } from "../support/extent.js";
import { explore } from "../support/naive-explorer.js";
import { violatedLiveness } from "../support/naive-liveness.js";
import { nameOfWay, PLAIN, REDUCED, searchBy, WAYS } from "../support/search-ways.js";

const peers = scalarset("peer", { prefix: "P", size: 2 });
type Peer = Member<"peer">;
class Message extends Record({ kind: "Ping" as "Ping" | "Pong", about: null as Peer | null }) {}
const [ping, pong] = [new Message(), new Message({ kind: "Pong" })];

/** One way of each kind; before a release every way that there is. */
const SOME_WAYS = exceptRelease(
  [PLAIN, REDUCED, { ...REDUCED, threads: 2 as const }, { ...PLAIN, spilled: true }, ...WAYS],
  (_, i) => i > 3,
);

interface Bounds {
  readonly of: "bag" | "queue";
  readonly capacity: number;
  readonly overflow: Overflow | undefined;
  /** What becomes of too many messages in the inbox that all share, which holds one. */
  readonly shared: Overflow;
}

const variablesOf = ({ of, capacity, overflow, shared }: Bounds) => {
  const empty: Channel<Message> = of === "bag" ? Bag.of<Message>() : Queue.of<Message>();
  return {
    link: perPair(peers, empty, { capacity, ...(overflow === undefined ? {} : { overflow }) }),
    inbox: single(Queue.of<Message>(), { capacity: 1, overflow: shared }),
    at: perMember(peers, "idle" as "idle" | "busy"),
  };
};
type State = StateOf<ReturnType<typeof variablesOf>>;
const { action, always, alwaysEventually, leadsTo, noDeadlock, receive, rule } = vocabulary<State>();

/** Sends one message or two: of a list, only the step that would overflow is left out. */
const send = action("Send", { from: peers, to: peers }, (s, { from, to }) => {
  if (from === to || s.at(from) === "busy") return disabled;
  const one = s.link(from, to).put(ping);
  return [s.withLink(from, to, one), s.withLink(from, to, one.put(pong))];
});
/** Puts into the shared inbox what it takes out of a link: two channels with a capacity in one step. */
const next = rule<{ s: State; at: Peer }>("it tells", ({ s, at }) =>
  s.withAt(at, "busy").withInbox(s.inbox().put(new Message({ about: at }))),
);
const stalls = rule<{ s: State; at: Peer }>("it waits", () => disabled);
const back = rule<{ s: State; at: Peer }>("it answers", ({ s, at }) =>
  s.withLink(at, s.others(at)[0]!, s.link(at, s.others(at)[0]!).put(pong)).withAt(at, "idle"),
);
const hear = receive(
  "Hear",
  { from: peers, at: peers },
  {
    channel: (s, { from, at }) => s.link(from, at),
    table: {
      name: "peer",
      rows: ["idle", "busy"] as const,
      columns: ["Ping", "Pong"] as const,
      cells: { idle: { Ping: next, Pong: next }, busy: { Ping: stalls, Pong: back } },
    },
    row: (s, { at }) => s.at(at),
    column: ({ kind }: Message) => kind,
    context: (s, { at }) => ({ s, at }),
  },
  { fair: "weak" },
);
const clear = action(
  "Clear",
  {},
  (s) => {
    const first = s.inbox().takeable()[0] as Message | undefined;
    return first === undefined ? disabled : s.withInbox(s.inbox().take(first)).withAt(first.about!, "idle");
  },
  { fair: "weak" },
);

const shape = { says: "", explain: () => "" };
const mayAnswer = (s: State) => s.members(peers).some((at) => s.enabled(hear, { at }));
const properties: readonly Property<State>[] = [
  always({
    ...shape,
    name: "within",
    for: { i: peers, j: peers },
    holds: (s, { i, j }) => i === j || s.link(i, j).size <= 2,
  }),
  always({ ...shape, name: "can send", for: { i: peers }, holds: (s, { i }) => s.enabled(send, { from: i }) }),
  always({ ...shape, name: "can hear", for: {}, holds: (s) => s.inbox().isEmpty() || mayAnswer(s) }),
  noDeadlock({ name: "no deadlock", says: "", stuck: () => true, explain: () => "" }),
];
const live: readonly Property<State>[] = [
  leadsTo({
    ...shape,
    ...{ name: "gets idle", for: { i: peers } },
    from: (s, { i }) => s.at(i) === "busy",
    to: (s, { i }) => s.at(i) === "idle",
  }),
  alwaysEventually({
    ...shape,
    name: "again busy",
    for: {},
    holds: (s) => s.members(peers).some((i) => s.at(i) === "busy"),
  }),
];

const made = (bounds: Bounds, of: readonly Property<State>[] = properties): AnyModel =>
  model({
    ...{ name: "peers", about: "", parameters: {} },
    variables: () => variablesOf(bounds),
    actions: () => [send, hear, clear],
    properties: () => of,
  });
const violatedIn = ({ properties }: Outcome) =>
  new Map(properties.flatMap(({ name, trace }) => (trace === undefined ? [] : [[name, lengthOf(trace)] as const])));

describe.each<Bounds>([
  { of: "bag", capacity: 2, overflow: "block", shared: "block" },
  { of: "queue", capacity: 1, overflow: "block", shared: "block" },
])("channels that block: a $of of $capacity", (bounds) => {
  const expected = explore({ model: made(bounds), parameters: {} });
  const make = () => new Instance(made(bounds));

  test("are what the naive explorer makes of them, in every way to search", () => {
    expect(expected.violated.size).toBeGreaterThan(1);
    const ways = bounds.of === "bag" ? SOME_WAYS : [PLAIN, REDUCED];
    for (const way of ways) {
      const { outcome } = searchBy(make, way, 20, { audit: 1 });
      const name = nameOfWay(way);
      if (way.search === "bfs") expect(violatedIn(outcome), name).toEqual(expected.violated);
      else expect(new Set(violatedIn(outcome).keys()), name).toEqual(new Set(expected.violated.keys()));
      if (way.symmetry) continue;
      expect([outcome.distinct, outcome.generated], name).toEqual([expected.distinct, expected.generated]);
    }
  });

  test("decide liveness as the naive graph has it", () => {
    const of = made(bounds, live);
    const expectedLive = violatedLiveness({ model: of, parameters: {} });
    expect(expectedLive.size).toBeGreaterThan(0);
    for (const symmetry of [true, false])
      expect(new Set(violatedIn(checkSync(new Instance(of), { symmetry })).keys())).toEqual(expectedLive);
  });

  test("are printed with the verdict, and random walks keep within them", async () => {
    const words = [
      `link blocks at ${bounds.capacity}: a step that would leave more there is not enabled`,
      "inbox blocks at 1: a step that would leave more there is not enabled",
    ];
    expect(checkSync(make()).assumptions).toEqual(expect.arrayContaining(words));
    const random = await randomSearchAlone(make(), { search: "random", seed: 1, walks: 5, maxDepth: 200 });
    expect(random.assumptions).toEqual(expect.arrayContaining(words));
    expect(random.properties.find(({ name }) => name === "within")!.verdict).toBe("incomplete");
  });
});

describe.each<Bounds>([
  { of: "bag", capacity: 2, overflow: undefined, shared: "block" },
  { of: "queue", capacity: 3, overflow: "error", shared: "block" },
  { of: "bag", capacity: 2, overflow: "block", shared: "error" },
])("channels that may not overflow: a $of of $capacity, $overflow, $shared", (bounds) => {
  const of = made(bounds, properties.slice(0, 1));
  const make = () => new Instance(of);
  const { failedAt } = explore({ model: of, parameters: {} });
  const full =
    bounds.shared === "error"
      ? "inbox is within its capacity of 1"
      : `link is within its capacity of ${bounds.capacity}`;

  test("are violated by a shortest run to the step that overflows, in every way to search", () => {
    expect(failedAt).toBeGreaterThan(0);
    const ways = bounds.overflow === undefined ? SOME_WAYS : [PLAIN, REDUCED];
    for (const way of ways) {
      const { outcome } = searchBy(make, way, 4);
      const failed = outcome.properties.find(({ kind }) => kind === "no failed assertion")!;
      expect(failed.verdict, nameOfWay(way)).toBe("violated");
      expect(failed.explanation).toContain(`fails the assertion "${full}"`);
      expect(statusOf(outcome)).toBe(12);
      if (way.search === "bfs") expect(lengthOf(failed.trace!), nameOfWay(way)).toBe(failedAt! + 1);
      // The run is followed again by the plain functions.
      expect(replay(new Instance(of), failed.trace!)).toMatchObject({ difference: undefined });
    }
  });

  test("are violated at random, too, with no property listed", async () => {
    const bare = new Instance(made(bounds, []));
    const random = await randomSearchAlone(bare, { search: "random", seed: 1, walks: 20, maxDepth: 50 });
    expect(random.properties.map(({ kind, verdict }) => `${kind} ${verdict}`)).toEqual([
      "no failed assertion violated",
    ]);
  });
});

test("a capacity that no step exceeds is said to hold", () => {
  const once = action("Once", {}, (s) => (s.inbox().isEmpty() ? s.withInbox(s.inbox().put(ping)) : disabled));
  const of = model({
    ...{ name: "one", about: "", parameters: {} },
    variables: () => variablesOf({ of: "bag", capacity: 1, overflow: "error", shared: "error" }),
    actions: () => [once],
    properties: () => [],
  });
  const outcome = checkSync(new Instance(of as AnyModel));
  expect(outcome.properties.map(({ kind, verdict }) => `${kind} ${verdict}`)).toEqual(["no failed assertion holds"]);
  expect(outcome.distinct).toBe(2);
});

test("describe tells capacities, and the explorer does not offer a step that a capacity blocks", () => {
  const bounds: Bounds = { of: "queue", capacity: 1, overflow: "block", shared: "error" };
  const told = descriptionOf(new Instance(made(bounds)), plain);
  expect(told).toContain("link   at most 1  a step that would leave more is not enabled");
  expect(told).toContain("inbox  at most 1  more is a failed assertion");
  const session = new Session(new Instance(made(bounds)), { memory: 1e10 });
  const names = () => session.view().enabled.map(({ name }) => name);
  // Of the two next states of a Send, one would overflow.
  expect(names().filter((name) => name.startsWith("Send"))).toHaveLength(2);
  session.do({ do: "take", choice: 0 });
  expect(names().filter((name) => name.startsWith("Send"))).toHaveLength(1);
});

describe("refuses", () => {
  const refused = (variables: () => unknown) => () =>
    new Instance(
      model({
        ...{ name: "m", about: "", parameters: {} },
        variables,
        actions: () => [],
        properties: () => [],
      } as never),
    );
  test.each<[string, unknown, RegExp]>([
    ["no integer", single(Bag.of(), { capacity: 1.5 }), /capacity of v is 1.5/],
    ["no room at all", single(Bag.of(), { capacity: 0 }), /capacity of v is 0/],
    [
      "an unknown word",
      single(Bag.of(), { capacity: 1, overflow: "lose" as never }),
      /overflow of v is the text "lose"/,
    ],
    ["what holds no channel", single(3, { capacity: 1 } as never), /v has a capacity, and holds 3/],
    ["too many messages at first", single(Queue.of(1, 2), { capacity: 1 }), /v holds 2 messages in an initial state/],
  ])("%s", (_, variable, message) => {
    expect(refused(() => ({ v: variable }))).toThrow(message);
  });

  test("what is written into it and is no channel", () => {
    const wrong = action("Wrong", {}, (s) => s.withInbox(null as never));
    const of = { ...made({ of: "bag", capacity: 1, overflow: "block", shared: "error" }), actions: () => [wrong] };
    const { properties } = checkSync(new Instance(of as never));
    expect(properties.find(({ kind }) => kind === "no error")!.explanation).toMatch(
      /inbox has a capacity, and was written with null/,
    );
  });
});
