/** Conditions as users type them: what they mean, and what is said of those that cannot be read. */
import { Record, Set } from "immutable";
import { describe, expect, test } from "vitest";
import { parseCondition } from "../../checker/explorer/condition.js";
import { Bag, model, ordinal, perMember, perPair, scalarset, single } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import { releaseTest } from "../support/extent.js";

const nodes = scalarset("node", { prefix: "N", size: 3 });
type Node = ReturnType<typeof nodes.member>;
const stamps = ordinal("t");
class Cell extends Record({
  at: "Idle",
  friends: Set<Node>(),
  next: null as Node | null,
  stamp: null as typeof stamps.first | null,
  full: false,
  count: 0,
}) {}
class Message extends Record({ kind: "Ping", to: null as Node | null }) {}
const [n1, n2, n3] = [0, 1, 2].map((index) => nodes.member(index)) as [Node, Node, Node];
const instance = new Instance(
  model({
    name: "made",
    about: "",
    parameters: {},
    variables: () => ({
      cell: perMember(nodes, new Cell()),
      link: perPair(nodes, Bag.of<Message>()),
      turn: single<Node | null>(n1),
      word: single("go on"),
    }),
    actions: () => [],
    properties: () => [],
    headline: { cell: "at" },
  }),
);
const state = (() => {
  let values = [...instance.initial[0]!];
  const put = (variable: string, members: readonly Node[], value: unknown) => {
    const { layout } = instance;
    values = values.map((old, slot) => (slot === layout.slotOf(layout.familyOf(variable), members) ? value : old));
  };
  const first = stamps.first;
  put("cell", [n1], new Cell({ at: "Busy", friends: Set([n2, n3]), next: n2, stamp: first, full: true, count: 3 }));
  put("cell", [n2], new Cell({ at: "Idle", friends: Set([n1]), stamp: first.justAfter(), count: 5 }));
  put("link", [n1, n2], Bag.of(new Message({ kind: "Ping", to: n3 })));
  return instance.stateOf(values);
})();

test.each<[string, boolean]>([
  ["cell[N1].at = Busy", true],
  ["cell[N1] = Busy", true],
  ["cell[N1] = Idle", false],
  ["cell[N1] != Busy", false],
  ['cell[N1] = "Busy"', true],
  ["cell[N1].friends has N2", true],
  ["cell[N1].friends has N1", false],
  ["cell[N1].friends = {N3, N2}", true],
  ["cell[N1].friends = {N3}", false],
  ["cell[N3].friends = {}", true],
  ["cell[N3].friends is empty", true],
  ["cell[N1].friends is not empty", true],
  ["cell[N1].friends.size = 2", true],
  ["cell[N1].friends.size >= 3", false],
  ["cell[N1].count < cell[N2].count", true],
  ["cell[N1].count <= 3 and cell[N2].count > 4", true],
  ["cell[N1].next = N2", true],
  ["cell[N2].next = –", true],
  ["cell[N2].next = none", true],
  ["cell[N1].next != none", true],
  ["cell[N1].full", true],
  ["not cell[N2].full", true],
  ["cell[N1].full = false", false],
  ["cell[N1].stamp < cell[N2].stamp", true],
  ["cell[N2].stamp <= cell[N1].stamp", false],
  ["cell[N1].stamp < cell[N3].stamp", false],
  ["cell[N3].stamp = –", true],
  ["link[N1,N2] has Ping", true],
  ["link[N1→N2] has Ping", true],
  ["link[N2, N1] has Ping", false],
  ["link[N1,N2] has Pong", false],
  ["link[N1,N2].size = 1", true],
  ["turn = N1", true],
  ["turn = N2", false],
  ['word = "go on"', true],
  ["some k: cell[k] = Busy", true],
  ["every k: cell[k] = Idle", false],
  ["every k in node: cell[k].count < 6", true],
  ["some j, k: cell[j] = Busy and cell[j].friends has k and cell[k] = Idle", true],
  ["some j, k: cell[j] = Busy and cell[k] = Busy", false],
  ["some j, k: link[j,k] has Ping", true],
  ["every j, k: link[j,k] is empty", false],
  ["some j: every k: cell[j].count >= cell[k].count", true],
  ["some k: turn = k and cell[k].full", true],
  ["false or true and false", false],
  ["cell[N1] = Idle or cell[N2] = Idle and turn = N1", true],
  ["(cell[N1] = Idle or cell[N2] = Idle) and turn = N2", false],
  ["not (cell[N1] = Idle) and not not cell[N1].full", true],
])("%s is %s", (text, expected) => {
  // true and false alone are no comparisons.
  if (/^false or/.test(text)) expect(() => parseCondition(text, instance)).toThrow(/a comparison is expected/);
  else expect(parseCondition(text, instance).holds(state)).toBe(expected);
});

test.each([
  ["cell[N1] = Busy", true],
  ["some k: cell[k].next = N1", true],
  ["some k: cell[k] = Busy", false],
  ["turn = none", false],
])("%s: whether it tells a member from others: %s", (text, expected) => {
  expect(parseCondition(text, instance).namesMembers).toBe(expected);
});

describe("what cannot be read is pointed to", () => {
  test.each<[string, RegExp, number]>([
    ["", /something is missing at the end/, 1],
    ["cel[N1] = Busy", /no variable is called cel; there is cell, link, turn, word; did you mean cell\?/, 1],
    ["cell[N9] = Busy", /no node is called N9; there is N1, N2, N3/, 6],
    ["cell[N1].att = Busy", /cell has no field att; it has at, friends.*; did you mean at/, 10],
    ["cell[N1].count.more = 1", /cell\.count has no fields/, 16],
    ["cell[N1].friends.more = 1", /it has size/, 18],
    ["cell = Busy", /say which cell: cell\[N1\]/, 6],
    ["cell[N1", /\] is expected at the end/, 8],
    ["link[N1] is empty", /link has 2 indices/, 8],
    ["cell[N1] = Busy cell", /cell is one word too many/, 17],
    ["cell[N1] = ", /something is missing at the end/, 12],
    ["cell[N1] = Busy and", /something is missing at the end/, 20],
    ["some N1: turn = N1", /N1 is a member already/, 6],
    ["some k in cat: turn = k", /no set is called cat; there is node/, 11],
    ["some k turn = k", /: is expected, not turn/, 8],
    ["turn ? N1", /\? means nothing in a condition/, 6],
    ["(turn = N1", /\) is expected at the end/, 11],
    ["turn is N1", /empty is expected, not N1/, 9],
    ["Busy", /a comparison is expected/, 1],
    ["process.exit()", /no variable is called process/, 1],
  ])("%s", (text, reason, column) => {
    let message = "";
    try {
      parseCondition(text, instance);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(reason);
    expect(message.split("\n").at(-1)).toBe(`  ${" ".repeat(column - 1)}^`);
  });

  test.each([
    ["cell[N1] < Busy", /only numbers, and time stamps/],
    ["cell[N1].stamp = t1", /has no name of its own/],
    ["cell[N1].count is empty", /only sets, lists, maps and channels are empty/],
    ["cell[N1].count has N1", /only sets, lists, maps and channels have something/],
    ["cell[N1].count", /neither true nor false/],
  ])("%s makes no sense of what is there", (text, reason) => {
    expect(() => parseCondition(text, instance).holds(state)).toThrow(reason);
  });
});

test("a word that was never compared is not called one that never occurs", () => {
  const condition = parseCondition("cell[N1].at = Bussy and cell[N2].at = Busi", instance);
  condition.holds(state);
  expect(condition.unseen()).toEqual([
    "cell[N1].at is never Bussy: it is Busy; did you mean Busy?",
    "whether cell[N2].at is Busi was never asked: what stands beside it decided before",
  ]);
});

describe("why a condition never holds is said as far as it is known:", () => {
  const initial = instance.stateOf(instance.initial[0]!);
  test.each<[string, string[]]>([
    ["link[N1,N2] has Pong", ["link[N1,N2] never has Pong: it has Ping; did you mean Ping?"]],
    [
      "cell[N1].friends = {N2, N9}",
      [expect.stringMatching(/^cell\[N1\]\.friends never has N9: it has N2, N3; did you/)],
    ],
    ["cell[N1].next = N9", [expect.stringMatching(/^cell\[N1\]\.next is never N9: it is N2, –; did you mean N2/)]],
    [
      "turn = N1 and cell[N1] = Busy and cell[N2] = Bussy",
      ["cell[N2] was never Bussy where it was asked, which was not in every state: it was Idle"],
    ],
    [
      "(some k: cell[k].friends is not empty and cell[k] = Idol) and turn = N2",
      [
        "(some k: cell[k].friends is not empty and cell[k] = Idol) is false in every one of them",
        "cell[k] was never Idol where it was asked, which was not in every state: it was Busy, Idle; did you mean Idle?",
      ],
    ],
    ["cell[N1].count > 99 and cell[N1].full", ["cell[N1].count > 99 is false in every one of them"]],
    ["cell[N1].full and cell[N1].count > 99", []],
    ["cell[N1].count > 99", []],
  ])("%s", (text, said) => {
    const condition = parseCondition(text, instance);
    expect([state, initial].some((each) => condition.holds(each))).toBe(false);
    expect(condition.unseen()).toEqual(said);
  });
});

releaseTest("a condition is neither nested without end, nor may it take for ever in a state", () => {
  expect(() => parseCondition(`${"not ".repeat(200)}cell[N1].at = Busy`, instance)).toThrow(
    /nested more than 100 deep/,
  );
  const names = Array.from({ length: 40 }, (_, i) => `every v${i}: `).join("");
  expect(() => parseCondition(`${names}cell[v0].at != Nope`, instance).holds(state)).toThrow(
    /more than 1,000,000 comparisons in one state/,
  );
});

test("what a place held is remembered, for words that it never did", () => {
  const condition = parseCondition("(some k: cell[k] = Bussy) or cell[N1].at = Busy", instance);
  condition.holds(state);
  expect(condition.unseen()).toEqual(["cell[k] is never Bussy: it is Busy, Idle; did you mean Busy?"]);
});
