/**
 * The enabled steps of a thread's current row, by place: the tree of each step, and the leaf that the tree's walk ends
 * at.
 */
import { C_TAKEN } from "./layout.js";

export class EnabledSteps {
  private readonly at: number;

  /**
   * @param context the words of the thread's context
   * @param words the engine's memory
   * @param address byte address of the steps
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

  /** The leaf, a negative number (observe/trees.ts). */
  leafOf(place: number): number {
    return this.words[this.at + 2 * place + 1]!;
  }

  /** Removes all steps but the one at `place`, which moves to place 0. */
  keepOnly(place: number): void {
    const { words, at } = this;
    words[at] = words[at + 2 * place]!;
    words[at + 1] = words[at + 2 * place + 1]!;
    this.context[C_TAKEN >>> 2] = 1;
  }
}
