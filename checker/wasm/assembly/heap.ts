/** Memory for a store's rows and tables: a heap of blocks, limited by the budget; and locks. */
import {
  BLOCK_BITS,
  BLOCK_ROWS,
  S_BUDGET,
  S_BUMP,
  S_END,
  S_FULL,
  S_HEAP_LOCK,
  S_SHARDS,
  S_STRIDE,
  S_USED,
  SHARD_BYTES,
} from "../layout";

export const PAGE_BITS = 12;

/** Returns how many pages `slots` hashes take. */
export function pagesOfHashes(slots: u32): usize {
  return (((<usize>slots) << 3) + (1 << PAGE_BITS) - 1) >> PAGE_BITS;
}

/** The address of a row, in the blocks that `directory` lists. */
export function rowAt(directory: usize, row: u32, stride: usize): usize {
  return <usize>load<u32>(directory + ((<usize>(row >> BLOCK_BITS)) << 2)) + <usize>(row & (BLOCK_ROWS - 1)) * stride;
}

export function shardAt(shard: i32): usize {
  return S_SHARDS + shard * SHARD_BYTES;
}

export function acquire(lock: usize): void {
  let tries = 0;
  while (atomic.cmpxchg<i32>(lock, 0, 1) !== 0) {
    // Locks are held briefly, unless the holder has lost its core.
    if (++tries > 4000) atomic.wait<i32>(lock, 1, 100_000);
    // After a minute the holder must have died, and what the lock guards is half done.
    if (tries > 604_000) unreachable();
  }
}

export function release(lock: usize): void {
  atomic.store<i32>(lock, 0);
}

/** Takes `bytes` bytes, rounded up to pages, from the budget. Returns false if fewer are left. */
export function reserve(bytes: usize): bool {
  const pages = <i32>((bytes + (1 << PAGE_BITS) - 1) >> PAGE_BITS);
  if (atomic.add<i32>(S_USED, pages) + pages > load<i32>(S_BUDGET)) {
    atomic.sub<i32>(S_USED, pages);
    store<i32>(S_FULL, 1);
    return false;
  }
  return true;
}

/**
 * Returns the address of a block of `bytes` bytes, from the list `freeList` or else from the heap; 0 if there is none.
 */
export function allocate(freeList: usize, bytes: usize): usize {
  acquire(S_HEAP_LOCK);
  let block = <usize>load<u32>(freeList);
  if (block !== 0) {
    store<u32>(freeList, load<u32>(block));
  } else {
    const bump = <usize>load<u32>(S_BUMP);
    const taken = (bump + bytes) >> PAGE_BITS;
    const before = bump >> PAGE_BITS;
    if (bump + bytes <= <usize>load<u32>(S_END) && (taken === before || reserve((taken - before) << PAGE_BITS))) {
      block = bump;
      store<u32>(S_BUMP, bump + bytes);
    } else {
      store<i32>(S_FULL, 1);
    }
  }
  release(S_HEAP_LOCK);
  return block;
}

export function free(freeList: usize, block: usize): void {
  acquire(S_HEAP_LOCK);
  store<u32>(block, load<u32>(freeList));
  store<u32>(freeList, block);
  release(S_HEAP_LOCK);
}

export function blockBytes(): usize {
  const bytes = load<u32>(S_STRIDE) << BLOCK_BITS;
  return bytes < 8 ? 8 : bytes;
}
