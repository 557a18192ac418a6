/** An expander without a model, for the tests of what it does to rows alone: hashing and tree compression. */
import { Arena } from "../../checker/wasm/arena.js";
import { makeContext } from "../../checker/wasm/context.js";
import { Expander } from "../../checker/wasm/expander.js";
import {
  DONE,
  H_FOLDED,
  H_NODE_LIMIT,
  H_NODE_MASK,
  H_NODE_TABLE,
  H_NODES,
  H_SLOTS,
  H_WORDS,
  RECORD_HEAD,
} from "../../checker/wasm/layout.js";
import { modules } from "../../checker/wasm/modules.js";

/** Makes expanders for rows of `words` 32-bit words, one for each thread, over one memory. */
export function loneExpanders(
  words: number,
  { threads = 1, compressed = false, mostNodes = 1 << 22, places = 1 << 8 } = {},
) {
  const arena = new Arena();
  arena.header(H_SLOTS, 2 * words);
  arena.header(H_WORDS, words);
  arena.header(H_FOLDED, compressed ? 1 : 0);
  if (compressed) {
    arena.header(H_NODES, arena.region("pairs", 8 * mostNodes).start);
    arena.header(H_NODE_TABLE, arena.region("table", 8 * mostNodes).start);
    arena.header(H_NODE_MASK, places - 1);
    arena.header(H_NODE_LIMIT, mostNodes);
  }
  const sizes = { words, storedWords: compressed ? 2 : words, trees: 1, specials: 1 };
  const expanders = Array.from(
    { length: threads },
    (_, i) => new Expander(modules().expand, arena.memory, makeContext(arena, `thread ${i}`, sizes)),
  );
  return { arena, expanders };
}

/** Returns the hash and the stored words that an expander makes of a row; undefined if the expander has a miss. */
export function recordOf(expander: Expander, row: readonly number[], storedWords = row.length) {
  new Uint32Array(expander.scratch.buffer, expander.scratch.byteOffset, row.length).set(row);
  if (expander.seed() !== DONE) return undefined;
  expander.words[expander.binCounts] = 0;
  const at = expander.bins >>> 2;
  const word = (i: number) => expander.words[at + i]! >>> 0;
  return {
    hash: [word(0), word(1)] as const,
    stored: Array.from({ length: storedWords }, (_, i) => word((RECORD_HEAD >>> 2) + i)),
  };
}
