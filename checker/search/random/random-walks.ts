/**
 * Random walks. From an initial state on, each next step is drawn among all that are enabled, each as likely as the
 * others, until the walk is as long as it may be or no step is enabled. Only the walk itself is stored, so random walks
 * go on where an exhaustive search has run out of memory; but they are never known to have seen every state.
 *
 * What a walk does depends on the seed and its number alone. The expander collects the enabled steps of a row in an
 * order that depends on what was met before; so they are sorted by action and by the content of their message before
 * one is drawn. The row is canonical, and which row of an orbit is canonical depends on the contents of its values, not
 * on their ids. So a walk may also go on in another engine, once the tables of its own are full.
 */

import { type ErrorData, errorData, LimitReached, MemoryExceeded } from "../../errors.js";
import type { Instance, Values } from "../../model/instance.js";
import type { Families } from "../../observe/intern.js";
import { BIN_FULL, DONE } from "../../wasm/expander.js";
import type { Engine } from "../engine/engine.js";
import type { Inspector } from "../engine/inspector.js";
import { RenewableEngine } from "../engine/renewable-engine.js";
import type { AskedProperties } from "../options.js";
import { auditStates, SMALL_AUDIT } from "../verdict/audit.js";
import { type BatchFigures, type BatchReport, type BatchRunner, noFigures } from "./batches.js";
import { Dice } from "./dice.js";
import { Findings } from "./findings.js";

export interface WalkOptions extends AskedProperties {
  readonly seed: number;
  /** The most steps of a walk. */
  readonly maxDepth: number;
  readonly symmetry: boolean;
  /** Audit one in this many states. Default: a small sample. */
  readonly audit?: number | undefined;
}

/** How many steps are taken between two looks at the clock. */
const STRETCH = 512;

export class RandomWalks implements BatchRunner {
  readonly done = { parts: 0, steps: 0, states: 0 };
  private readonly renewable: RenewableEngine;
  private readonly columns: number;
  private readonly words: number;
  /** By place: the canonical rows of the initial states that walks began in; undefined before the first walk. */
  private initial: Map<number, Uint16Array> | undefined;
  private news = new Findings();
  private range = { from: 0, to: 0 };
  private counts: { -readonly [name in keyof BatchFigures]: number } & { fired: never };
  private fired: Float64Array;
  private runsBefore = 0;
  private failure: ErrorData | undefined;
  private limit: string | undefined;

  /**
   * The walk under way: its number, its dice, its length in steps, and what it violates; the rows that it has gone
   * through in this engine, one after the other; and before these the states that it has gone through in engines that
   * were thrown away.
   */
  private walk = 0;
  private dice: Dice | undefined;
  private path: Int32Array;
  private earlier: Values[] = [];
  private depth = 0;
  /** What was drawn for a step that is not taken yet; undefined if nothing was. */
  private drawn: number | undefined;
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
  /** The number of the walk, and its depth, at the last renewal. */
  private renewedAt = { walk: -1, depth: -1 };

  constructor(
    readonly instance: Instance,
    readonly options: WalkOptions,
  ) {
    this.renewable = new RenewableEngine(instance, options, (inspector) => this.leave(inspector));
    this.columns = this.engine.families.columns.count;
    this.words = Math.ceil(this.columns / 2);
    this.path = new Int32Array(this.words * 64);
    this.fired = new Float64Array(instance.actions.length);
    this.counts = noCounts();
  }

  private get engine(): Engine {
    return this.renewable.engine;
  }

  private get inspector(): Inspector {
    return this.renewable.inspector;
  }

  begin(from: number, to: number): void {
    this.range = { from, to };
    this.walk = from;
    this.news.found.length = 0;
    this.counts = noCounts();
    this.fired.fill(0);
    this.runsBefore = this.renewable.functionRuns;
  }

  work(until: number): boolean {
    this.keeping(() => {
      while (this.walk < this.range.to) {
        if (!this.goOnAnywhere()) this.finish();
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
      functionRuns: this.renewable.functionRuns - this.runsBefore,
    };
  }

  private figures(): BatchFigures {
    return { ...this.counts, fired: [...this.fired] };
  }

  /**
   * Takes some steps, and returns whether the walk goes on. If the engine's tables are full, the walk goes on in a new
   * engine.
   * @throws LimitReached if a new engine has no room for one step
   */
  private goOnAnywhere(): boolean {
    try {
      if (this.dice === undefined) this.start();
      return this.goOn();
    } catch (error) {
      const { walk, depth, renewedAt } = this;
      const isStuck = renewedAt.walk === walk && renewedAt.depth === depth;
      if (!(error instanceof LimitReached) || isStuck) throw error;
      this.renewedAt = { walk, depth };
      this.renewable.renew();
      if (this.dice !== undefined) this.enter(this.inspector.rowOf(this.earlier.pop()!));
      return true;
    }
  }

  /** Keeps, as values, what is needed of an engine that is about to be thrown away. */
  private leave(inspector: Inspector): void {
    this.news.collect(inspector);
    if (this.dice !== undefined) this.earlier = this.statesTo(this.depth);
    this.initial = undefined;
    this.rankOf.fill(Number.NaN);
  }

  private start(): void {
    const dice = new Dice(this.options.seed, this.walk);
    this.depth = 0;
    this.earlier = [];
    this.drawn = undefined;
    this.violations = [];
    this.enter(this.initialRow(dice.below(this.instance.initial.length)));
    this.dice = dice;
    this.counts.parts++;
    this.done.parts++;
  }

  /** Returns the canonical row of the initial state at `place`. */
  private initialRow(place: number): Uint16Array {
    this.renewable.prepare();
    this.initial ??= new Map();
    const row = this.initial.get(place) ?? this.inspector.rowOf(this.instance.initial[place]!);
    this.initial.set(place, row);
    return row;
  }

  /** Puts a canonical row into the input, as the last of the walk. */
  private enter(row: Uint16Array): void {
    // The row may hold values that the trees have no places for yet.
    this.engine.refresh();
    const { expander } = this.engine;
    const input = expander.input >>> 2;
    expander.words.fill(0, input, input + this.words);
    new Uint16Array(expander.memory.buffer, expander.input, this.columns).set(row);
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
      if (this.news.violated.has(property) || this.violations.some((other) => other.property === property)) continue;
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
    this.drawn ??= this.dice!.below(steps);
    let chosen = this.drawn;
    let step = 0;
    while (chosen >= this.widths[step]!) chosen -= this.widths[step++]!;
    // The expander goes on as if it had collected the enabled steps, and this one were the only one.
    expander.context.takeOnly(this.places[step]!);
    const action = model.actionOf[expander.context.enabled.treeOf(0)]!;
    const width = this.widths[step]!;
    const input = expander.input >>> 2;
    if (width === 1) {
      while (expander.expand() !== DONE) this.engine.handleMiss();
      const row = expander.bins.rowAddress(0) >>> 2;
      for (let w = 0; w < this.words; w++) words[input + w] = words[row + w]!;
      expander.bins.clear(0);
    } else words.set(this.one(chosen), input);
    this.drawn = undefined;
    this.fired[action]!++;
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
    const start = (this.depth - this.earlier.length) * this.words;
    if (start + this.words > this.path.length) {
      const longer = new Int32Array(2 * this.path.length + this.words);
      longer.set(this.path);
      this.path = longer;
    }
    for (let w = 0; w < this.words; w++) this.path[start + w] = words[at + w]!;
  }

  /** Ends the walk. @throws LimitReached if an engine cannot hold one state of it with its successors */
  private finish(): void {
    const { renewable, news, walk, violations } = this;
    this.dice = undefined;
    // What follows may renew the engine, which makes the rows of the walk meaningless.
    const path = violations.length === 0 ? [] : this.statesTo(violations[violations.length - 1]!.depth);
    const sample = this.sample();
    for (const { property, depth } of violations) {
      news.violation(renewable, property, path.slice(0, depth + 1));
      renewable.settle(property);
    }
    this.engine.settleGoals();
    this.engine.refresh();
    this.counts.audited += auditStates(renewable, sample);
    news.endPart(this.inspector, walk, () => this.figures());
    this.walk++;
  }

  /** Returns the states of the walk up to `depth`. */
  private statesTo(depth: number): Values[] {
    return Array.from({ length: depth + 1 }, (_, at) => this.stateAt(at));
  }

  private stateAt(depth: number): Values {
    const { earlier, words } = this;
    if (depth < earlier.length) return earlier[depth]!;
    const from = (depth - earlier.length) * words;
    const row = new Uint16Array(this.path.slice(from, from + words).buffer);
    return this.inspector.canonicalizer.valuesOf(row);
  }

  /**
   * Returns the states of the walk that are to be audited: one in `audit` of those of all walks, or by default the last
   * states of the first walks.
   */
  private sample(): Values[] {
    const { walk, depth } = this;
    const { audit } = this.options;
    if (audit === undefined) return walk < SMALL_AUDIT ? [this.stateAt(depth)] : [];
    const states: Values[] = [];
    for (let at = 0; at <= depth; at++) if ((walk + at) % audit === 0) states.push(this.stateAt(at));
    return states;
  }
}

function noCounts() {
  return { ...noFigures(0), fired: undefined as never };
}

/** Compares two rows by the contents of their values, whatever ids these have. */
export function compareContents(families: Families, a: Uint16Array, b: Uint16Array): number {
  for (let column = 0; column < families.ofColumn.length; column++) {
    if (a[column] === b[column]) continue;
    const { interner } = families.ofColumn[column]!;
    const difference = interner.contentOf(a[column]!) - interner.contentOf(b[column]!);
    if (difference !== 0) return difference;
  }
  return 0;
}
