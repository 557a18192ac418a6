/** What the threads' expanders count while they expand, added up; and the violations that they have met. */
import type { Context } from "../../wasm/context.js";
import { DEGREES } from "../../wasm/sizes.js";

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
  constructor(private readonly contexts: readonly Context[]) {}

  /** Transitions. */
  get generated(): number {
    return this.sum(({ generated }) => generated);
  }

  /** Steps taken by a tree. */
  firedBy(tree: number): number {
    return this.sum(({ fired }) => Number(fired[tree]!));
  }

  /** How many states have 0, 1, 2, … next states; the last of DEGREES entries counts all that have as many or more. */
  get degrees(): number[] {
    const degrees = Array.from({ length: DEGREES }, (_, degree) => this.sum(({ degrees }) => Number(degrees[degree]!)));
    while (degrees.length > 1 && degrees[degrees.length - 1] === 0) degrees.pop();
    return degrees;
  }

  /** How many states each thread has looked at. */
  get lookedAtBy(): number[] {
    return this.contexts.map(({ degrees }) => degrees.reduce((sum, count) => sum + Number(count), 0));
  }

  /** Whether a limit of depth left successors out. */
  get cut(): boolean {
    return this.contexts.some(({ cut }) => cut);
  }

  /** What was met of so many special leaves since it was last forgotten. */
  met(specials: number): MetLeaf[] {
    const found: MetLeaf[] = [];
    for (let special = 1; special <= specials; special++) {
      let first: MetLeaf | undefined;
      for (const { best } of this.contexts) {
        const priority = best.priorityOf(special);
        if (best.has(special) && (first === undefined || priority < first.priority))
          first = { special, priority, row: best.referenceOf(special) };
      }
      if (first) found.push(first);
    }
    return found;
  }

  forgetMet(specials: number): void {
    for (const { best } of this.contexts) best.clear(specials);
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
    const context = this.contexts[0]!;
    context.generated = generated;
    fired.forEach((count, tree) => {
      context.fired[tree] = BigInt(count);
    });
    degrees.forEach((count, degree) => {
      context.degrees[degree] = BigInt(count);
    });
    context.cut = cut;
    for (const { special, priority, row } of met) context.best.set(special, priority, row);
  }

  private sum(of: (context: Context) => number): number {
    return this.contexts.reduce((sum, context) => sum + of(context), 0);
  }
}
