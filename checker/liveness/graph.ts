/**
 * The graph of an explored model. States are known by their references in the store. Transitions are not stored: the decision trees give
 * those of a state again whenever they are asked for, each with the action that it comes from, and with the renaming of
 * members that made the next state canonical.
 */
import type { Kernel } from "../kernel/kernel.js";
import {
  BIN_ROWS,
  DONE,
  RECORD_HEAD,
  SHARDS,
  T_LEAF,
  T_NTH,
  T_RENAMING,
  T_TREE,
  TRANSITION_HEAD,
} from "../kernel/layout.js";
import type { ActionInstance, Instance, Values } from "../model/instance.js";
import type { AnyState } from "../model/state.js";
import { DISABLED, type Outcome, type Trees } from "../observe/trees.js";
import { placeOf, referenceOf, type ShardedStore } from "../store/shards.js";
import type { Canonicalizer } from "../symmetry/canonicalize.js";
import { Renamings } from "./renamings.js";

/** What a search leaves behind that has come to its end in memory. */
export interface Explored {
  readonly instance: Instance;
  readonly kernel: Kernel;
  readonly store: ShardedStore;
  readonly canonicalizer: Canonicalizer;
  readonly trees: Trees<unknown>;
  /** The action of a tree, by its index; -1 if it is a property's. */
  actionOf(tree: number): number;
  /** Answers what the kernel has asked for. */
  answer(): void;
  /** Moves tables that have outgrown their places. */
  refresh(): void;
}

/** What a transition does: an action with its binding and, if it receives, the kind of message. */
export interface Label {
  readonly action: ActionInstance;
  readonly message: string | undefined;
}

/** The transitions of one state, side by side. */
export interface Transitions {
  count: number;
  /** References of the next states. */
  targets: Uint32Array;
  /** From the names of the state to those of the next. */
  renamings: Uint16Array;
  /** What they do, as places among `labels`. */
  labels: Uint32Array;
  trees: Uint32Array;
  leaves: Uint32Array;
  /** Which of its leaf's next states each leads to. */
  nths: Uint32Array;
}

export class StateGraph {
  readonly renamings: Renamings;
  /** Every reference is below. */
  readonly size: number;
  readonly labels: Label[] = [];
  private readonly labelOfTree: number[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly room: number;
  private readonly recordWords: number;
  private readonly bins: number;
  readonly transitions: Transitions = {
    count: 0,
    targets: new Uint32Array(64),
    renamings: new Uint16Array(64),
    labels: new Uint32Array(64),
    trees: new Uint32Array(64),
    leaves: new Uint32Array(64),
    nths: new Uint32Array(64),
  };

  constructor(readonly explored: Explored) {
    const { store, kernel, canonicalizer } = explored;
    this.renamings = new Renamings(canonicalizer.nominal);
    this.size = referenceOf(0, Math.max(...store.counts));
    const { words } = store.options;
    this.recordWords = (TRANSITION_HEAD >>> 2) + words;
    this.room = Math.floor((SHARDS * BIN_ROWS * (RECORD_HEAD + 4 * words)) / (4 * this.recordWords));
    this.bins = kernel.bins >>> 2;
  }

  /** All states. */
  *states(): Generator<number> {
    const { counts } = this.explored.store;
    for (let shard = 0; shard < SHARDS; shard++)
      for (let row = 0; row < counts[shard]!; row++) yield referenceOf(shard, row);
  }

  /** Makes a state the kernel's current row: predicates are asked of it. */
  load(reference: number): void {
    const { kernel } = this.explored;
    this.copyToInput(reference);
    kernel.loadRow(kernel.input);
  }

  private copyToInput(reference: number): void {
    const { kernel, store } = this.explored;
    const [shard, row] = placeOf(reference);
    store.copyRows(shard, row, row + 1, kernel.words, kernel.input >>> 2);
  }

  /** Makes a state the kernel's current row, and finds its transitions. */
  visit(reference: number): Transitions {
    const { explored, transitions, bins, recordWords } = this;
    const { kernel, store } = explored;
    this.copyToInput(reference);
    kernel.begin(1);
    while (kernel.transitions(this.room) !== DONE) {
      explored.answer();
      this.copyToInput(reference);
    }
    const count = kernel.transitionCount;
    kernel.begin(0);
    if (count > this.room) throw new Error(`a state has ${count} successors, and there is room for ${this.room}`);
    if (count > transitions.targets.length) this.grow(count);
    transitions.count = count;
    const { words } = kernel;
    for (let i = 0, at = bins; i < count; i++, at += recordWords) {
      const target = store.find(words, at, TRANSITION_HEAD);
      if (target === undefined) throw new Error("a successor is not among the states: the search was not complete");
      transitions.targets[i] = target;
      transitions.renamings[i] = this.renamings.fromKernel(words[at + (T_RENAMING >>> 2)]!);
      const tree = words[at + (T_TREE >>> 2)]!;
      transitions.labels[i] = this.labelOfTree[tree] ?? this.learnLabel(tree);
      transitions.trees[i] = tree;
      transitions.leaves[i] = words[at + (T_LEAF >>> 2)]!;
      transitions.nths[i] = words[at + (T_NTH >>> 2)]!;
    }
    return transitions;
  }

  private grow(count: number): void {
    let room = this.transitions.targets.length;
    while (room < count) room *= 2;
    Object.assign(this.transitions, {
      ...{ targets: new Uint32Array(room), renamings: new Uint16Array(room), labels: new Uint32Array(room) },
      ...{ trees: new Uint32Array(room), leaves: new Uint32Array(room), nths: new Uint32Array(room) },
    });
  }

  private learnLabel(tree: number): number {
    const { instance, trees } = this.explored;
    const action = instance.actions[this.explored.actionOf(tree)]!;
    const takes = trees.observed[tree]!.takes;
    const message =
      takes === undefined ? undefined : action.action.kinds?.of(trees.families.atoms.valueOf(takes.message));
    const key = keyOfLabel(action.index, message);
    const known = this.numbers.get(key) ?? this.labels.push({ action, message }) - 1;
    this.numbers.set(key, known);
    this.labelOfTree[tree] = known;
    return known;
  }

  /** A predicate of states, to be asked of the current row. */
  predicate(name: string, holds: (state: AnyState) => boolean): () => boolean {
    const { trees, kernel } = this.explored;
    const tree = trees.add({
      name: () => name,
      takes: undefined,
      run: (state) => (holds(state) ? { kind: "steps", next: [], events: [] } : { kind: "disabled" }),
    });
    return () => this.settled(trees.leafOf(tree, kernel.row)) !== DISABLED;
  }

  /** What is noted of the steps of an action: to be asked of the current row, for one of its transitions. */
  notes(of: string, run: (tree: number, state: AnyState, message: unknown) => Outcome<unknown>) {
    const { trees, kernel } = this.explored;
    const shadows: number[] = [];
    return (tree: number): readonly unknown[] => {
      const { takes } = trees.observed[tree]!;
      shadows[tree] ??= trees.add({ name: () => of, takes, run: (state, message) => run(tree, state, message) });
      const leaf = this.settled(trees.leafOf(shadows[tree]!, kernel.row));
      const special = -trees.words[-leaf]!;
      return leaf === DISABLED || special <= 0 ? [] : trees.specials[special - 1]!;
    };
  }

  private settled(leaf: number): number {
    if (this.explored.trees.families.outgrown) this.explored.refresh();
    return leaf;
  }

  /** A hash of what a state says, the same in every run. Makes it the current row. */
  contentOf(reference: number): number {
    this.load(reference);
    return this.explored.kernel.content;
  }

  /** The values of a state. */
  valuesOf(reference: number): Values {
    const { kernel, canonicalizer, trees } = this.explored;
    this.load(reference);
    return canonicalizer.valuesOf(kernel.row.slice(0, trees.families.ofSlot.length));
  }
}

export function keyOfLabel(action: number, message: string | undefined): string {
  return `${action} ${message ?? ""}`;
}
