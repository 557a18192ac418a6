/** What all parts of the expander use: the thread's context, two-level tables, the hash of a row. */
import { C_ARG0, C_ARG1, C_ARG2, C_ARG3, C_MISS } from "../layout";

export let ctx: usize = 0;

export function setContext(context: usize): void {
  ctx = context;
}

/** Notes a miss and its arguments. Returns false, so that a caller can return the result. */
export function miss(what: i32, a: i32, b: i32, c: i32, d: i32): bool {
  const context = ctx;
  store<i32>(context, what, C_MISS);
  store<i32>(context, a, C_ARG0);
  store<i32>(context, b, C_ARG1);
  store<i32>(context, c, C_ARG2);
  store<i32>(context, d, C_ARG3);
  return false;
}

/** The entry of a two-level table (observe/paged.ts): an id plus one, or 0 if it is not known. */
export function ids(directory: usize, row: u32, id: u32): u32 {
  const page = load<u32>(directory + ((<usize>((row << 8) | (id >> 8))) << 2));
  return load<u32>((<usize>(page + (id & 255))) << 2);
}

/**
 * A 64-bit hash of the `words` words at `at`. Each two words are mixed by themselves before they enter the hash;
 * otherwise a change in the high bits of one word could be cancelled by a change in the next.
 */
export function hashOf(at: usize, words: i32): u64 {
  let h: u64 = 0x9e3779b97f4a7c15;
  let w = 0;
  for (; w + 2 <= words; w += 2) h = absorbed(h, load<u64>(at + (w << 2)));
  if (w < words) h = absorbed(h, <u64>load<u32>(at + (w << 2)));
  h ^= h >> 32;
  h *= 0xc4ceb9fe1a85ec53;
  return h ^ (h >> 29);
}

function absorbed(h: u64, word: u64): u64 {
  let k = word * 0x9fb21c651e98df25;
  k ^= k >> 32;
  k *= 0xff51afd7ed558ccd;
  return rotl<u64>(h ^ k, 27) * 0xd6e8feb86659fd93;
}
