/** A kernel without a model, for the tests of what it does to rows alone: hashing, folding. */
import { Arena } from "../../checker/wasm/arena.js";
import { makeContext } from "../../checker/wasm/context.js";
import { DONE, Expander } from "../../checker/wasm/expander.js";
import { modules } from "../../checker/wasm/modules.js";

/** Kernels for rows of so many 32-bit words, one a thread, over one memory. */
export function loneKernels(words: number, { threads = 1, folded = false, mostNodes = 1 << 22, places = 1 << 8 } = {}) {
  const arena = new Arena();
  arena.header.slots = 2 * words;
  arena.header.rowWords = words;
  arena.header.folded = folded;
  if (folded) {
    arena.header.nodes = arena.region("pairs", 8 * mostNodes).start;
    arena.header.nodeTable = arena.region("table", 8 * mostNodes).start;
    arena.header.nodePlaces = places;
    arena.header.nodeLimit = mostNodes;
  }
  const sizes = { words, storedWords: folded ? 2 : words, trees: 1, specials: 1 };
  const kernels = Array.from(
    { length: threads },
    (_, i) => new Expander(modules().expand, arena.memory, makeContext(arena, `thread ${i}`, sizes)),
  );
  return { arena, kernels };
}

/** The record that a kernel makes of a row: its hash, and the words to be stored. Undefined if the kernel asks for something. */
export function recordOf(kernel: Expander, row: readonly number[], storedWords = row.length) {
  new Uint32Array(kernel.scratch.buffer, kernel.scratch.byteOffset, row.length).set(row);
  if (kernel.seed() !== DONE) return undefined;
  kernel.bins.clear(0);
  const [record, stored] = [kernel.bins.address >>> 2, kernel.bins.rowAddress(0) >>> 2];
  const word = (at: number) => kernel.words[at]! >>> 0;
  return {
    hash: [word(record), word(record + 1)] as const,
    stored: Array.from({ length: storedWords }, (_, i) => word(stored + i)),
  };
}
