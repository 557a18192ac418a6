/**
 * The memory limit of the whole process, and the budget that it leaves for stored states; the rest of the process
 * grows, too.
 */
import type { ShardedStore } from "../../store/shards.js";
import type { SearchOptions } from "../options.js";

/** How often the store's budget is set anew, in milliseconds. */
const EVERY = 250;
/**
 * What is held back so that chunks can be finished when the budget is used up: a share of the memory limit, but at
 * least LEAST_RESERVE bytes.
 */
const RESERVE = 0.03;
const LEAST_RESERVE = 32 * 2 ** 20;
/** The least budget in bytes: with less room for what a level leads to, a search on disk would hardly go on. */
const LEAST_STORE = 2 ** 20;

export class MemoryBudget {
  /** The most bytes that the store has taken so far. They stay with the process even when the store forgets states. */
  private touched = 0;
  private last = Number.NEGATIVE_INFINITY;

  /** @param resident returns the resident memory of the process, in bytes */
  constructor(
    private readonly options: Pick<SearchOptions, "memory" | "storeMemory">,
    private readonly resident: () => number = process.memoryUsage.rss,
  ) {}

  /** Whether it is time to set the budget anew. */
  get due(): boolean {
    return performance.now() - this.last > EVERY;
  }

  /** Notes how much the store has taken. Call it before the store forgets states. */
  note(store: Pick<ShardedStore, "bytes">): void {
    this.touched = Math.max(this.touched, store.bytes);
  }

  /** Takes the budget away, so that what was begun can be finished out of the reserve. */
  lift(store: ShardedStore): void {
    store.setBudget(Number.MAX_SAFE_INTEGER);
  }

  /**
   * Gives the store what the memory limit leaves. If that is too little to go on with, returns how many bytes the rest
   * of the process takes; else undefined.
   */
  setBudget(store: Pick<ShardedStore, "bytes" | "setBudget">): number | undefined {
    this.last = performance.now();
    const { memory, storeMemory } = this.options;
    if (storeMemory !== undefined) store.setBudget(storeMemory);
    if (storeMemory !== undefined || memory === undefined) return undefined;
    this.note(store);
    const others = this.resident() - this.touched;
    const left = memory - others - Math.max(LEAST_RESERVE, RESERVE * memory);
    store.setBudget(Math.max(0, left));
    return left < LEAST_STORE ? others : undefined;
  }
}
