/** What the threads' expanders count, added up, and the special leaves that they have met. */
import type { Context } from "../../wasm/context.js";
import { DEGREES } from "../../wasm/sizes.js";

/** The state that met a special leaf on a level; of several, the one with the least priority. */
export interface MetLeaf {
  /** The number of the special leaf, from 1 on. */
  readonly special: number;
  /** Breadth first, a hash of the state's content; depth first, how many states were looked at before. */
  readonly priority: number;
  /** The reference of the state. */
  readonly row: number;
}

/** The counters as plain numbers, for a checkpoint. */
export interface CounterRecord {
  /** The number of transitions. */
  readonly generated: number;
  /** By tree: how many steps were taken. */
  readonly fired: readonly number[];
  readonly degrees: readonly number[];
  readonly cut: boolean;
  /** How many states, and how many steps, constraints have cut off. */
  readonly statesCut: number;
  readonly stepsCut: number;
  readonly met: readonly MetLeaf[];
}

export class Counters {
  constructor(private readonly contexts: readonly Context[]) {}

  /** The number of transitions. */
  get generated(): number {
    return this.sum(({ generated }) => generated);
  }

  /** Returns how many steps of `tree` were taken. */
  firedBy(tree: number): number {
    return this.sum(({ fired }) => Number(fired[tree]!));
  }

  /**
   * How many states have 0, 1, 2, … next states, without zeros at the end; the last of DEGREES entries counts all
   * states with as many or more.
   */
  get degrees(): number[] {
    const degrees = Array.from({ length: DEGREES }, (_, degree) => this.sum(({ degrees }) => Number(degrees[degree]!)));
    while (degrees.length > 1 && degrees[degrees.length - 1] === 0) degrees.pop();
    return degrees;
  }

  /** By thread: how many states it has looked at. */
  get lookedAtBy(): number[] {
    return this.contexts.map(({ degrees }) => degrees.reduce((sum, count) => sum + Number(count), 0));
  }

  /** Whether the depth limit left successors out. */
  get cut(): boolean {
    return this.contexts.some(({ cut }) => cut);
  }

  /** How many states were cut off by state constraints. */
  get statesCut(): number {
    return this.sum(({ statesCut }) => statesCut);
  }

  /** How many steps were cut off by action constraints. */
  get stepsCut(): number {
    return this.sum(({ stepsCut }) => stepsCut);
  }

  /** Returns which of the special leaves 1 to `specials` were met since `forgetMet` was called. */
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

  /**
   * Returns the counters as plain numbers.
   * @param trees the number of trees
   * @param specials the number of special leaves
   */
  record(trees: number, specials: number): CounterRecord {
    return {
      generated: this.generated,
      fired: Array.from({ length: trees }, (_, tree) => this.firedBy(tree)),
      degrees: this.degrees,
      cut: this.cut,
      statesCut: this.statesCut,
      stepsCut: this.stepsCut,
      met: this.met(specials),
    };
  }

  /** Takes over what was recorded, as if the first thread had counted it. */
  restore({ generated, fired, degrees, cut, statesCut, stepsCut, met }: CounterRecord): void {
    const context = this.contexts[0]!;
    context.generated = generated;
    fired.forEach((count, tree) => {
      context.fired[tree] = BigInt(count);
    });
    degrees.forEach((count, degree) => {
      context.degrees[degree] = BigInt(count);
    });
    context.cut = cut;
    context.statesCut = statesCut;
    context.stepsCut = stepsCut;
    for (const { special, priority, row } of met) context.best.set(special, priority, row);
  }

  private sum(of: (context: Context) => number): number {
    return this.contexts.reduce((sum, context) => sum + of(context), 0);
  }
}
