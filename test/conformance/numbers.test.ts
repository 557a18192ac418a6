/** What is known of numbers that the log tells late, or of values that no state holds any more. */
import { Record } from "immutable";
import { describe, expect, test } from "vitest";
import { validate } from "../../checker/conformance/validate.js";
import {
  Bag,
  disabled,
  type Floor,
  model,
  type OrdinalValue,
  ordinal,
  perMember,
  perPair,
  type StateOf,
  scalarset,
  vocabulary,
} from "../../checker/model/index.js";

const stamps = ordinal("t");
const processes = scalarset("process", { prefix: "P", size: 2 });
class Message extends Record({ stamp: null as OrdinalValue | null }) {}
class Holder extends Record({ stamp: null as OrdinalValue | null, passed: stamps.floor() as Floor }) {}
const variables = () => ({
  holder: perMember(processes, new Holder()),
  link: perPair(processes, Bag.of<Message>()),
});
type State = StateOf<ReturnType<typeof variables>>;
const { action } = vocabulary<State>();

/**
 * A process takes a stamp, above all that processes hold, or below; it tells it, and forgets it, or its clock as well.
 */
const holders = model({
  name: "holders",
  about: "processes that take time stamps",
  parameters: {},
  variables,
  processes: [processes],
  actions: () => [
    action("Above", { at: processes }, (state, { at }) => {
      const [other] = state.others(at);
      const above = state.holder(other!).stamp;
      return above === null ? disabled : taken(state, at, above.justAfter());
    }),
    action("Below", { at: processes }, (state, { at }) => taken(state, at, stamps.belowAll())),
    action("Either", { at: processes }, (state, { at }) => {
      const [other] = state.others(at);
      const { stamp } = state.holder(other!);
      return [taken(state, at, stamps.belowAll()), ...(stamp ? [taken(state, at, stamp.justAfter())] : [])];
    }),
    action("Forget", { at: processes }, (state, { at }) => {
      return state.withHolder(at, state.holder(at).set("stamp", null));
    }),
    action("Clear", { at: processes }, (state, { at }) => state.withHolder(at, new Holder())),
    action("Tell", { at: processes }, (state, { at }) => {
      const [other] = state.others(at);
      return state.withLink(at, other!, state.link(at, other!).put(new Message({ stamp: state.holder(at).stamp })));
    }),
    action("Hear", { from: processes, to: processes }, (state, { from, to }) => {
      if (from === to) return disabled;
      const [message] = state.link(from, to).takeable();
      return message === undefined ? disabled : state.withLink(from, to, state.link(from, to).take(message));
    }),
  ],
  properties: () => [],
});

function taken(state: State, at: ReturnType<typeof processes.member>, stamp: OrdinalValue): State {
  return state.withHolder(at, new Holder({ stamp, passed: stamps.floor(stamp) }));
}

/** Makes the events of a log from words such as "P1 Above", "P1 tells 17" and "P2 hears 17". */
function logOf(words: string): string {
  return words
    .split("; ")
    .flatMap((each): object[] => {
      const [process, what, number] = each.split(" ") as [string, string, string | undefined];
      const other = process === "P1" ? "P2" : "P1";
      const message = number === undefined ? {} : { message: { stamp: Number(number) } };
      if (what === "tells")
        return [
          { process, event: "Tell" },
          { process, event: "send", to: other, ...message },
        ];
      if (what === "hears") return [{ process, event: "receive", from: other, ...message }];
      return [{ process, event: what }];
    })
    .map((event) => `${JSON.stringify(event)}\n`)
    .join("");
}

const isRun = (words: string, inOrder: boolean) =>
  validate(holders as never, {}, logOf(words), "the log", { inOrder }).verdict === "run";

describe("in the order of time, a number that is told late is as the order of the values says:", () => {
  const told = "P1 tells 17; P2 hears 17; P1 Forget";
  test.each<[string, string, number, number]>([
    ["a value above one that has been told since", `P1 Below; P2 Above; ${told}`, 25, 5],
    ["a value below one that has been told since", `P1 Below; P2 Below; ${told}`, 5, 25],
    ["a value above one that was told before", "P1 Below; P1 tells 17; P2 Above; P2 hears 17; P1 Forget", 25, 5],
    ["a value below one that was told before", "P1 Below; P1 tells 17; P2 Below; P2 hears 17; P1 Forget", 5, 25],
  ])("%s", (_, before, right, wrong) => {
    expect(isRun(`${before}; P2 tells ${right}`, true)).toBe(true);
    expect(isRun(`${before}; P2 tells ${wrong}`, true)).toBe(false);
  });

  test("the same value has the same number, and another another", () => {
    expect(isRun("P1 Below; P1 tells 17; P1 tells 17", true)).toBe(true);
    expect(isRun("P1 Below; P1 tells 17; P1 tells 18", true)).toBe(false);
    expect(isRun("P1 Below; P2 Above; P1 tells 17; P2 tells 17", true)).toBe(false);
  });

  test("a clock does not go back, although its last value is gone", () => {
    const before = "P1 Below; P1 tells 17; P2 hears 17; P1 Forget; P1 Below";
    expect(isRun(`${before}; P1 tells 18`, true)).toBe(true);
    expect(isRun(`${before}; P1 tells 17`, true)).toBe(false);
    expect(isRun(`${before}; P1 tells 16`, true)).toBe(false);
    const twice = "P1 Below; P1 tells 17; P2 hears 17; P1 Forget; P1 Below; P1 tells 20; P2 hears 20; P1 Forget";
    expect(isRun(`${twice}; P1 Below; P1 tells 21`, true)).toBe(true);
    expect(isRun(`${twice}; P1 Below; P1 tells 18`, true)).toBe(false);
    // There is no number above 17 and below 10, although nobody tells it.
    const other = "P1 Below; P1 tells 17; P2 hears 17; P1 Forget; P2 Below";
    expect(isRun(`${other}; P2 tells 30; P1 hears 30; P1 Below`, true)).toBe(true);
    expect(isRun(`${other}; P2 tells 10; P1 hears 10; P1 Below`, true)).toBe(false);
    // That of the other process may be anywhere.
    expect(isRun("P1 Below; P1 tells 17; P2 hears 17; P1 Forget; P2 Below; P2 tells 3", true)).toBe(true);
    // It is above what is known of a last value that was never told.
    const untold = "P2 Below; P2 tells 17; P1 hears 17; P1 Above; P1 Forget; P2 Forget; P1 Below";
    expect(isRun(`${untold}; P1 tells 18`, true)).toBe(true);
    expect(isRun(`${untold}; P1 tells 16`, true)).toBe(false);
  });
});

test("two ways to the same state are told apart by what is known of its numbers", () => {
  for (const number of [5, 25])
    expect(isRun(`P1 Below; P2 Either; P1 tells 17; P2 hears 17; P1 Clear; P2 tells ${number}`, true)).toBe(true);
});
