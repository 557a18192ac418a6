/**
 * A pure function of a state, whose results are kept by what it has read: it is a decision tree whose nodes are slots
 * and whose branches are their values, so that the function runs once for each distinct input that it looks at.
 */
import { FunctionError } from "../errors.js";
import type { SlotSource } from "../model/state.js";
import type { InternedValue } from "./interned-values.js";

type Tree<T> = Branching<T> | { readonly result: T };

interface Branching<T> {
  readonly slot: number;
  readonly children: Map<number, Tree<T>>;
}

export class LearnedFunction<T> {
  private root: Tree<T> | undefined;
  private kept = 0;

  /**
   * @param run the function @param who names it, for errors
   * @param noteRead is told of each slot that the function has read in some state
   * @param most the number of results that are kept; for further inputs the function runs each time
   */
  constructor(
    private readonly run: (source: SlotSource) => T,
    private readonly who: () => string,
    private readonly noteRead?: (slot: number) => void,
    private readonly most = Number.POSITIVE_INFINITY,
  ) {}

  /** Returns the result in a state. @throws what the function throws */
  in(slots: readonly InternedValue[]): T {
    let tree = this.root;
    while (tree !== undefined && "slot" in tree) tree = tree.children.get(slots[tree.slot]!.id);
    return tree === undefined ? this.learn(slots) : tree.result;
  }

  private learn(slots: readonly InternedValue[]): T {
    const read = new Set<number>();
    const result = this.run({
      read(slot) {
        read.add(slot);
        return slots[slot]!.value;
      },
    });
    if (this.noteRead !== undefined) for (const slot of read) this.noteRead(slot);
    if (this.kept < this.most) this.root = this.grown(this.root, [...read], 0, slots, result);
    this.kept++;
    return result;
  }

  private grown(
    tree: Tree<T> | undefined,
    read: readonly number[],
    depth: number,
    slots: readonly InternedValue[],
    result: T,
  ): Tree<T> {
    const slot = read[depth];
    if (tree !== undefined && (slot === undefined || !("slot" in tree) || tree.slot !== slot))
      throw new FunctionError(`${this.who()} is impure: it read other variables for the same values`);
    if (slot === undefined) return { result };
    const branching = (tree as Branching<T> | undefined) ?? { slot, children: new Map() };
    const { id } = slots[slot]!;
    branching.children.set(id, this.grown(branching.children.get(id), read, depth + 1, slots, result));
    return branching;
  }
}
