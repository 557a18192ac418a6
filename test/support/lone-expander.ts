/** An expander without a model, for the tests of what it does to rows alone: hashing and tree compression. */
import { Arena } from "../../checker/wasm/arena.js";
import { makeContext } from "../../checker/wasm/context.js";
import { DONE, Expander } from "../../checker/wasm/expander.js";
import { modules } from "../../checker/wasm/modules.js";
import { orderColumns, reservePairTables } from "../../checker/wasm/pair-tables.js";

/** Makes expanders for rows of `words` 32-bit words, one for each thread, over one memory. */
export function loneExpanders(
  words: number,
  {
    threads = 1,
    compressed = false,
    mostNodes = 1 << 22,
    places = 1 << 8,
    left = 2 ** 30,
    order = [...Array(2 * words).keys()],
  } = {},
) {
  const arena = new Arena();
  arena.header.columns = 2 * words;
  arena.header.rowWords = words;
  arena.header.folded = compressed;
  orderColumns(arena, order);
  // All but `left` bytes are other tables'.
  arena.region("others", arena.left - left - 4096);
  if (compressed) reservePairTables(arena, places, mostNodes);
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
  expander.bins.clear(0);
  const [record, stored] = [expander.bins.address >>> 2, expander.bins.rowAddress(0) >>> 2];
  const word = (at: number) => expander.words[at]! >>> 0;
  return {
    hash: [word(record), word(record + 1)] as const,
    stored: Array.from({ length: storedWords }, (_, i) => word(stored + i)),
  };
}
