/** Values that are kept once, and where their messages go when ordinals are renumbered. */
import { expect, test } from "vitest";
import { InternedValues, matched, renumberingOf } from "../../checker/learned/interned-values.js";
import { Bag, Queue } from "../../checker/model/channel.js";
import { ordinal } from "../../checker/model/ordinal.js";

const v = ordinal("v");

test("equal values are one, whatever they are made of", () => {
  const values = new InternedValues();
  expect(values.intern(Bag.of("a", "b"))).toBe(values.intern(Bag.of("b", "a")));
  expect(values.intern(Queue.of("a", "b"))).not.toBe(values.intern(Queue.of("b", "a")));
  expect(values.intern(1)).not.toBe(values.intern("1"));
});

test("the order of a bag's messages depends on them alone, that of a queue's on the order of sending", () => {
  const messagesIn = (channel: Bag<string> | Queue<string>) =>
    new InternedValues().intern(channel).messages!.map(({ value }) => value);
  expect(messagesIn(Bag.of("b", "a", "b"))).toEqual(messagesIn(Bag.of("a", "b", "b")));
  expect(messagesIn(Queue.of("b", "a"))).toEqual(["b", "a"]);
});

test("a renumbering that changes the order of messages says where each was", () => {
  const values = new InternedValues();
  const bag = values.intern(Bag.of(v.at(9), v.at(11)));
  const before = bag.messages!.map(({ value }) => value);
  const { value, places } = values.renumber(bag, renumberingOf([bag])!);
  expect(value.messages!.map((message) => message.value)).toEqual([v.at(1), v.at(3)]);
  expect(places!.map((place) => before[place])).toEqual([v.at(9), v.at(11)]);
  // Their names are 11 and 9: the order has changed.
  expect(places).toEqual([1, 0]);
});

test("floors without a value below them sink, and go into the renumbering", () => {
  const values = new InternedValues();
  const [floor, at] = [values.intern(v.floor(v.at(5))), values.intern(v.at(7))];
  const by = renumberingOf([floor, at])!;
  expect(values.renumber(floor, by).value.value).toBe(v.floor());
  expect(values.renumber(at, by).value.value).toBe(v.at(1));
  expect(renumberingOf([values.intern("a")])).toBeUndefined();
});

test("equal messages are matched one by one, the first with the first", () => {
  const values = new InternedValues();
  const [a, b] = ["a", "b"].map((text) => values.intern(text)) as [never, never];
  expect(matched([a, a, b], [a, b])).toEqual([0, -1, 1]);
  expect(matched([b, a, a], [a, a, a])).toEqual([-1, 0, 1]);
});
