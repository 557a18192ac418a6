/**
 * Counts what is covered in each state that a search has stored. An action has a decision tree for each message that it
 * receives, or one: where a state's row leads in the tree tells what the action does, without a call. What is at a
 * place of a tree (which cell decided, whether it is a step) is found out once, by the reference semantics.
 */

import { RegionFull, Thrown } from "../../errors.js";
import { isUnspecified } from "../../model/action.js";
import type { Channel } from "../../model/channel.js";
import { type ActionInstance, type Instance, nameOfInstance } from "../../model/instance.js";
import { nextStates, stepOf } from "../../model/reference.js";
import type { AnyState } from "../../model/state.js";
import { attempt } from "../../model/thrown.js";
import type { ChannelInterner } from "../../observe/compound.js";
import { UNKNOWN } from "../../observe/trees.js";
import type { Engine } from "../engine/engine.js";
import type { ObservedModel } from "../engine/observed-model.js";
import { ActionCounters } from "./action-counters.js";
import type { Counter } from "./counter.js";
import type { FunctionCoverage } from "./coverage.js";
import { Evaluations } from "./evaluations.js";
import type { FieldReads } from "./field-reads.js";
import type { Input } from "./function-counters.js";
import { TableCounters } from "./table-counters.js";
import { fieldsSet, type MessageFields } from "./unread-fields.js";
import { ValueCounters } from "./value-counters.js";

/** What a place of a tree comes to. */
interface Reached {
  /** The counters of what is covered there. */
  readonly counters: readonly Counter[];
  /** The input of the function; undefined if its evaluations are not counted. */
  readonly input?: Input | undefined;
  /** The number of next states. */
  readonly steps: number;
}

const NOTHING: Reached = { counters: [], steps: 0 };

/** How many value ids a slot has at most. */
const IDS = 65_536;

export class CountedStates {
  /** How many states were counted. */
  count = 0;
  readonly tables: ReadonlyMap<string, TableCounters>;
  readonly actions: ActionCounters;
  readonly values: ValueCounters;
  private readonly evaluations: Evaluations;
  private readonly instance: Instance;
  /** The actions that receive nothing, each with its tree. */
  private readonly others: readonly (readonly [tree: number, action: ActionInstance])[];
  /** By slot: the actions that take messages from its channel. */
  private readonly receiving: ReadonlyMap<number, readonly ActionInstance[]>;
  /** By action and message: the tree. */
  private readonly treeOf: (number | undefined)[][];
  /** By place of a tree: what it comes to. */
  private readonly reached = new Map<number, Reached>();
  /** By slot and value id: the atoms of the messages that can be received. */
  private readonly takeable = new Map<number, readonly number[]>();
  /** By slot and value id: the counters of the columns that messages under way are in. */
  private readonly underWay = new Map<number, readonly Counter[]>();

  constructor(
    private readonly engine: Engine,
    private readonly reads: FieldReads,
    private readonly messages: MessageFields,
  ) {
    const { model, families, canonicalizer } = engine;
    const { actions, tables } = families.instance;
    this.instance = families.instance;
    this.tables = new Map(tables.map((table) => [table.name, new TableCounters(table)]));
    const interchangeable = canonicalizer.nominal?.members;
    this.actions = new ActionCounters(actions, interchangeable);
    this.evaluations = new Evaluations(engine, interchangeable);
    this.values = new ValueCounters(families.instance, interchangeable, (slot, message) =>
      this.sourcesOf(slot, message),
    );
    this.receiving = bySlot(actions);
    this.treeOf = actions.map(() => []);
    const others: [number, ActionInstance][] = [];
    model.actionOf.forEach((index, tree) => {
      if (index < 0) return;
      const { takes } = model.trees.observed[tree]!;
      if (takes === undefined) others.push([tree, actions[index]!]);
      else this.treeOf[index]![takes.message] = tree;
    });
    this.others = others;
  }

  /**
   * Counts the state that is the expander's current row.
   * @param depth undefined if it is not known
   */
  add(depth: number | undefined): void {
    const { expander, families, model } = this.engine;
    const { columns } = families;
    const row = expander.row.slice(0, columns.count);
    const state = this.count++;
    const note = ({ counters, steps, input }: Reached) => {
      for (const counter of counters) counter.note(state, depth, steps);
      input?.note(depth);
    };
    for (let column = 0; column < row.length; column++) this.values.add(column, row[column]!, families, state, depth);
    for (const [tree, action] of this.others) note(this.reachedBy(tree, row, action, undefined));
    for (const [slot, actions] of this.receiving) {
      const id = row[columns.at(slot)]!;
      for (const counter of this.columnsAt(slot, id, actions)) counter.note(state, depth);
      for (const message of this.takeableAt(slot, id)) {
        for (const action of actions) {
          const tree = this.treeOf[action.index]![message];
          if (tree === undefined) throw new Error(`no tree has what ${nameOfInstance(action)} does with a message`);
          note(this.reachedBy(tree, row, action, message));
        }
      }
    }
    for (const { tree, receiver } of model.receiverRows) note(this.rowOf(tree, row, receiver));
    for (const invariant of model.invariants) note(this.invariantOf(invariant, row));
  }

  /** The functions, each with what it found where it reads. */
  get functions(): FunctionCoverage[] {
    return this.evaluations.coverage(this.values);
  }

  /** Returns what the function of `tree` comes to on `row`. */
  private reachedBy(tree: number, row: Uint16Array, action: ActionInstance, message: number | undefined): Reached {
    return this.at(this.placeIn(tree, row), () => this.judged(row, action, message));
  }

  private invariantOf(invariant: ObservedModel["invariants"][number], row: Uint16Array): Reached {
    let place = UNKNOWN;
    try {
      place = this.placeIn(invariant.tree, row);
    } catch (error) {
      // An invariant that fails in too many ways to remember is asked in each state anew.
      if (!(error instanceof RegionFull)) throw error;
    }
    return this.at(place, () => ({ ...NOTHING, input: this.evaluations.ofInvariant(row, invariant) }));
  }

  /** Returns what the tree of the row that `receiver` is in comes to. */
  private rowOf(tree: number, row: Uint16Array, receiver: ActionInstance): Reached {
    const { action, binding } = receiver;
    return this.at(this.placeIn(tree, row), () => {
      const { table, row: rowIn } = action.reception!;
      const name = rowIn(this.instance.stateOf(this.engine.canonicalizer.valuesOf(row)), binding);
      const counter = this.tables.get(table.name)!.rows.get(name);
      this.evaluations.noteRow(row, receiver, name, this.values);
      return { counters: counter === undefined ? [] : [counter], steps: 0 };
    });
  }

  private at(place: number, judge: () => Reached): Reached {
    const known = this.reached.get(place);
    if (known !== undefined) return known;
    const reached = judge();
    if (place !== UNKNOWN) this.reached.set(place, reached);
    return reached;
  }

  /**
   * Returns the place of a tree that a row leads to: the word index of the link to the leaf; of a tree that reads
   * nothing, a negative number of its own; UNKNOWN if the tree has no room to remember it.
   */
  private placeIn(tree: number, row: Uint16Array): number {
    const known = this.linkIn(tree, row);
    if (known !== UNKNOWN) return known;
    const { model, families } = this.engine;
    model.trees.run(tree, row);
    if (families.outgrown) {
      // All trees are rebuilt: their places mean something else now.
      this.engine.refresh();
      this.reached.clear();
      if (!model.trees.knows(tree, row)) model.trees.run(tree, row);
    }
    return this.linkIn(tree, row);
  }

  private linkIn(tree: number, row: Uint16Array): number {
    const { trees } = this.engine.model;
    const { words } = trees;
    const { halves } = trees.families.arena;
    let link = -1 - tree;
    let node = trees.roots[tree]!;
    while (node > 0) {
      link = node + 2 + halves[words[node + 1]! + row[words[node]!]!]!;
      node = words[link]!;
    }
    return node === UNKNOWN ? UNKNOWN : link;
  }

  /** Runs an action's function on a state, and returns what it comes to. */
  private judged(row: Uint16Array, action: ActionInstance, message: number | undefined): Reached {
    const { engine, instance } = this;
    const before = instance.stateOf(engine.canonicalizer.valuesOf(row));
    const received = message === undefined ? undefined : this.receivedBy(action, message);
    const run = attempt(
      () => nameOfInstance(action),
      () => {
        if (received === undefined) return action.action.run(before, action.binding, undefined);
        const { value, source, read } = received;
        const left = (before.read(action.takes!) as Channel<unknown>).take(value);
        const noted = this.reads.noting(value, source, read);
        return action.action.run(before.write(action.takes!, left), action.binding, noted);
      },
    );
    // The search tells of a function that throws, and nobody knows what it would have done.
    if (run instanceof Thrown) return NOTHING;
    const cell = run.cell && this.tables.get(run.cell.table)!.cells.get(run.cell.name)!;
    const met = cell === undefined ? [] : [cell.met];
    const input = this.evaluations.ofAction(row, action, run, received);
    const next = isUnspecified(run.result) ? [] : nextStates(instance, action, run);
    if (next.length === 0) return { counters: met, steps: 0, input };
    for (const after of next) this.lookAtStep(before, after, action);
    const taken = cell === undefined ? [] : [cell.taken];
    return { counters: [...met, ...taken, ...this.actions.of(action)], steps: next.length, input };
  }

  /** Has all step invariants look at a step, as in a search, so that what they read is noted. */
  private lookAtStep(before: AnyState, after: AnyState, action: ActionInstance): void {
    const { instance, reads } = this;
    const step = stepOf(instance, after, action);
    const [first, second] = [reads.notingState(before, instance), reads.notingState(after, instance)];
    for (const { of } of instance.stepInvariants) {
      for (const binding of instance.bindings(of.domains)) {
        attempt(
          () => of.name,
          () => of.holds(first, second, binding, step),
        );
      }
    }
  }

  private receivedBy(action: ActionInstance, atom: number) {
    const value = this.engine.families.atoms.valueOf(atom);
    return { slot: action.takes!, atom, value, source: this.sourceOf(action, value), read: new Set<string>() };
  }

  /** Names where a message in a slot comes from, as its receivers do. */
  private sourcesOf(slot: number, message: unknown): string[] {
    const { variable } = this.instance.layout.slots[slot]!;
    const receivers = this.receiving.get(slot) ?? [];
    return [...new Set(receivers.length === 0 ? [variable] : receivers.map((of) => this.sourceOf(of, message)))];
  }

  /** Names where a message comes from: its channel, and its kind if it has one. */
  private sourceOf({ action, takes }: ActionInstance, message: unknown): string {
    const { variable } = this.instance.layout.slots[takes!]!;
    return action.kinds === undefined ? variable : `${variable}.${action.kinds.of(message)}`;
  }

  private takeableAt(slot: number, id: number): readonly number[] {
    const known = this.takeable.get(slot * IDS + id);
    if (known !== undefined) return known;
    const atoms = this.channelsIn(slot).takeable(id);
    this.takeable.set(slot * IDS + id, atoms);
    return atoms;
  }

  private channelsIn(slot: number): ChannelInterner {
    return this.engine.families.heldIn[slot]!.channels!;
  }

  private columnsAt(slot: number, id: number, actions: readonly ActionInstance[]): readonly Counter[] {
    const known = this.underWay.get(slot * IDS + id);
    if (known !== undefined) return known;
    const channel = this.channelsIn(slot).valueOf(id) as Channel<unknown>;
    const counters = new Set<Counter>();
    for (const message of channel.messages()) {
      for (const receiver of actions) {
        const { kinds, reception } = receiver.action;
        for (const field of fieldsSet(message)) this.messages.add(`${this.sourceOf(receiver, message)}.${field}`);
        const column = kinds && reception && this.tables.get(reception.table.name)!.columns.get(kinds.of(message));
        if (column !== undefined) counters.add(column);
      }
    }
    this.underWay.set(slot * IDS + id, [...counters]);
    return [...counters];
  }
}

function bySlot(actions: readonly ActionInstance[]): Map<number, ActionInstance[]> {
  const receiving = new Map<number, ActionInstance[]>();
  for (const action of actions) {
    if (action.takes === undefined) continue;
    receiving.set(action.takes, [...(receiving.get(action.takes) ?? []), action]);
  }
  return receiving;
}
