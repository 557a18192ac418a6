/**
 * Tuples give equal lists one number and different lists different ones, in the order in which they were met, however
 * many there are.
 */
import { expect, test } from "vitest";
import { Tuples } from "../../checker/observe/tuples.js";

test("a list's number is that of the first equal one, and leads back to the list", () => {
  const tuples = new Tuples();
  const numbers = new Map<string, number>();
  let seed = 1;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return seed % below;
  };
  for (let i = 0; i < 20_000; i++) {
    const list = Array.from({ length: random(80) < 79 ? random(4) : 60 + random(80) }, () => random(9) - 1);
    const known = numbers.get(list.join());
    expect(tuples.findList(list)).toBe(known ?? -1);
    if (known === undefined) numbers.set(list.join(), tuples.add(list.length));
  }
  expect(tuples.count).toBe(numbers.size);
  for (const [text, number] of numbers) {
    expect([...tuples.scratch.subarray(0, tuples.load(number))].join()).toBe(text);
    expect(tuples.lengthOf(number)).toBe(text === "" ? 0 : text.split(",").length);
  }
});
