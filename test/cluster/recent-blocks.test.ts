/** What was written last is remembered, up to a number of bytes. */
import { expect, test } from "vitest";
import { RecentBlocks } from "../../checker/cluster/recent-blocks.js";

test("blocks are found by their files and checksums, and the oldest files are forgotten", () => {
  const recent = new RecentBlocks(10);
  const [one, two, three] = [4, 4, 6].map((bytes) => new Uint8Array(bytes)) as [Uint8Array, Uint8Array, Uint8Array];
  recent.add("one", new Map([["x", one]]));
  recent.add("two", new Map([["x", two]]));
  expect(recent.blockOf("one", "x")).toBe(one);
  expect(recent.blockOf("two", "x")).toBe(two);
  expect(recent.blockOf("one", "y")).toBeUndefined();
  recent.add("three", new Map([["y", three]]));
  expect(recent.blockOf("one", "x")).toBeUndefined();
  expect(recent.blockOf("two", "x")).toBe(two);
  // What is written once more counts once.
  recent.add("two", new Map([["z", one]]));
  expect(recent.blockOf("two", "x")).toBeUndefined();
  expect(recent.blockOf("three", "y")).toBe(three);
});
