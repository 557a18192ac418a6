/**
 * The enabled steps of the row that a thread looks at, by their places: the tree that each step comes from, and the
 * leaf that the tree's walk ends at.
 */
import { C_TAKEN } from "./layout.js";

export class EnabledSteps {
  private readonly at: number;

  /**
   * @param context the words of the thread's context
   * @param words the engine's memory
   * @param address where the steps begin, in bytes
   */
  constructor(
    private readonly context: Int32Array,
    private readonly words: Int32Array,
    address: number,
  ) {
    this.at = address >>> 2;
  }

  get count(): number {
    return this.context[C_TAKEN >>> 2]!;
  }

  treeOf(place: number): number {
    return this.words[this.at + 2 * place]!;
  }

  /** The leaf as a walk gives it: a negative number (observe/trees.ts). */
  leafOf(place: number): number {
    return this.words[this.at + 2 * place + 1]!;
  }

  /** Forgets all steps but one, which comes to stand at place 0. */
  keepOnly(place: number): void {
    const { words, at } = this;
    words[at] = words[at + 2 * place]!;
    words[at + 1] = words[at + 2 * place + 1]!;
    this.context[C_TAKEN >>> 2] = 1;
  }
}
