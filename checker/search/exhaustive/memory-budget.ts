/**
 * The memory limit of the whole process, and the budget that it leaves for stored states; the rest of the process
 * grows, too.
 */
import { UsageError } from "../../errors.js";
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
/**
 * How many bytes more one process may take before it begins than another with the same command: the resident memory of
 * twenty differed by up to 15 MiB, by when V8 collected its garbage. A limit that is told as enough allows for it.
 */
const SPREAD_OF_STARTS = 20 * 2 ** 20;
/** The least budget in bytes: with less room for what a level leads to, a search on disk would hardly go on. */
const LEAST_STORE = 2 ** 20;

/** What the search will take beside the states that are in the store. */
export interface MemoryAhead {
  /** The bytes that are taken next, however much the store has. */
  readonly next: number;
  /** The bytes that going on on disk takes, for each byte that the store then has. */
  readonly perStoreByte: number;
}

/** What a search takes at the least. */
export interface LeastMemory {
  readonly threads: number;
  /** Returns the bytes that it takes with so many threads, beside what the process takes already. */
  leastWith(threads: number): number;
}

const NOTHING_AHEAD: MemoryAhead = { next: 0, perStoreByte: 0 };

function reserveOf(memory: number): number {
  return Math.max(LEAST_RESERVE, RESERVE * memory);
}

/**
 * Refuses a search that its memory limit is too little for, however few states it has.
 * @param memory the limit, in bytes
 * @param leastWith returns the bytes that the process then takes at the least with so many threads
 * @throws UsageError if the limit is less than that and the reserve; it tells a limit that is enough in other processes
 */
export function refuseTooLittle(memory: number, threads: number, leastWith: (threads: number) => number): void {
  const limitFor = (count: number) => {
    const bytes = leastWith(count);
    return Math.max(bytes + LEAST_RESERVE, bytes / (1 - RESERVE));
  };
  if (memory >= limitFor(threads)) return;
  const inMebibytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)}M`;
  const enough = (count: number) => inMebibytes(limitFor(count) + SPREAD_OF_STARTS);
  const withThreads = threads === 1 ? "" : ` with ${threads} threads`;
  const fewer = threads === 1 ? "" : `, or --threads 1, with which ${enough(1)} are enough to begin`;
  throw new UsageError(
    `--memory ${inMebibytes(memory)} is less than this search needs: at least about ${enough(threads)}${withThreads}\n  Give more --memory${fewer}.`,
  );
}

export class MemoryBudget {
  /** The most bytes that the store has taken so far. They stay with the process even when the store forgets states. */
  private touched = 0;
  /** What the memory limit leaves for stored states. */
  private left = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;

  /** @param resident returns the resident memory of the process, in bytes */
  constructor(
    private readonly options: Pick<SearchOptions, "memory" | "storeMemory">,
    private readonly resident: () => number = process.memoryUsage.rss,
  ) {}

  /**
   * Refuses the search if the memory limit is too little for it. Call it before the search.
   * @throws UsageError if it is
   */
  refuseTooLittle(forecast: LeastMemory): void {
    const { memory, storeMemory } = this.options;
    if (memory === undefined || storeMemory !== undefined) return;
    const resident = this.resident();
    refuseTooLittle(memory, forecast.threads, (threads) => resident + forecast.leastWith(threads));
  }

  /** Whether it is time to set the budget anew. */
  get due(): boolean {
    return performance.now() - this.last > EVERY;
  }

  /** Notes how much the store has taken. Call it before the store forgets states. */
  note(store: Pick<ShardedStore, "bytes">): void {
    this.touched = Math.max(this.touched, store.bytes);
  }

  /**
   * Whether the store has touched clearly more than it may take now, because the rest of the process has grown. What it
   * touched stays with the process until the store is renewed.
   */
  get isOverdrawn(): boolean {
    return this.touched - this.left > this.reserve / 2;
  }

  /** Notes that the store was renewed. Returns how many bytes the old one had touched. */
  renewed(): number {
    const { touched } = this;
    this.touched = 0;
    return touched;
  }

  private get reserve(): number {
    return reserveOf(this.options.memory ?? 0);
  }

  /** Takes the budget away, so that what was begun can be finished out of the reserve. */
  lift(store: ShardedStore): void {
    store.setBudget(Number.MAX_SAFE_INTEGER);
  }

  /** Lets the store take the reserve, too, for rows that are in it for a moment only. */
  spendReserve(store: ShardedStore): void {
    const isLimited = this.options.memory !== undefined && this.options.storeMemory === undefined;
    store.setBudget(isLimited ? Math.max(0, this.left) + this.reserve : Number.MAX_SAFE_INTEGER);
  }

  /**
   * Gives the store what the memory limit leaves beside the rest of the process and what is ahead. If that is too
   * little to go on with, returns how many bytes the rest of the process takes; else undefined.
   */
  setBudget(
    store: Pick<ShardedStore, "bytes" | "setBudget">,
    { next, perStoreByte }: MemoryAhead = NOTHING_AHEAD,
  ): number | undefined {
    this.last = performance.now();
    const { memory, storeMemory } = this.options;
    if (storeMemory !== undefined) store.setBudget(storeMemory);
    if (storeMemory !== undefined || memory === undefined) return undefined;
    this.note(store);
    const others = this.resident() - this.touched;
    this.left = (memory - others - this.reserve - next) / (1 + perStoreByte);
    store.setBudget(Math.max(0, this.left));
    return this.left < LEAST_STORE ? others : undefined;
  }
}
