/** What the threads' expanders count while they expand, added up; and the violations that they have met. */
import type { Arena } from "../../wasm/arena.js";
import { C_BEST, C_CUT, C_DEGREES, C_FIRED, C_GENERATED, DEGREES } from "../../wasm/layout.js";

/** Of all states that met a special leaf on a level, the one whose content comes first. */
export interface MetLeaf {
  /** The number of the special leaf, from 1 on. */
  readonly special: number;
  readonly priority: number;
  /** The reference of the state. */
  readonly row: number;
}

/** The counters as plain numbers, for a checkpoint. */
export interface CounterRecord {
  readonly generated: number;
  /** By tree. */
  readonly fired: readonly number[];
  readonly degrees: readonly number[];
  readonly cut: boolean;
  readonly met: readonly MetLeaf[];
}

export class Counters {
  constructor(
    private readonly arena: Arena,
    private readonly contexts: readonly number[],
  ) {}

  /** Transitions. */
  get generated(): number {
    return this.sum(({ longs }, context) => Number(longs[(context + C_GENERATED) >>> 3]!));
  }

  /** Steps taken by a tree. */
  firedBy(tree: number): number {
    return this.sumOfTables(C_FIRED, tree);
  }

  /** How many states have 0, 1, 2, … next states; the last of DEGREES entries counts all that have as many or more. */
  get degrees(): number[] {
    const degrees = Array.from({ length: DEGREES }, (_, degree) => this.sumOfTables(C_DEGREES, degree));
    while (degrees.length > 1 && degrees[degrees.length - 1] === 0) degrees.pop();
    return degrees;
  }

  /** How many states each thread has looked at. */
  get lookedAtBy(): number[] {
    const { longs } = this.arena;
    return this.contexts.map((context) => {
      const at = this.table(context, C_DEGREES) >>> 1;
      return longs.subarray(at, at + DEGREES).reduce((sum, count) => sum + Number(count), 0);
    });
  }

  /** Whether a limit of depth left successors out. */
  get cut(): boolean {
    return this.contexts.some((context) => this.arena.words[(context + C_CUT) >>> 2] !== 0);
  }

  /** What was met of so many special leaves since it was last forgotten. */
  met(specials: number): MetLeaf[] {
    const { words } = this.arena;
    const found: MetLeaf[] = [];
    for (let special = 1; special <= specials; special++) {
      let best: MetLeaf | undefined;
      for (const context of this.contexts) {
        const at = this.table(context, C_BEST) + 4 * special;
        const [priority, row] = [words[at + 1]! >>> 0, words[at + 2]! >>> 0];
        if (words[at] !== 0 && (best === undefined || priority < best.priority)) best = { special, priority, row };
      }
      if (best) found.push(best);
    }
    return found;
  }

  forgetMet(specials: number): void {
    for (const context of this.contexts) {
      const table = this.table(context, C_BEST);
      this.arena.words.fill(0, table, table + 4 * (specials + 1));
    }
  }

  /** @param trees how many trees there are, @param specials how many special leaves */
  record(trees: number, specials: number): CounterRecord {
    return {
      generated: this.generated,
      fired: Array.from({ length: trees }, (_, tree) => this.firedBy(tree)),
      degrees: this.degrees,
      cut: this.cut,
      met: this.met(specials),
    };
  }

  /** Takes up what was recorded, as if the first thread had counted it. */
  restore({ generated, fired, degrees, cut, met }: CounterRecord): void {
    const { words, longs } = this.arena;
    const context = this.contexts[0]!;
    longs[(context + C_GENERATED) >>> 3] = BigInt(generated);
    const fill = (table: number, values: readonly number[]) =>
      values.forEach((value, i) => {
        longs[(this.table(context, table) >>> 1) + i] = BigInt(value);
      });
    fill(C_FIRED, fired);
    fill(C_DEGREES, degrees);
    words[(context + C_CUT) >>> 2] = cut ? 1 : 0;
    for (const { special, priority, row } of met)
      words.set([1, priority, row], this.table(context, C_BEST) + 4 * special);
  }

  private sumOfTables(table: number, i: number): number {
    return this.sum(({ longs }, context) => Number(longs[(this.table(context, table) >>> 1) + i]!));
  }

  private sum(of: (arena: Arena, context: number) => number): number {
    return this.contexts.reduce((sum, context) => sum + of(this.arena, context), 0);
  }

  /** The word index of a table of a context. */
  private table(context: number, at: number): number {
    return (this.arena.words[(context + at) >>> 2]! >>> 0) >>> 2;
  }
}
