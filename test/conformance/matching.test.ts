/** Which events of a log one step explains. */
import { Map as ImmutableMap, Set as ImmutableSet, List, Record } from "immutable";
import { describe, expect, test } from "vitest";
import type { StepEvent } from "../../checker/conformance/events.js";
import type { LoggedEvent } from "../../checker/conformance/log.js";
import { eventMatches, matchesOf, valueMatches } from "../../checker/conformance/matching.js";
import { Bag, ordinal, Queue } from "../../checker/model/index.js";
import { kernels } from "../../spec/popcorn/copy.js";

const stamps = ordinal("t");
const [first, second] = [stamps.at(1), stamps.at(3)];
const [k1, k2] = [kernels.member(0), kernels.member(1)];
class Message extends Record({ kind: "Fetch", stamp: null as unknown, writing: false }) {}

describe("a value of the model is one of a log", () => {
  test.each<[string, unknown, unknown, number]>([
    ["a text", "a", "a", 1],
    ["another text", "a", "b", 0],
    ["null", null, null, 1],
    ["false, and null is told", false, null, 0],
    ["a member by its name", k1, "K1", 1],
    ["another member", k1, "K2", 0],
    ["a record of which all is told", new Message(), { kind: "Fetch", stamp: null, writing: false }, 1],
    ["a record of which a part is told", new Message({ writing: true }), { kind: "Fetch" }, 1],
    ["a record of which another part is told", new Message(), { writing: true }, 0],
    ["a record without a field that is told", new Message(), { kind: "Fetch", owner: null }, 0],
    ["a record, and a text is told", new Message(), "Fetch", 0],
    ["a message of fields", { kind: "GntE", grantData: 1 }, { kind: "GntE", grantData: 1 }, 1],
    ["a message without a field that is told", { kind: "GntE", grantData: 1 }, { data: 1 }, 0],
    ["a list", List([1, 2]), [1, 2], 1],
    ["a list in another order", List([1, 2]), [2, 1], 0],
    ["a list that is longer", List([1, 2]), [1], 0],
    ["a set in any order", ImmutableSet([k1, k2]), ["K2", "K1"], 1],
    ["a set of which one is not told", ImmutableSet([k1, k2]), ["K1"], 0],
    ["a set of which one is told twice", ImmutableSet([k1, k2]), ["K1", "K1"], 0],
    ["a map as pairs", ImmutableMap([[k1, 1], [k2, 2]]), [["K2", 2], ["K1", 1]], 1], // biome-ignore format: one case
    ["a queue", Queue.of(1, 2), [2, 1], 0],
    ["a bag in any order", Bag.of(1, 2), [2, 1], 1],
    ["an ordinal, and a text is told", first, "17", 0],
    ["an ordinal, and null is told", first, null, 0],
    ["a set of ordinals in either way", ImmutableSet([first, second]), [17, 18], 2],
  ])("%s", (_, value, told, ways) => {
    expect(valueMatches(value, told as never)).toHaveLength(ways);
  });

  test("with the numbers of its ordinals", () => {
    const of = new Message({ kind: "Invalid", stamp: second });
    expect(valueMatches(List([first, of]), [1, { stamp: 2.5 }])).toEqual([
      [
        [first, 1],
        [second, 2.5],
      ],
    ]);
  });
});

const send = (to: string, message: unknown): StepEvent => ({ process: "K1", event: "send", to, message });
const receive: StepEvent = { process: "K1", event: "receive", from: "K2", message: "m" };
const step = [receive, send("K2", "a"), send("K3", "b")];
const log = (events: readonly StepEvent[], ...gaps: number[]) => ({
  process: "K1",
  events: events.map((event, line): LoggedEvent => ({ ...event, line }) as LoggedEvent),
  gaps: new Set(gaps),
});
/** Returns, of each way, how many events are explained and how many are missing. */
const ways = (of: ReturnType<typeof log>, missing = 0, cut = false) =>
  matchesOf(step, of, 0, missing, cut).map((way) => [way.position, way.missing]);

test("an event has its name, its ends and its message", () => {
  const other = (change: object) => eventMatches(receive, { ...receive, line: 1, ...change } as LoggedEvent).length;
  expect(other({})).toBe(1);
  expect(other({ from: undefined, message: undefined })).toBe(1);
  for (const change of [{ event: "send" }, { from: "K3" }, { to: "K2" }, { message: "n" }])
    expect(other(change)).toBe(0);
});

describe("a step explains its events", () => {
  test("all of them, what it sends in any order, and no others", () => {
    expect(ways(log(step))).toEqual([[3, 0]]);
    expect(ways(log([receive, step[2]!, step[1]!]))).toEqual([[3, 0]]);
    expect(ways(log([...step, receive]))).toEqual([[3, 0]]);
    expect(ways(log([step[1]!, receive, step[2]!]))).toEqual([]);
    expect(ways(log(step.slice(0, 2)))).toEqual([]);
    expect(ways(log([receive, step[1]!, send("K3", "c")]))).toEqual([]);
  });

  test("fewer, if some may be missing", () => {
    expect(ways(log([receive, step[2]!]), 1)).toEqual([[2, 1]]);
    expect(ways(log([step[2]!, step[1]!]), 1)).toEqual([[2, 1]]);
    expect(ways(log([receive]), 1)).toEqual([]);
    expect(ways(log(step), 1)).toEqual([
      [3, 0],
      [2, 1],
    ]);
  });

  test("fewer, where the log has a gap, at no cost", () => {
    expect(ways(log([receive], 1))).toEqual([[1, 0]]);
    expect(ways(log([receive, step[2]!], 2))).toEqual([[2, 0]]);
    expect(ways(log([step[1]!, step[2]!], 0))).toContainEqual([2, 0]);
    expect(ways(log([step[1]!, step[2]!], 1))).toEqual([]);
  });

  test("up to where it is cut off", () => {
    const none = Number.POSITIVE_INFINITY;
    expect(Math.max(...ways(log([step[1]!]), none).map(([position]) => position!))).toBe(1);
    expect(Math.max(...ways(log([step[1]!]), none, true).map(([position]) => position!))).toBe(0);
    expect(Math.max(...ways(log([receive, step[2]!]), none, true).map(([position]) => position!))).toBe(2);
  });
});
