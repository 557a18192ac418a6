/** Has the expander look at single rows, apart from the search: for counterexamples, the audit and random walks. */

import type { Instance, Values } from "../../model/instance.js";
import type { Canonicalizer } from "../../symmetry/canonicalize.js";
import { BIN_FULL, DONE } from "../../wasm/expander.js";
import type { Engine } from "./engine.js";
import type { ObservedModel } from "./observed-model.js";

export class Inspector {
  constructor(readonly engine: Engine) {}

  get instance(): Instance {
    return this.engine.families.instance;
  }

  get canonicalizer(): Canonicalizer {
    return this.engine.canonicalizer;
  }

  get model(): ObservedModel {
    return this.engine.model;
  }

  /**
   * Prepares the engine to expand rows that are not stored. Only the first of the initial states is looked at: there
   * may be more of them than an engine can hold.
   * @throws FunctionError if an author's function breaks its contract
   * @throws LimitReached if there are too many values, or the tables are too large
   */
  prepare(): void {
    const { model, engine } = this;
    const { families } = engine;
    const row = families.rowOf(this.instance.firstExpanded);
    families.growCapacities();
    model.start(row);
    engine.refresh();
    engine.expander.bins.inUse = 1;
  }

  /** Returns the canonical row of `values`, a state of the reference semantics. */
  rowOf(values: Values): Uint16Array {
    const { families, expander } = this.engine;
    this.canonicalize(families.rowOf(values));
    return expander.scratch.slice(0, families.columns.count);
  }

  /** Leaves the canonical form of `row` in the expander's scratch place. */
  canonicalize(row: Uint16Array): void {
    const { expander } = this.engine;
    expander.scratch.fill(0);
    expander.scratch.set(row);
    while (expander.canonicalize() !== DONE) this.engine.handleMiss();
  }

  /** Returns the value ids that `stored`, a row as it is stored, stands for. */
  unfolded(stored: Uint32Array): Uint16Array {
    const { expander, families } = this.engine;
    // The input may be overwritten, since it is filled anew before it is used.
    expander.words.set(stored, expander.input >>> 2);
    expander.loadRow(expander.input);
    return expander.row.slice(0, families.columns.count);
  }

  /**
   * Returns the canonical successors of `row` as the trees give them, each with the index of the action that leads to
   * it.
   */
  successorsOf(row: Uint16Array): { row: Uint16Array; action: number }[] {
    const { engine } = this;
    const { expander } = engine;
    engine.refresh();
    const { inUse } = expander.bins;
    expander.bins.inUse = 1;
    const rows: Uint16Array[] = [];
    try {
      this.loadInput(row);
      for (let stop = expander.expand(); ; stop = expander.expand()) {
        if (stop === DONE || stop === BIN_FULL) rows.push(...this.drain());
        else engine.handleMiss();
        if (stop === DONE) break;
      }
    } finally {
      expander.bins.inUse = inUse;
      expander.begin(0);
    }
    const actions = this.actionsTaken();
    return rows.map((row, i) => ({ row, action: actions[i]! }));
  }

  /** Makes `row` the expander's only input, in the form of stored rows. */
  private loadInput(row: Uint16Array): void {
    const { expander, store } = this.engine;
    expander.scratch.fill(0);
    expander.scratch.set(row);
    while (expander.seed() !== DONE) this.engine.handleMiss();
    const from = expander.bins.rowAddress(0);
    expander.bytes.copyWithin(expander.input, from, from + 4 * store.options.words);
    expander.bins.clear(0);
    expander.begin(1);
  }

  /** Takes all rows out of the first bin, and returns their value ids. */
  private drain(): Uint16Array[] {
    const { expander, store } = this.engine;
    const bytes = 4 * store.options.words;
    const rows = Array.from({ length: expander.bins.countOf(0) }, (_, i) => {
      const at = expander.bins.rowAddress(i);
      return new Uint32Array(expander.bytes.slice(at, at + bytes).buffer);
    });
    expander.bins.clear(0);
    const current = expander.row.slice();
    const unfolded = rows.map((row) => this.unfolded(row));
    expander.row.set(current);
    return unfolded;
  }

  /** Returns, for each next state of the row expanded last, in order, the index of its action. */
  private actionsTaken(): number[] {
    const { expander, model } = this.engine;
    const { words } = expander;
    const { enabled } = expander.context;
    return Array.from({ length: enabled.count }, (_, i) => i).flatMap((i) => {
      const [tree, leaf] = [enabled.treeOf(i), -enabled.leafOf(i)];
      const next = words[leaf]! < 0 ? words[words[leaf + 1]!]! : words[leaf]!;
      return Array<number>(next).fill(model.actionOf[tree]!);
    });
  }
}
