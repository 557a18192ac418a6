/**
 * Lists of what a value leaves undecided, and walks down decision trees. observe/dispatch.ts makes the lists and
 * describes their layout.
 */
import { C_ANSWERS, C_ANSWERS_AT, GROUP_IDS, MISS_LIST, MISS_ROOM, MISS_TREE } from "../layout";
import { ctx, miss } from "./shared";

export const UNKNOWN: i32 = 0;
export const DISABLED: i32 = -1;

/**
 * Writes the enabled steps of `list`, and of the lists beneath it, from address `out` on; up to two more steps, which
 * do not count, are written behind them. Returns the address behind those that count, or 0 after a miss: an entry is
 * not known, or the steps do not fit below `end`.
 */
export function stepsOf(list: usize, row: usize, out: usize, end: usize): usize {
  let to = inline.always(stepsOfOne(list, row, out, end));
  let left = load<i32>(list, 8);
  if (left === 0 || to === 0) return to;
  let p = list + 12 + ((<usize>(load<i32>(list) + load<i32>(list, 4))) << 3);
  for (; left > 0; left--, p += 12) {
    const id = <i32>load<u16>(row + ((<usize>load<u32>(p)) << 1));
    const place = (<usize>load<u32>(p, 4) + id) << 2;
    const beneath = load<u32>(select<usize>(place, p + 8, id < GROUP_IDS));
    if (beneath === 0) {
      miss(MISS_LIST, 0, 0, 0, 0);
      return 0;
    }
    to = inline.always(stepsOfOne((<usize>beneath) << 2, row, to, end));
    if (to === 0) return 0;
  }
  return to;
}

function stepsOfOne(list: usize, row: usize, out: usize, end: usize): usize {
  let left = load<i32>(list);
  let undecided = load<i32>(list, 4);
  if (out + ((<usize>(left + undecided)) << 3) > end) {
    miss(MISS_ROOM, 0, 0, 0, 0);
    return 0;
  }
  let p = list + 12 + ((<usize>left) << 3);
  let from = list + 12;
  let to = out;
  out += (<usize>left) << 3;
  // How many leaves a list has is unpredictable, so two are copied without a branch.
  do {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
    left -= 2;
  } while (left > 0);
  for (; undecided > 0; undecided--, p += 8) {
    let n = inline.always(walk(load<i32>(p, 4), row));
    if (n === UNKNOWN) {
      const tree = load<i32>(p);
      n = answered(tree);
      if (n === UNKNOWN) {
        miss(MISS_TREE, tree, 0, 0, 0);
        return 0;
      }
    }
    // Whether the action is disabled is unpredictable, too, so the step is written in any case.
    store<i32>(out, load<i32>(p));
    store<i32>(out, n, 4);
    out += select<usize>(0, 8, n === DISABLED);
  }
  return out;
}

/** Walks a tree from `node`. Returns the leaf, or UNKNOWN. */
export function walk(node: i32, row: usize): i32 {
  let n = node;
  while (n > 0) {
    const at = (<usize>n) << 2;
    const id = <usize>load<u16>(row + ((<usize>load<u32>(at)) << 1));
    const field = <usize>load<u16>((<usize>load<u32>(at, 4) + id) << 1);
    n = load<i32>(at + (field << 2), 8);
  }
  return n;
}

/**
 * The leaf that the caller has set for a tree in the current row only, since no table can keep it; UNKNOWN if there is
 * none.
 */
export function answered(tree: i32): i32 {
  const context = ctx;
  const answers = <usize>load<u32>(context, C_ANSWERS_AT);
  const known = load<i32>(context, C_ANSWERS);
  for (let i = 0; i < known; i++) {
    if (load<i32>(answers + (i << 3)) === tree) return load<i32>(answers + (i << 3), 4);
  }
  return UNKNOWN;
}
