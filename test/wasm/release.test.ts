/** Memory that nobody uses any more returns to the system, and nothing waits for memory that somebody still uses. */
import { expect, test } from "vitest";
import { releaseMemories } from "../../checker/wasm/release.js";
import { releaseTest } from "../support/extent.js";

const BYTES = 96 * 2 ** 20;
const resident = () => process.memoryUsage.rss();

/** Returns a memory as a search's store has it, with its first bytes written to. */
function touched(): WebAssembly.Memory {
  const memory = new WebAssembly.Memory({ initial: 65535, maximum: 65535, shared: true });
  new Uint8Array(memory.buffer).fill(1, 0, BYTES);
  return memory;
}

/** Returns by how many bytes the process shrinks when it lets go of `count` memories, one after the other. */
function shrinkage(count: number): number {
  for (let i = 0; i < count; i++) touched();
  const before = resident();
  releaseMemories(count * BYTES);
  return before - resident();
}

test("memories that were let go return to the system at once", () => {
  expect(shrinkage(2)).toBeGreaterThan(0.9 * 2 * BYTES);
});

releaseTest("a memory that is still in use stays as it is, and the wait for it ends", () => {
  const memory = touched();
  const before = resident();
  releaseMemories(BYTES);
  expect(before - resident()).toBeLessThan(0.5 * BYTES);
  expect(new Uint8Array(memory.buffer)[BYTES - 1]).toBe(1);
});

test("the collector is not left for authors' functions to call", () => {
  expect("gc" in globalThis).toBe(false);
});
