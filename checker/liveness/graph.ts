/**
 * The graph of a search that has come to its end. States are known by their references in the store. The search stores
 * no transitions: the decision trees give those of a state again, each with the action that it comes from, and with the
 * renaming of members that made the next state canonical. If there is room, transitions are kept after one pass over
 * the states; else they are made again whenever they are asked for.
 */

import type { Binding, Domains } from "../model/action.js";
import type { ActionInstance, Instance, Values } from "../model/instance.js";
import type { AnyState } from "../model/state.js";
import { placesOfSteps } from "../observe/leaf-steps.js";
import { forBinding, type Observed, type RunOutcome } from "../observe/observed.js";
import { DISABLED, type Trees } from "../observe/trees.js";
import { Finder, NOT_FOUND } from "../store/finder.js";
import { referenceOf, type ShardedStore } from "../store/shards.js";
import type { Canonicalizer } from "../symmetry/canonicalize.js";
import { DONE, type Expander, type Stop } from "../wasm/expander.js";
import { SHARDS } from "../wasm/sizes.js";
import { TransitionRecords } from "../wasm/transition-records.js";
import { type AdjacencyArrays, adjacencyBytes, MOST_LABELS, makeAdjacency } from "./adjacency.js";
import { Bits } from "./bits.js";
import { Readers, type SearchThreads, SUCCESSOR_MISSING } from "./readers.js";
import { type Renamed, Renamings, renamedActions } from "./renamings.js";
import type { TransitionReader } from "./transition-reader.js";

/** States between two breaks, at which the caller gets a turn. */
const BREAK = 4096;

/** What a search that has come to its end in memory leaves behind. */
export interface Explored {
  readonly instance: Instance;
  readonly expander: Expander;
  readonly store: ShardedStore;
  readonly canonicalizer: Canonicalizer;
  readonly trees: Trees<unknown>;
  /** The number of transitions. */
  readonly generated: number;
  /** The threads that may help; undefined if there are none. */
  readonly threads?: SearchThreads;
  /** Returns the index of a tree's action; -1 if the tree is a property's. */
  actionOf(tree: number): number;
  /** Returns the part of an observed function that a function of an action with its binding makes up. */
  forAction(
    action: ActionInstance,
    of: (action: ActionInstance, state: AnyState, message: unknown) => RunOutcome<unknown>,
  ): Pick<Observed<unknown>, "run" | "binding" | "renamed">;
  /** Answers the expander's miss. */
  answer(): void;
  /** Moves tables that have outgrown their places. */
  refresh(): void;
}

/** What a transition does: an action with its binding and, if it receives, the kind of message. */
export interface TransitionLabel {
  readonly action: ActionInstance;
  readonly message: string | undefined;
}

/** A function of states that is true or false, with one binding. */
export interface Predicate {
  readonly binding: Binding<Domains>;
  readonly holds: (state: AnyState, binding: Binding<Domains>) => boolean;
}

/** The transitions of one state, in arrays side by side, from the place `at` on. */
export interface Transitions {
  at: number;
  /** The place behind the last one. */
  end: number;
  /** References of the next states. */
  targets: Uint32Array;
  /** The renamings from the names of the state to those of the next states. */
  renamings: Uint8Array | Uint16Array;
  /** What the transitions do, as places among the graph's `labels`. */
  labels: Uint16Array | Uint32Array;
}

/**
 * Where the transitions of one state come from, in the same order: the tree of each, and which of its leaf's next
 * states it leads to.
 */
export interface Origins {
  readonly trees: readonly number[];
  readonly nths: readonly number[];
}

export class StateGraph {
  readonly renamings: Renamings;
  readonly actions: Renamed<ActionInstance>;
  /** Every reference is less than this. */
  readonly size: number;
  /** The share of the states, from 0 to 1, that `keep` or `ask` has looked at. */
  passed = 0;
  readonly labels: TransitionLabel[] = [];
  private readonly labelOfTree: number[] = [];
  private readonly numbers = new Map<string, number>();
  /** What the expander writes about the transitions of a state. */
  private readonly records: TransitionRecords;
  private readonly one = new Int32Array(1);
  private readonly finder: Finder;
  private adjacency: AdjacencyArrays | undefined;
  private readonly made: Transitions;
  private readonly kept: Transitions;
  private originsOf = { reference: -1, trees: [] as number[], nths: [] as number[] };

  constructor(readonly explored: Explored) {
    const { store, expander, canonicalizer } = explored;
    this.renamings = new Renamings(canonicalizer.nominal);
    this.actions = renamedActions(this.renamings, explored.instance.actions);
    this.size = referenceOf(0, Math.max(...store.counts));
    this.records = new TransitionRecords(expander);
    this.finder = new Finder(store);
    const arrays = { targets: new Uint32Array(64), renamings: new Uint16Array(64), labels: new Uint32Array(64) };
    this.made = { at: 0, end: 0, ...arrays };
    this.kept = { at: 0, end: 0, ...arrays };
  }

  /** Yields the references of all states, in ascending order. */
  *states(): Generator<number> {
    const { counts } = this.explored.store;
    const most = Math.max(...counts);
    for (let row = 0; row < most; row++)
      for (let shard = 0; shard < SHARDS; shard++) if (row < counts[shard]!) yield referenceOf(shard, row);
  }

  /** Makes the state the expander's current row, so that predicates can be asked of it. */
  load(reference: number): void {
    const { expander } = this.explored;
    this.copyToInput(reference);
    expander.loadRow(expander.input);
  }

  private copyToInput(reference: number): void {
    const { expander, store } = this.explored;
    store.copyRow(reference, expander.words, expander.input >>> 2);
  }

  /**
   * Keeps all transitions from now on, if there is room for them. Yields now and then, so that the caller gets a turn.
   * @param room in bytes
   * @throws ThreadLost if a thread has ended
   */
  *keep(room: number): Generator<void, void> {
    const { store, generated, expander, threads } = this.explored;
    if (this.adjacency || adjacencyBytes(this.size, generated, this.renamings.count) > room) return;
    const adjacency = makeAdjacency(this.size, generated, this.renamings.count);
    const readers = new Readers(adjacency, expander, store);
    try {
      if (threads) readers.start(threads);
      for (const share of readers.read((reference) => this.read(reference, readers.reader, adjacency))) {
        if (this.labels.length > MOST_LABELS) return;
        this.passed = share;
        yield;
      }
    } finally {
      readers.end();
    }
    const { targets, renamings, labels } = adjacency;
    Object.assign(this.kept, { targets, renamings, labels });
    this.adjacency = adjacency;
  }

  /** Adds the transitions of a state to those that are kept, and what they are met with first to the tables. */
  private read(reference: number, reader: TransitionReader, { labelOfTree, renamingOf }: AdjacencyArrays): void {
    const { records } = this;
    const count = this.make(reference);
    if (reader.add(reference, count)) return;
    for (let i = 0; i < count; i++) {
      renamingOf[records.renamingOf(i)] = this.renamingOf(i) + 1;
      labelOfTree[records.treeOf(i)] = this.labelOf(records.treeOf(i)) + 1;
    }
    if (this.labels.length > MOST_LABELS) return;
    if (!reader.add(reference, count)) throw new Error("there are more transitions than the search has generated");
  }

  /**
   * Makes the state the expander's current row, has the records of its transitions written, and returns how many there
   * are.
   */
  private make(reference: number): number {
    const { expander } = this.explored;
    const { room } = this.records;
    this.expand(reference, () => expander.transitions(room));
    const count = expander.transitionCount;
    if (count > room) throw new Error(`a state has ${count} successors, and there is room for ${room}`);
    return count;
  }

  private expand(reference: number, how: () => Stop): void {
    const { explored } = this;
    this.copyToInput(reference);
    explored.expander.forget();
    while (how() !== DONE) {
      explored.answer();
      this.copyToInput(reference);
    }
  }

  /** Whether all transitions are kept. */
  get isKept(): boolean {
    return this.adjacency !== undefined;
  }

  /**
   * Returns the trees that have a transition from a state; valid until the expander is called again. Makes the state
   * the expander's current row. No next state is made.
   */
  enabledTrees(reference: number): Int32Array {
    const { expander } = this.explored;
    this.expand(reference, () => expander.enabledTrees());
    return expander.enabled;
  }

  /**
   * Gives renamings their numbers in the order in which transitions are met with, as `keep` would, without keeping any.
   * Among names that are equally good a lasso takes those of least number.
   */
  meetRenamings(): void {
    let states = 0;
    for (const reference of this.states()) {
      if (this.renamings.met === this.renamings.count || states++ === BREAK) return;
      const count = this.make(reference);
      for (let i = 0; i < count; i++) this.renamingOf(i);
    }
  }

  private renamingOf(record: number): number {
    return this.renamings.fromExpander(this.records.renamingOf(record));
  }

  /** Returns the label of a tree's transitions. */
  labelOf(tree: number): number {
    return this.labelOfTree[tree] ?? this.learnLabel(tree);
  }

  /**
   * Returns in which states a constraint has cut something off, the state itself or a step from it; undefined if there
   * is none. What a run could do there is not known. Yields now and then, so that the caller gets a turn.
   */
  *cutOff(): Generator<void, Bits | undefined> {
    if (this.explored.instance.constraints.length === 0) return undefined;
    const bits = new Bits(this.size, 1);
    let [states, isAny] = [0, false];
    for (const reference of this.states()) {
      this.make(reference);
      if (this.explored.expander.isCut) {
        bits.set(reference, 0);
        isAny = true;
      }
      if (++states % BREAK === 0) yield;
    }
    return isAny ? bits : undefined;
  }

  /** Returns the transitions of a state; valid until those of another are asked for. */
  transitionsOf(reference: number): Transitions {
    const { adjacency, kept } = this;
    if (adjacency === undefined) return this.madeAgain(reference);
    kept.at = adjacency.first[reference]!;
    kept.end = kept.at + adjacency.degrees[reference]!;
    return kept;
  }

  private madeAgain(reference: number): Transitions {
    const { made, records, one } = this;
    const count = this.make(reference);
    if (count > made.targets.length) {
      made.targets = new Uint32Array(2 * count);
      made.renamings = new Uint16Array(2 * count);
      made.labels = new Uint32Array(2 * count);
    }
    made.end = count;
    for (let i = 0; i < count; i++) {
      one[0] = i;
      this.finder.findAll(records.shardOf(i), records, one, made.targets, 0);
      made.renamings[i] = this.renamingOf(i);
      made.labels[i] = this.labelOf(records.treeOf(i));
    }
    if (made.targets.subarray(0, count).includes(NOT_FOUND)) throw new Error(SUCCESSOR_MISSING);
    return made;
  }

  /** Returns where the transitions of a state come from. Makes the state the expander's current row. */
  origins(reference: number): Origins {
    const { originsOf: known, records } = this;
    if (known.reference === reference) return known;
    const count = this.make(reference);
    const places = Array.from({ length: count }, (_, i) => i);
    const { at, end, labels } = this.kept;
    const isSame = (i: number) => labels[at + i] === this.labelOf(records.treeOf(i));
    if (this.adjacency && (end - at !== count || !places.map(isSame).every(Boolean)))
      throw new Error("the transitions of a state are not the same when they are made again");
    this.originsOf = {
      reference,
      trees: places.map((i) => records.treeOf(i)),
      nths: places.map((i) => records.nthOf(i)),
    };
    return this.originsOf;
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

  /**
   * Evaluates lists of predicates in all states, and returns for each list the truth values by state and place in the
   * list. Yields now and then, so that the caller gets a turn.
   * @param name names the predicates in errors
   * @throws PredicateThrew if one of them throws in some state
   */
  *ask(name: string, lists: readonly (readonly Predicate[])[]): Generator<void, Bits[]> {
    const { trees, expander } = this.explored;
    const asked = lists.map((predicates) => ({
      bits: new Bits(this.size, predicates.length),
      trees: predicates.map(({ binding, holds }) =>
        trees.add({
          name: () => name,
          takes: undefined,
          onThrow: () => [],
          ...forBinding(binding, (state, binding) =>
            holds(state, binding) ? { kind: "steps", next: [], events: [] } : { kind: "disabled" },
          ),
        }),
      ),
    }));
    const { count: all } = this.explored.store;
    let states = 0;
    const throwing = { threw: [] as number[], failed: [] as number[] };
    for (const reference of this.states()) {
      this.load(reference);
      for (const { bits, trees: own } of asked) {
        for (let i = 0; i < own.length; i++) {
          const leaf = this.settled(trees.leafOf(own[i]!, expander.row));
          const how = trees.threwAt(leaf);
          if (how !== undefined) throwing[how].push(reference);
          else if (leaf !== DISABLED) bits.set(reference, i);
        }
      }
      this.passed = ++states / all;
      if (states % BREAK === 0) yield;
    }
    const { threw, failed } = throwing;
    if (threw.length + failed.length > 0) throw new PredicateThrew(name, threw, failed);
    return asked.map(({ bits }) => bits);
  }

  /**
   * Returns a function that tells what the trees of `shadowOf` have noted about the steps of a state that come from a
   * tree, with the place of each of the tree's steps in the notes, undefined if it is the same; if a function threw, or
   * an assertion in it failed, that.
   * @param shadowOf returns, for a tree, a function that runs on the same states and notes things as its events
   */
  notes(shadowOf: (tree: number) => Observed<unknown>) {
    const { trees, expander } = this.explored;
    const shadows: number[] = [];
    return (reference: number, tree: number): Notes | "threw" | "failed" => {
      shadows[tree] ??= trees.add(shadowOf(tree));
      this.load(reference);
      const leaf = this.settled(trees.leafOf(shadows[tree]!, expander.row));
      const how = trees.threwAt(leaf);
      if (how !== undefined) return how;
      const special = -trees.words[-leaf]!;
      if (leaf === DISABLED || special <= 0) return { events: [], places: undefined };
      const places = placesOfSteps(trees, trees.leafOf(tree, expander.row), leaf, expander.row);
      return { events: trees.specials[special - 1]!, places };
    };
  }

  private settled(leaf: number): number {
    if (this.explored.trees.families.outgrown) this.explored.refresh();
    return leaf;
  }

  /** Returns a hash of a state's content, the same in every run. Makes the state the expander's current row. */
  contentOf(reference: number): number {
    this.load(reference);
    return this.explored.expander.content;
  }

  /** Returns the values of a state. Makes the state the expander's current row. */
  valuesOf(reference: number): Values {
    const { expander, canonicalizer, trees } = this.explored;
    this.load(reference);
    return canonicalizer.valuesOf(expander.row.slice(0, trees.families.columns.count));
  }
}

/** What a shadow has noted of the steps of a state that come from a tree. */
interface Notes {
  readonly events: readonly unknown[];
  readonly places: readonly number[] | undefined;
}

/** A predicate of a liveness property, or of an assumption of fairness, throws in some states. */
export class PredicateThrew extends Error {
  override readonly name = "PredicateThrew";

  /**
   * @param threw the references of states in which it throws
   * @param failed the references of states in which it throws because an assertion fails
   */
  constructor(
    what: string,
    readonly threw: readonly number[],
    readonly failed: readonly number[],
  ) {
    super(`${what} cannot be decided: ${threw.length > 0 ? "a function of the model threw" : "an assertion failed"}`);
  }
}

export function keyOfLabel(action: number, message: string | undefined): string {
  return `${action} ${message ?? ""}`;
}
