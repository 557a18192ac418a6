/**
 * The promise of the recorder, held against a model: on a recording state a function does what it does on a plain one,
 * and what it did depends on nothing but the reads that were noted. Functions run in every state of a small domain.
 * What one came to, an answer or updates, is then held against a plain run in each state of the domain that looks the
 * same as far as the reads go.
 */
import { expect } from "vitest";
import { Instance, type Values } from "../../checker/model/instance.js";
import { AnyState } from "../../checker/model/state.js";
import { keyOf } from "../../checker/model/value.js";
import type { Splits } from "../../checker/observe/columns.js";
import { Families } from "../../checker/observe/intern.js";
import { type Read, Recorder } from "../../checker/observe/recorder.js";
import { Updates } from "../../checker/observe/updates.js";

/** An author's function, which answers something or returns a state. */
export type Under<S> = (state: S) => unknown;

/** A model on a recorder. */
export class Recorded<S> {
  readonly instance: Instance;
  readonly families: Families;
  readonly recorder: Recorder;
  private readonly updates: Updates;

  /** @param splits how variables are split */
  constructor(of: ConstructorParameters<typeof Instance>[0], splits: Splits = {}) {
    this.instance = new Instance(of);
    this.families = new Families(this.instance, splits);
    this.recorder = new Recorder(this.families);
    this.updates = new Updates(this.families);
  }

  /** Returns the initial state with one variable replaced. */
  stateWith(variable: string, value: unknown): Values {
    return this.instance.layout.slots.map((slot, i) =>
      slot.variable === variable ? value : this.instance.initial[0]![i],
    );
  }

  /** Runs a function on the recorder: what it read, and what its outcome means for any row. */
  observe(f: Under<S>, row: Uint16Array): { reads: readonly Read[]; on: (row: Uint16Array) => string } {
    const { recorder, families, instance, updates } = this;
    recorder.begin(row);
    const result = attempt(f, instance.stateOver(recorder));
    if (!(result instanceof AnyState)) {
      const answer = this.show(result);
      return { reads: recorder.reads, on: () => answer };
    }
    const written = [...result.written].flatMap(([slot, value]) => recorder.updatesOf(slot, value));
    const on = (before: Uint16Array) => {
      const after = before.slice();
      for (const [column, update] of written)
        after[column] = updates.apply(updates.row(families.ofColumn[column]!, update), before[column]!);
      const values = [...families.valuesOf(after)];
      expect([...after], "ids of these values").toEqual([...families.rowOf(values)]);
      return this.show(values);
    };
    return { reads: recorder.reads, on };
  }

  /** Holds what a function does on the recorder, in each state of a domain, against what it does on plain states. */
  expectFaithful(f: Under<S>, domain: readonly Values[]): void {
    const { families } = this;
    const states = domain.map((values) => ({ values, row: families.rowOf(values), plain: this.plainly(f, values) }));
    for (const { row } of states) {
      const { reads, on } = this.observe(f, row);
      const seen = (of: Uint16Array) => reads.map(({ column, domain }) => families.project(domain, of[column]!)).join();
      for (const twin of states)
        if (seen(twin.row) === seen(row)) expect(on(twin.row), this.show([...twin.values])).toBe(twin.plain);
    }
  }

  private plainly(f: Under<S>, values: Values): string {
    const { instance } = this;
    const result = attempt(f, instance.stateOf(values));
    return this.show(result instanceof AnyState ? [...instance.valuesOf(result)] : result);
  }

  /** An answer as a text: equal for equal values, of the plain classes, at any depth. */
  private show(answer: unknown): string {
    if (Array.isArray(answer)) return `[${answer.map((item) => this.show(item))}]`;
    if (answer !== null && typeof answer === "object" && Object.getPrototypeOf(answer) === Object.prototype)
      return `{${Object.entries(answer).map(([name, value]) => `${name}: ${this.show(value)}`)}}`;
    return keyOf(this.recorder.plain(answer));
  }
}

function attempt<S>(f: Under<S>, state: unknown): unknown {
  try {
    return f(state as S);
  } catch (error) {
    return `threw ${(error as Error).message}`;
  }
}
