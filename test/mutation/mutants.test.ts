/** What each kind of mutant does, against what was written by hand: on one state, by the plain functions. */
import { Set } from "immutable";
import { expect, test } from "vitest";
import { Bag } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { successorsOf } from "../../checker/model/reference.js";
import { format } from "../../checker/model/value.js";
import { MUTANT_KINDS, type MutantKind, questionOf } from "../../checker/mutation/mutant.js";
import { naiveMutex } from "../../spec/toy/naive-mutex.js";
import { instanceOf, mutantThat, surveyed } from "./surveyed.js";
import { Message, Node, nodes, type State, stamps, turns } from "./turns.js";

const three = { nodes: 3 };
const [N1, N2, N3] = [nodes.member(0), nodes.member(1), nodes.member(2)];
const [early, late] = [stamps.at(1), stamps.at(3)];

/** Returns what the steps of one action lead to from a state: the places that they change, but for the message. */
function stepsFrom(instance: Instance, action: string, make: (state: State) => State): string[] {
  const state = make(instance.stateOf(instance.initial[0]!) as unknown as State);
  const values = instance.valuesOf(state as never);
  return [...successorsOf(instance, values)]
    .filter((step) => step.instance.action.name === action)
    .map(({ next, instance: { takes } }) => {
      const changed = instance.layout.slots.flatMap(({ name }, slot) => {
        const [before, after] = [format(values[slot]), format(next![slot])];
        return before === after || slot === takes ? [] : [`${name} = ${after}`];
      });
      return changed.join(", ") || "no change";
    });
}

const only = (kind: "Yes" | "No") => Bag.of(new Message({ kind }));
const request = (stamp: typeof early) => Bag.of(new Message({ kind: "Ask", stamp }));
const asker = (stamp: typeof early, ...awaited: (typeof N1)[]) =>
  new Node({ at: "Asking", stamp, asked: true, awaiting: Set(awaited) });

/** N1 has asked, and nobody else does. */
const asked = (state: State) => state.withLink(N1, N2, request(early));
/** N1 has asked before N2, which gets its message. */
const both = (state: State) => asked(state).withNode(N2, asker(late, N1));
/** The same, but N2 has the turn. */
const holding = (state: State) => asked(state).withNode(N2, new Node({ at: "Holding", stamp: late }));
/** N1 has asked both others, and N2 says Yes. */
const answered = (state: State) => state.withNode(N1, asker(early, N2, N3)).withLink(N2, N1, only("Yes"));
/** The same, and N3 has said so before. */
const granted = (state: State) => state.withNode(N1, asker(early, N2)).withLink(N2, N1, only("Yes"));
const turned = (state: State) => state.withNode(N1, new Node({ at: "Holding", stamp: early }));
/** Only N1 can ask. */
const alone = (state: State) =>
  [N2, N3].reduce((next, node) => next.withNode(node, new Node({ at: "Holding" })), state);
/** The same, but it has had the turn with a stamp that the clock is behind. */
const past = (state: State) => alone(state).withNode(N1, new Node({ past: stamps.floor(late) }));

const [YES, NO] = ["link[N2][N1] = {Yes}", "link[N2][N1] = {No}"];
const ASKS = "node[N1] = Asking t2 asked awaits N2, N3";
const [TO2, TO3, CLOCK] = ["link[N1][N2] = {Ask t2 first}", "link[N1][N3] = {Ask t2 first}", "clock = t2"];
const whole = [ASKS, TO2, TO3, CLOCK].join(", ");

type Case = readonly [
  kind: MutantKind,
  where: string,
  says: string,
  action: string,
  from: (state: State) => State,
  original: readonly string[],
  mutant: readonly string[],
];

// biome-ignore format: it is to be read as a table
const cases: readonly Case[] = [
  ["drop-send", "cell Idle × Ask", "the receiver does not send Yes to the sender", "Receive", asked, [YES], ["no change"]],
  // Of a message to all others, one is not sent: any.
  ["drop-send", "action Ask", "node at does not send Ask(stamp t, first) to another node", "Ask", alone,
    [whole], [[ASKS, TO3, CLOCK].join(", "), [ASKS, TO2, CLOCK].join(", ")]],
  ["other-message", "cell Idle × Ask", "the receiver sends No instead of Yes to the sender", "Receive", asked, [YES], [NO]],
  ["other-message", "action Ask", "node at sends Ask(stamp t) instead of Ask(stamp t, first) to another node", "Ask", alone,
    [whole], [[ASKS, "link[N1][N2] = {Ask t2}", TO3, CLOCK].join(", "), [ASKS, TO2, "link[N1][N3] = {Ask t2}", CLOCK].join(", ")]],
  ["other-addressee", "cell Idle × Ask", "the receiver sends Yes to another node than the sender", "Receive", asked,
    [YES], ["link[N2][N3] = {Yes}"]],
  ["swap-ends", "cell Idle × Ask", "Yes goes from the sender to the receiver, and not the other way", "Receive", both,
    ["link[N2][N1] = {Yes}"], ["link[N2][N1] = {Yes}"]],
  ["swap-ends", "cell Asking × Yes", "node[to].friend becomes to instead of from", "Receive", granted,
    ["node[N1] = Holding t1 asked friend N2"], ["node[N1] = Holding t1 asked friend N1"]],
  ["skip-state", "cell Asking × Yes", "node[to].at stays as it is instead of becoming Holding", "Receive", granted,
    ["node[N1] = Holding t1 asked friend N2"], ["node[N1] = Asking t1 asked friend N2"]],
  ["keep-field", "cell Asking × Yes", "node[to].awaiting stays as it is", "Receive", answered,
    ["node[N1] = Asking t1 asked awaits N3 friend N2"], ["node[N1] = Asking t1 asked awaits N2, N3 friend N2"]],
  ["keep-field", "action Ask", "node[at].asked stays as it is instead of becoming true", "Ask", alone,
    [whole], [whole.replace("asked", "new")]],
  ["forget-stamp", "action Ask", "clock stays as it is instead of becoming t", "Ask", alone,
    [whole], [[ASKS, TO2, TO3].join(", ")]],
  ["forget-stamp", "action Release", "node[at].past stays as it is instead of becoming a floor", "Release", turned,
    ["node[N1] = Idle - new ≥t1"], ["node[N1] = Idle - new"]],
  ["forget-stamp", "action Ask", "node[at].past is not looked at, and permits everything", "Ask", past,
    [], [`node[N1] = Asking t2 asked awaits N2, N3 ≥t3, ${[TO2, TO3, CLOCK].join(", ")}`]],
  // What is not changed of what was taken for something else stays as it was.
  ["negate-guard", "cell Asking × Yes", "node[to].awaiting is taken to be empty where it is not", "Receive", answered,
    ["node[N1] = Asking t1 asked awaits N3 friend N2"], ["node[N1] = Holding t1 asked awaits N2, N3 friend N2"]],
  ["negate-guard", "cell Asking × Ask", "node[to].stamp and the stamp of the message are taken for each other", "Receive", both,
    [YES], [NO]],
  ["negate-guard", "action Ask", "node[at].asked is taken for the opposite of what it is", "Ask", alone,
    [whole], [whole.replaceAll(" first", "").replace("asked", "new")]],
  ["negate-guard", "action Release", "node[at].at is taken for Holding where it is Asking", "Release", granted,
    [], ["node[N1] = Idle - asked awaits N2 ≥t1"]],
  ["stall", "cell Idle × Ask", "the message waits instead of being handled", "Receive", asked, [YES], []],
  ["stall", "action Release", "it never happens", "Release", turned, ["node[N1] = Idle - new ≥t1"], []],
  ["other-rule", "cell Holding × Ask", "the message is handled as in Idle instead of waiting", "Receive", holding, [], [YES]],
  ["other-rule", "cell Idle × Ask", "the message is handled as in Holding", "Receive", asked, [YES], []],
];

const ofTwo = surveyed(turns);
// Whether all is well with three nodes is no matter here: what they do is.
const ofThree = surveyed(turns, three, { maxStates: 3000 });

test.each(cases)("%s: in %s %s", (kind, where, says, action, from, original, mutant) => {
  const changed = mutantThat([...ofTwo, ...ofThree], where, says);
  expect(changed.kind).toBe(kind);
  expect(stepsFrom(new Instance(turns, three), action, from)).toEqual(original);
  expect(stepsFrom(instanceOf(turns, changed, three), action, from)).toEqual(mutant);
});

test("a variable that is taken for something else, and is not written, keeps its value", () => {
  const mutex = naiveMutex as unknown as AnyModel;
  const changed = mutantThat(surveyed(mutex), "action Test", "locked is taken for the opposite of what it is");
  const firstProcess = () => new Instance(mutex).actions[0]!.binding.i;
  // biome-ignore lint/suspicious/noExplicitAny: a state of another model than the one above
  const locked = (state: any) => state.withLocation(firstProcess(), "test").withLocked(true);
  expect(stepsFrom(new Instance(mutex), "Test", locked)).toEqual([]);
  expect(stepsFrom(instanceOf(mutex, changed), "Test", locked)).toEqual(["location[P1] = set"]);
});

test("every kind has a case", () => {
  const without = Object.keys(MUTANT_KINDS).filter((kind) => !cases.some(([of]) => of === kind));
  expect(without).toEqual([]);
});

test("no two mutants are the same, and each asks a question", () => {
  const questions = ofTwo.map(questionOf);
  expect(Set(questions).size).toBe(questions.length);
  expect(questions).toContain(
    "In cell Idle × Ask, nothing fails if the receiver does not send Yes to the sender. Is the message needed?",
  );
});

test("what is not seen to happen is not changed, and an impossible cell is not filled", () => {
  expect(ofTwo.filter(({ kind }) => kind === "other-addressee")).toEqual([]);
  expect(ofTwo.filter(({ cell }) => cell === "Idle × No" || cell === "Holding × Yes")).toEqual([]);
});
