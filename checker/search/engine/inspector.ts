/** Single rows under the kernel, outside of the search: for counterexamples, for the audit, for random walks. */

import type { Values } from "../../model/instance.js";
import { BIN_FULL, C_SHARD_MASK, C_TAKEN, C_TAKEN_AT, DONE, RECORD_HEAD } from "../../wasm/layout.js";
import type { Machinery } from "./engine.js";

export class Inspector {
  constructor(private readonly machinery: Machinery) {}

  /** The canonical row of a state of the reference semantics. */
  rowOf(values: Values): Uint16Array {
    const { families, kernel } = this.machinery;
    this.canonicalize(families.rowOf(values));
    return kernel.scratch.slice(0, families.ofSlot.length);
  }

  /** Leaves the canonical form of a row in the kernel's scratch place. */
  canonicalize(row: Uint16Array): void {
    const { kernel } = this.machinery;
    kernel.scratch.fill(0);
    kernel.scratch.set(row);
    while (kernel.canonicalize() !== DONE) this.machinery.answer();
  }

  /** The value ids that a stored row stands for. */
  unfolded(stored: Uint32Array): Uint16Array {
    const { kernel, families } = this.machinery;
    // The input is free: it is filled anew before it is used.
    kernel.words.set(stored, kernel.input >>> 2);
    kernel.loadRow(kernel.input);
    return kernel.row.slice(0, families.ofSlot.length);
  }

  /** A row's canonical successors with the actions that lead to them, as the trees give them. */
  successorsOf(row: Uint16Array): { row: Uint16Array; action: number }[] {
    const { machinery } = this;
    const { kernel } = machinery;
    machinery.refresh();
    const mask = kernel.get(C_SHARD_MASK);
    kernel.set(C_SHARD_MASK, 0);
    const rows: Uint16Array[] = [];
    try {
      this.loadInput(row);
      for (let stop = kernel.expand(); ; stop = kernel.expand()) {
        if (stop === DONE || stop === BIN_FULL) rows.push(...this.drain());
        else machinery.answer();
        if (stop === DONE) break;
      }
    } finally {
      kernel.set(C_SHARD_MASK, mask);
      kernel.begin(0);
    }
    const actions = this.actionsTaken();
    return rows.map((row, i) => ({ row, action: actions[i]! }));
  }

  /** Makes a row the kernel's only input, in the form that stored rows have. */
  private loadInput(row: Uint16Array): void {
    const { kernel, store } = this.machinery;
    kernel.scratch.fill(0);
    kernel.scratch.set(row);
    while (kernel.seed() !== DONE) this.machinery.answer();
    const record = kernel.bins + RECORD_HEAD;
    kernel.bytes.copyWithin(kernel.input, record, record + 4 * store.options.words);
    kernel.words[kernel.binCounts] = 0;
    kernel.begin(1);
  }

  /** Takes all rows out of the first bin. */
  private drain(): Uint16Array[] {
    const { kernel, store } = this.machinery;
    const bytes = 4 * store.options.words;
    const rows = Array.from({ length: kernel.words[kernel.binCounts]! }, (_, i) => {
      const at = kernel.bins + i * (RECORD_HEAD + bytes) + RECORD_HEAD;
      return new Uint32Array(kernel.bytes.slice(at, at + bytes).buffer);
    });
    kernel.words[kernel.binCounts] = 0;
    const current = kernel.row.slice();
    const unfolded = rows.map((row) => this.unfolded(row));
    kernel.row.set(current);
    return unfolded;
  }

  /** The action of each next state of the row expanded last, in order. */
  private actionsTaken(): number[] {
    const { kernel, model } = this.machinery;
    const { words } = kernel;
    const taken = (kernel.get(C_TAKEN_AT) >>> 0) >>> 2;
    return Array.from({ length: kernel.get(C_TAKEN) }, (_, i) => i).flatMap((i) => {
      const [tree, leaf] = [words[taken + 2 * i]!, -words[taken + 2 * i + 1]!];
      const next = words[leaf]! < 0 ? words[words[leaf + 1]!]! : words[leaf]!;
      return Array<number>(next).fill(model.actionOf[tree]!);
    });
  }
}
