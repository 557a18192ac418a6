/**
 * Random walks. From an initial state on, each next step is drawn among all that are enabled, each as likely as the
 * others, until the walk is as long as it may be or no step is enabled. Only the walk itself is stored, so random walks
 * go on where an exhaustive search has run out of memory; but they are never known to have seen every state.
 *
 * What a walk does depends on the seed and its number alone. The expander collects the enabled steps of a row in an
 * order that depends on what was met before; so they are sorted by action and by the content of their message before
 * one is drawn. The row is canonical, and which row of an orbit is canonical depends on the contents of its values, not
 * on their ids.
 */

import { type ErrorData, errorData, LimitReached, MemoryExceeded } from "../../errors.js";
import type { Instance } from "../../model/instance.js";
import type { Families } from "../../observe/intern.js";
import { BIN_FULL, DONE } from "../../wasm/expander.js";
import { Engine } from "../engine/engine.js";
import { Inspector } from "../engine/inspector.js";
import { placesOf } from "../exhaustive/exhaustive-search.js";
import { auditRows, SMALL_AUDIT } from "../verdict/audit.js";
import { type BatchFigures, type BatchReport, type BatchRunner, noFigures } from "./batches.js";
import { Dice } from "./dice.js";
import { Findings } from "./findings.js";

export interface WalkOptions {
  readonly seed: number;
  /** The most steps of a walk. */
  readonly maxDepth: number;
  readonly symmetry: boolean;
  /** The names of the properties to check. Default: all. */
  readonly properties?: readonly string[] | undefined;
  /** Audit one in this many states. Default: a small sample. */
  readonly audit?: number | undefined;
}

/** How many steps are taken between two looks at the clock. */
const STRETCH = 512;

export class RandomWalks implements BatchRunner {
  readonly done = { parts: 0, steps: 0, states: 0 };
  private readonly engine: Engine;
  private readonly inspector: Inspector;
  private readonly slots: number;
  private readonly words: number;
  private initial: Uint16Array[] | undefined;
  private news = new Findings();
  private range = { from: 0, to: 0 };
  private counts: { -readonly [name in keyof BatchFigures]: number } & { fired: never };
  private fired: Float64Array;
  private runsBefore = 0;
  private failure: ErrorData | undefined;
  private limit: string | undefined;

  /**
   * The walk under way: its number, its dice, its rows one after the other, its length in steps, and what it violates.
   */
  private walk = 0;
  private dice: Dice | undefined;
  private path: Int32Array;
  private depth = 0;
  private violations: { readonly property: number; readonly depth: number }[] = [];

  /**
   * The enabled steps of the row looked at, by rank: how many there are; and of each its place among what the expander
   * has collected, its rank, and its number of next states.
   */
  private enabled = 0;
  private places = new Int32Array(64);
  private ranks = new Float64Array(64);
  private widths = new Int32Array(64);
  /** By tree: the rank of its steps among those of a row; NaN if nobody has asked yet. */
  private rankOf = new Float64Array(1024).fill(Number.NaN);

  constructor(
    readonly instance: Instance,
    readonly options: WalkOptions,
  ) {
    const { symmetry, properties } = options;
    this.engine = new Engine(instance, { symmetry }, placesOf(instance, properties));
    this.inspector = new Inspector(this.engine);
    this.slots = this.engine.families.ofSlot.length;
    this.words = Math.ceil(this.slots / 2);
    this.path = new Int32Array(this.words * 64);
    this.fired = new Float64Array(instance.actions.length);
    this.counts = noCounts();
  }

  begin(from: number, to: number): void {
    this.range = { from, to };
    this.walk = from;
    this.news.found.length = 0;
    this.counts = noCounts();
    this.fired.fill(0);
    this.runsBefore = this.engine.model.trees.runs;
  }

  work(until: number): boolean {
    this.keeping(() => {
      while (this.walk < this.range.to) {
        if (this.dice === undefined) this.start();
        if (!this.goOn()) this.finish();
        if (performance.now() > until) break;
      }
    });
    return this.isBroken || this.walk >= this.range.to;
  }

  abandon(): void {
    if (this.dice !== undefined) this.keeping(() => this.finish());
  }

  /** Calls `doing`, and keeps what it throws for the report. */
  private keeping(doing: () => void): void {
    if (this.isBroken) return;
    try {
      doing();
    } catch (error) {
      this.dice = undefined;
      if (!(error instanceof LimitReached)) this.failure = errorData(error);
      else this.limit = error instanceof MemoryExceeded ? `a table is full: ${error.message}` : error.message;
    }
  }

  private get isBroken(): boolean {
    return this.failure !== undefined || this.limit !== undefined;
  }

  report(): BatchReport {
    return {
      ...this.range,
      figures: this.figures(),
      found: [...this.news.found],
      failure: this.failure,
      limit: this.limit,
      symmetry: this.engine.canonicalizer.inForce,
      functionRuns: this.engine.model.trees.runs - this.runsBefore,
    };
  }

  private figures(): BatchFigures {
    return { ...this.counts, fired: [...this.fired] };
  }

  private start(): void {
    this.initial ??= this.inspector.prepare();
    this.dice = new Dice(this.options.seed, this.walk);
    this.depth = 0;
    this.violations = [];
    this.counts.parts++;
    this.done.parts++;
    const row = this.initial[this.dice.below(this.initial.length)]!;
    const { expander } = this.engine;
    const input = expander.input >>> 2;
    expander.words.fill(0, input, input + this.words);
    new Uint16Array(expander.memory.buffer, expander.input, this.slots).set(row);
    this.note(input);
  }

  /** Takes STRETCH steps at the most, and returns whether the walk goes on. */
  private goOn(): boolean {
    const { maxDepth } = this.options;
    for (let left = STRETCH; left > 0; left--) {
      const steps = this.look();
      if (steps === 0 || this.depth >= maxDepth) return false;
      this.take(steps);
    }
    return true;
  }

  /**
   * Looks at the row in the input: decides properties, collects enabled steps, and returns the number of next states.
   */
  private look(): number {
    const { expander } = this.engine;
    expander.begin(1, true);
    while (expander.expand() !== DONE) this.engine.handleMiss();
    const { words } = expander;
    const { enabled } = expander.context;
    const { count } = enabled;
    let steps = 0;
    this.enabled = 0;
    for (let i = 0; i < count; i++) {
      const leaf = -enabled.leafOf(i);
      let width = words[leaf]!;
      if (width < 0) {
        this.sight(-width - 1);
        width = words[words[leaf + 1]!]!;
      }
      if (width === 0) continue;
      steps += width;
      this.enable(i, width, this.rank(enabled.treeOf(i)));
    }
    return steps;
  }

  private sight(special: number): void {
    for (const { property } of this.engine.model.trees.specials[special]!) {
      if (this.news.isViolated(property) || this.violations.some((other) => other.property === property)) continue;
      this.violations.push({ property, depth: this.depth });
    }
  }

  /**
   * Puts a step among the enabled ones, by its rank.
   * @param place its place among what the expander has collected
   * @param width its number of next states
   */
  private enable(place: number, width: number, rank: number): void {
    if (this.enabled === this.places.length) this.widen();
    const { places, ranks, widths } = this;
    let i = this.enabled++;
    for (; i > 0 && ranks[i - 1]! > rank; i--) {
      places[i] = places[i - 1]!;
      ranks[i] = ranks[i - 1]!;
      widths[i] = widths[i - 1]!;
    }
    places[i] = place;
    ranks[i] = rank;
    widths[i] = width;
  }

  private widen(): void {
    const wider = <T extends Int32Array | Float64Array>(array: T, into: T): T => {
      into.set(array);
      return into;
    };
    const length = 2 * this.places.length;
    this.places = wider(this.places, new Int32Array(length));
    this.widths = wider(this.widths, new Int32Array(length));
    this.ranks = wider(this.ranks, new Float64Array(length));
  }

  /** Returns the rank of the steps of `tree`: by the action's index, then by the content of the message. */
  private rank(tree: number): number {
    if (tree >= this.rankOf.length) {
      const larger = new Float64Array(2 * tree).fill(Number.NaN);
      larger.set(this.rankOf);
      this.rankOf = larger;
    }
    const known = this.rankOf[tree]!;
    if (!Number.isNaN(known)) return known;
    const { model, families } = this.engine;
    const takes = model.trees.observed[tree]!.takes;
    const message = takes ? families.atoms.contentOf(takes.message) >>> 0 : 0;
    this.rankOf[tree] = model.actionOf[tree]! * 2 ** 32 + message;
    return this.rankOf[tree]!;
  }

  /** Draws one of `steps` next states, and puts its row into the input. */
  private take(steps: number): void {
    const { expander, model } = this.engine;
    const { words } = expander;
    let chosen = this.dice!.below(steps);
    let step = 0;
    while (chosen >= this.widths[step]!) chosen -= this.widths[step++]!;
    // The expander goes on as if it had collected the enabled steps, and this one were the only one.
    expander.context.takeOnly(this.places[step]!);
    this.fired[model.actionOf[expander.context.enabled.treeOf(0)]!]!++;
    const width = this.widths[step]!;
    const input = expander.input >>> 2;
    if (width === 1) {
      while (expander.expand() !== DONE) this.engine.handleMiss();
      const row = expander.bins.rowAddress(0) >>> 2;
      for (let w = 0; w < this.words; w++) words[input + w] = words[row + w]!;
      expander.bins.clear(0);
    } else words.set(this.one(chosen), input);
    this.depth++;
    this.counts.steps++;
    this.done.steps++;
    if (this.depth > this.counts.longest) this.counts.longest = this.depth;
    this.note(input);
  }

  /**
   * Returns one of the next rows of a step that has several: the row with the number `chosen` in the order of their
   * contents.
   */
  private one(chosen: number): Int32Array {
    const rows: Int32Array[] = [];
    for (;;) {
      const stop = this.engine.expander.expand();
      if (stop === DONE || stop === BIN_FULL) this.drain(rows);
      else this.engine.handleMiss();
      if (stop === DONE) break;
    }
    return rows.sort((a, b) => this.compare(a, b))[chosen]!;
  }

  private drain(rows: Int32Array[]): void {
    const { expander } = this.engine;
    for (let i = 0; i < expander.bins.countOf(0); i++) {
      const at = expander.bins.rowAddress(i) >>> 2;
      rows.push(expander.words.slice(at, at + this.words));
    }
    expander.bins.clear(0);
  }

  private compare(a: Int32Array, b: Int32Array): number {
    return compareContents(this.engine.families, new Uint16Array(a.buffer), new Uint16Array(b.buffer));
  }

  /** Notes the row at the word `at` as the last of the walk. */
  private note(at: number): void {
    const { words } = this.engine.expander;
    const start = this.depth * this.words;
    if (start + this.words > this.path.length) {
      const longer = new Int32Array(2 * this.path.length + this.words);
      longer.set(this.path);
      this.path = longer;
    }
    for (let w = 0; w < this.words; w++) this.path[start + w] = words[at + w]!;
  }

  /** Ends the walk. */
  private finish(): void {
    const { engine, inspector, news, walk } = this;
    this.dice = undefined;
    for (const { property, depth } of this.violations) {
      news.violation(inspector, property, this.rowsTo(depth));
      engine.model.settle(property);
    }
    engine.refresh();
    this.counts.audited += this.audit();
    news.endPart(inspector, walk, () => this.figures());
    this.walk++;
  }

  private rowsTo(depth: number): Uint16Array[] {
    return Array.from({ length: depth + 1 }, (_, i) => this.rowOf(i));
  }

  private rowOf(depth: number): Uint16Array {
    return new Uint16Array(this.path.slice(depth * this.words, (depth + 1) * this.words).buffer).slice(0, this.slots);
  }

  /**
   * Audits one in `audit` of all states of walks, or by default the last states of the first walks. Returns how many.
   */
  private audit(): number {
    const { inspector, walk } = this;
    const { audit } = this.options;
    if (audit === undefined) return walk < SMALL_AUDIT ? auditRows(inspector, [this.rowOf(this.depth)]) : 0;
    const rows = this.rowsTo(this.depth).filter((_, depth) => (walk + depth) % audit === 0);
    return rows.length === 0 ? 0 : auditRows(inspector, rows);
  }
}

function noCounts() {
  return { ...noFigures(0), fired: undefined as never };
}

/** Compares two rows by the contents of their values, whatever ids these have. */
export function compareContents(families: Families, a: Uint16Array, b: Uint16Array): number {
  for (let slot = 0; slot < families.ofSlot.length; slot++) {
    if (a[slot] === b[slot]) continue;
    const { interner } = families.ofSlot[slot]!;
    const difference = interner.contentOf(a[slot]!) - interner.contentOf(b[slot]!);
    if (difference !== 0) return difference;
  }
  return 0;
}
