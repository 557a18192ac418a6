/**
 * Whether functions treat interchangeable members alike is decided, not sampled: whatever shows in a reachable state is
 * found, however rare that state is, and what shows in none is no fault.
 */

import { Set as ImmutableSet, List } from "immutable";
import { describe, expect, test } from "vitest";
import { FunctionError } from "../../checker/errors.js";
import {
  Bag,
  type Compassion,
  chooseAny,
  disabled,
  type Member,
  model,
  type Property,
  perMember,
  Queue,
  type StateOf,
  scalarset,
  single,
  vocabulary,
} from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { checkSync } from "../../checker/search/check.js";
import type { SearchOptions } from "../../checker/search/options.js";

const SIZE = 3;
const nodes = scalarset("node", { prefix: "N", size: "size" });
type Node = Member<"node">;
type Level = "low" | "high" | "top";
const variables = () => ({
  level: perMember(nodes, "low" as Level),
  mark: perMember(nodes, false),
  leader: single("none"),
  owner: single(null as Node | null),
  turn: single(0),
  known: single(ImmutableSet<Node>()),
  bag: single(Bag.of<Node>()),
  queue: single(Queue.of<Node>()),
});
type State = StateOf<ReturnType<typeof variables>>;
const { action, always, alwaysEventually, alwaysStep, compassion, eventually, goal, leadsTo, noDeadlock, reachable } =
  vocabulary<State>();

const raise = action(
  "Raise",
  { n: nodes },
  (s, { n }) => {
    const up = { low: "high", high: "top" } as const;
    const level = s.level(n);
    return level === "top" ? disabled : s.withLevel(n, up[level]);
  },
  { fair: "weak" },
);
const tick = action("Tick", {}, (s) => (s.turn() < 60 ? s.withTurn(s.turn() + 1) : disabled));
const suspect = (next: (s: State, n: Node) => State | readonly State[] | typeof disabled, domains = { n: nodes }) =>
  action("Suspect", domains, (s, { n }) => next(s, n));
const alone = (next: (s: State) => State | readonly State[] | typeof disabled) => action("Suspect", {}, next);
const named = { says: "", explain: () => "" };

interface Of {
  readonly actions?: readonly unknown[];
  readonly properties?: readonly Property<State>[];
  readonly fairness?: readonly unknown[];
}

function instanceOf({ actions = [], properties = [], fairness = [] }: Of, size: number): Instance {
  const of = {
    ...model({
      name: "nodes",
      about: "",
      parameters: {},
      variables: () => ({}),
      actions: () => [],
      properties: () => [],
    }),
    variables: () => variables(),
    actions: () => [raise, ...actions],
    properties: () => properties,
    fairness: () => fairness,
  } as unknown as AnyModel;
  return new Instance({
    ...of,
    parameters: { size: { kind: "integer", about: "", default: size, min: 1, max: 9 } },
  } as never);
}

function complaint(of: Of, size = SIZE, options: SearchOptions = {}): string | undefined {
  try {
    checkSync(instanceOf(of, size), options);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(FunctionError);
    return (error as Error).message;
  }
}

const waits = (s: State, n: Node) => s.level(n) === "high";
const first = (s: State, is: (n: Node) => boolean) => s.members(nodes).find(is);

describe("a choice by the order of members() is found", () => {
  test.each([2, 3, 4, 6])("where every state shows it, of %i members", (size) => {
    const elect = alone((s) => {
      const n = s.owner() === null ? first(s, (n) => s.level(n) === "low") : undefined;
      return n === undefined ? disabled : s.withOwner(n);
    });
    expect(complaint({ actions: [elect] }, size)).toMatch(
      /^action Suspect, .* does not treat the members of node alike/,
    );
  });

  test("in one rare state only", () => {
    const elect = alone((s) => {
      if (s.turn() !== 53 || s.leader() !== "none") return disabled;
      return s.withLeader(s.level(s.members(nodes)[0]!));
    });
    expect(complaint({ actions: [tick, elect] })).toMatch(/action Suspect, .* does not treat/);
  });

  test("where the first state that the path was learnt on does not show it", () => {
    // With one member that waits, the first is the only one; what is read then is read of two that wait as well.
    const elect = alone((s) => {
      const n = s.leader() === "none" ? first(s, (n) => waits(s, n)) : undefined;
      return n === undefined ? disabled : s.withLeader(s.mark(n) ? "marked" : "plain");
    });
    const mark = suspect((s, n) => (s.mark(n) || s.turn() < 60 ? disabled : s.withMark(n, true)));
    expect(complaint({ actions: [tick, elect, { ...mark, name: "Mark" }] })).toMatch(
      /action Suspect, .* does not treat/,
    );
  });

  const orders = [
    ["low", "high", "top"],
    ["low", "top", "high"],
    ["high", "low", "top"],
    ["high", "top", "low"],
    ["top", "low", "high"],
    ["top", "high", "low"],
  ];
  test.each(orders)("in one order of three that differ: %s, %s, %s", (...order) => {
    const act = alone((s) =>
      s.members(nodes).every((n, i) => s.level(n) === order[i]) && s.turn() === 0 ? s.withTurn(1) : disabled,
    );
    expect(complaint({ actions: [act] })).toMatch(/action Suspect, .* does not treat/);
  });

  test("by the order of a set", () => {
    const know = suspect((s, n) => (s.known().has(n) ? disabled : s.withKnown(s.known().add(n))));
    const pick = alone((s) =>
      s.known().size < 2 || s.owner() !== null ? disabled : s.withOwner(s.known().first() as Node),
    );
    expect(complaint({ actions: [{ ...know, name: "Know" }, pick] })).toMatch(/action Suspect, .* does not treat/);
  });

  test("by the order in which they enter one queue, but not one bag", () => {
    const all = (s: State) => s.members(nodes);
    const toQueue = alone((s) =>
      s.turn() === 0 ? s.withTurn(1).withQueue(all(s).reduce((queue, n) => queue.put(n), s.queue())) : disabled,
    );
    const toBag = alone((s) =>
      s.turn() === 0 ? s.withTurn(1).withBag(all(s).reduce((bag, n) => bag.put(n), s.bag())) : disabled,
    );
    expect(complaint({ actions: [toQueue] })).toMatch(/action Suspect, .* does not treat/);
    expect(complaint({ actions: [toBag] })).toBeUndefined();
  });
});

describe("no fault is found where no reachable state shows one:", () => {
  test("the first of those that wait, of whom there is never more than one", () => {
    const take = suspect((s, n) =>
      s.members(nodes).some((m) => s.mark(m)) || s.owner() !== null ? disabled : s.withMark(n, true),
    );
    const serve = action("Serve", {}, (s) => {
      const n = first(s, (n) => s.mark(n));
      return n === undefined ? disabled : s.withMark(n, false).withOwner(n);
    });
    const of: Of = { actions: [take, serve] };
    expect(complaint(of)).toBeUndefined();
    const [reduced, whole] = [true, false].map((symmetry) => checkSync(instanceOf(of, SIZE), { symmetry }));
    expect(reduced!.distinct).toBeLessThan(whole!.distinct);
  });

  test("a choice that makes no difference", () => {
    const level = alone((s) => {
      const n = first(s, (n) => s.level(n) === "top");
      return n === undefined || s.leader() !== "none" ? disabled : s.withLeader(s.level(n));
    });
    expect(complaint({ actions: [level] })).toBeUndefined();
  });

  test("every choice, by chooseAny", () => {
    const elect = alone((s) =>
      s.owner() !== null ? disabled : chooseAny(s.members(nodes), (n) => (waits(s, n) ? s.withOwner(n) : disabled)),
    );
    const owned = always({ ...named, name: "owner", for: {}, holds: (s) => s.owner() === null || s.turn() < 1 });
    const of: Of = { actions: [tick, elect], properties: [owned] };
    expect(complaint(of)).toBeUndefined();
    const lengths = [true, false].map((symmetry) => checkSync(instanceOf(of, SIZE), { symmetry }).properties[0]!);
    expect(lengths.map(({ verdict }) => verdict)).toEqual(["violated", "violated"]);
  });
});

test("chooseAny returns what follows from each choice, and leaves out what is disabled", () => {
  expect(chooseAny([1, 2, 3], (n) => (n === 2 ? disabled : [n, n * 10]))).toEqual([1, 10, 3, 30]);
  expect(chooseAny(List<number>(), (n) => n)).toEqual([]);
});

describe.each([0, 1, 2])("what names member %i is found:", (i) => {
  const one = nodes.member(i);
  const own = { ...suspect((s, n) => (s.owner() === n ? disabled : s.withOwner(n))), name: "Own" };
  const weak = { ...own, fair: "weak" as const };
  const property = (of: Property<State>): Of => ({ actions: [weak], properties: [of] });
  const assuming = (of: Pick<Compassion<State>, "whenever" | "answered">): Of => ({
    ...property(eventually({ ...named, name: "p", for: {}, holds: (s) => s.turn() > 0 })),
    fairness: [compassion({ ...named, name: "c", for: {}, actions: ["Own"], ...of })],
  });
  test.each<[string, Of, RegExp]>([
    [
      "an action",
      { actions: [suspect((s, n) => (n === one && s.turn() === 0 ? s.withTurn(1) : disabled))] },
      /^action Suspect/,
    ],
    [
      "an action without a binding",
      { actions: [own, alone((s) => (s.owner() === one && s.turn() === 0 ? s.withTurn(1) : disabled))] },
      /^action Suspect/,
    ],
    [
      "an invariant",
      property(always({ ...named, name: "p", for: {}, holds: (s) => s.owner() !== one })),
      /^property "p"/,
    ],
    [
      "an invariant of steps",
      property(alwaysStep({ ...named, name: "p", for: {}, holds: (_before, after) => after.owner() !== one })),
      /^action Own/,
    ],
    [
      "a goal",
      property(reachable({ ...named, name: "p", goals: [goal("g", {}, (s) => s.owner() === one)] })),
      /^goal "g" of property "p"/,
    ],
    [
      "who is stuck",
      {
        ...property(noDeadlock({ ...named, name: "p", stuck: (s) => s.owner() === one })),
        actions: [{ ...own, environment: true }],
      },
      /^property "p"/,
    ],
    [
      "eventually",
      property(eventually({ ...named, name: "p", for: {}, holds: (s) => s.owner() === one })),
      /^property "p"/,
    ],
    [
      "always eventually, with a binding",
      property(
        alwaysEventually({ ...named, name: "p", for: { n: nodes }, holds: (s, { n }) => n === one || s.owner() === n }),
      ),
      /^property "p"/,
    ],
    [
      "what leads to",
      property(leadsTo({ ...named, name: "p", for: {}, from: (s) => s.owner() === one, to: (s) => s.turn() === 0 })),
      /^property "p"/,
    ],
    [
      "an assumption, when it is called for",
      assuming({ whenever: (_, after) => after.owner() === one, answered: () => false }),
      /^an assumption of fairness/,
    ],
    [
      "an assumption, when it is answered",
      assuming({ whenever: () => true, answered: (s) => s.owner() === one }),
      /^an assumption of fairness/,
    ],
  ])("%s", (_what, of, who) => {
    const said = complaint(of);
    expect(said).toMatch(who);
    expect(said).toMatch(/does not treat the members of node alike/);
    expect(said).toMatch(/N\d and N\d exchanged|renamed to/);
    expect(complaint(of, SIZE, { symmetry: false })).toBeUndefined();
  });
});

test("the complaint shows both runs, and what was read", () => {
  const elect = alone((s) => (s.leader() === "none" ? s.withLeader(s.level(s.members(nodes)[0]!)) : disabled));
  expect(
    complaint({ actions: [elect] }, 2)!
      .split("\n")
      .slice(1, 4),
  ).toEqual([
    "  Where leader = none, level[N1] = high, level[N2] = low: it wrote leader = high.",
    "  With N1 and N2 exchanged, it should come to: it wrote leader = high;",
    "  it came to: it wrote leader = low.",
  ]);
});

test("an action that counts its calls is called impure, not asymmetric", () => {
  let calls = 0;
  const count = suspect((s) => (s.turn() < 50 ? s.withTurn(++calls % 50) : disabled));
  expect(complaint({ actions: [count] })).toMatch(/^action Suspect.* is not a pure function of the state: run twice/);
});
