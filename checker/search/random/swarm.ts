/**
 * A swarm: many depth-first searches, each with an order of successors, a depth bound and a small visited set of its
 * own. When that set is full, the member ends, and the next begins (G. J. Holzmann, R. Joshi, A. Groce, "Swarm
 * Verification", 2008). Together, members see far-apart parts of a state space that no visited set could hold, but not
 * all of it.
 *
 * What a member does depends on the seed and its number alone: new states are sorted by their contents before they are
 * shuffled.
 *
 * A member has an engine of its own. It ends when the tables of that engine are full, as it does when its visited set
 * is.
 */

import { type ErrorData, errorData, LimitReached } from "../../errors.js";
import type { Instance, Values } from "../../model/instance.js";
import { hasGoals } from "../../model/property.js";
import type { ShardedStore } from "../../store/shards.js";
import { referenceOf } from "../../store/shards.js";
import { RenewableEngine } from "../engine/renewable-engine.js";
import { ExhaustiveSearch } from "../exhaustive/exhaustive-search.js";
import { DepthFirst } from "../exhaustive/frontier.js";
import { FAILED, THREW } from "../exhaustive/limits.js";
import { auditRows, smallAudit } from "../verdict/audit.js";
import type { RowRange } from "../workers/control.js";
import { type BatchFigures, type BatchReport, type BatchRunner, noFigures, sumOf } from "./batches.js";
import { Dice } from "./dice.js";
import { Findings } from "./findings.js";
import { compareContents, type WalkOptions } from "./random-walks.js";

export interface SwarmOptions extends WalkOptions {
  /** How many states a member may store. */
  readonly maxStates: number;
  /** Whether a member ends at the first violation that it sees, instead of when nothing is left to look for. */
  readonly stopAtFirst?: boolean;
}

/**
 * The reason with which a member is ended early; and the reasons for the end of a member that are not limits of the
 * engine.
 */
const ABANDONED = "abandoned";
const OWN_LIMITS = new RegExp(`--max-depth|${ABANDONED}|${THREW}|${FAILED}`);
/** How often a member's depth bound is halved at the most. */
const HALVINGS = 4;
/**
 * The memory limit of a member's store, in bytes and in bytes for each state: more than its states take, so that the
 * member ends at their number, which is the same on every machine.
 */
const ROOM = 64 * 2 ** 20;
const BYTES_EACH = 1024;
/**
 * In how many initial states a member begins at the most if an engine cannot hold the values of all of them; and the
 * share of the states that it may store.
 */
const MOST_BEGINNINGS = 4096;
const SHARE_OF_BEGINNINGS = 1 / 4;
/** How many states are taken between two looks at whether the member has seen enough. */
const STRETCH = 1024;

/**
 * A depth-first frontier that pushes the successors of a state in random order, until `maxStates` states are stored.
 */
class RandomDepthFirst extends DepthFirst {
  private search: ExhaustiveSearch | undefined;
  private stored = 0;
  private looks = 0;

  constructor(
    maxDepth: number,
    private readonly maxStates: number,
    private readonly dice: Dice,
    private readonly isEnough: () => boolean,
  ) {
    super(maxDepth);
  }

  /** Sets the search whose frontier this is. */
  attach(search: ExhaustiveSearch): void {
    this.search = search;
  }

  override take(): readonly RowRange[] | undefined {
    if (this.stored >= this.maxStates || (++this.looks % STRETCH === 0 && this.isEnough())) return undefined;
    return super.take();
  }

  protected override push(store: ShardedStore, depth: number, shards: Iterable<number>): void {
    const found: number[] = [];
    for (const shard of shards) {
      const count = store.countOf(shard);
      for (let row = this.known[shard]!; row < count; row++) found.push(referenceOf(shard, row));
      this.known[shard] = count;
    }
    this.stored += found.length;
    for (const reference of found.length > 1 ? this.shuffled(store, found) : found) this.pushRow(reference, depth);
  }

  private shuffled(store: ShardedStore, references: readonly number[]): number[] {
    const rows = references.map((reference) => ({
      reference,
      row: new Uint16Array(store.rowAt(reference).buffer),
    }));
    rows.sort((a, b) => compareContents(this.search!.engine.families, a.row, b.row));
    return this.dice.shuffle(rows.map(({ reference }) => reference));
  }
}

export class Swarm implements BatchRunner {
  readonly done = { parts: 0, steps: 0, states: 0 };
  private range = { from: 0, to: 0 };
  private member = 0;
  private search: ExhaustiveSearch | undefined;
  private news = new Findings();
  private figuresOfRange: BatchFigures;
  private symmetry: BatchReport["symmetry"] = { sets: [], note: undefined };
  private functionRuns = 0;
  private failure: ErrorData | undefined;
  private limit: string | undefined;
  /** Whether an engine cannot hold the values of all initial states, so that each member begins in some of them. */
  private beginsInSome = false;

  constructor(
    readonly instance: Instance,
    readonly options: SwarmOptions,
  ) {
    this.figuresOfRange = noFigures(instance.actions.length);
  }

  begin(from: number, to: number): void {
    this.range = { from, to };
    this.member = from;
    this.news.found.length = 0;
    this.functionRuns = 0;
    this.figuresOfRange = noFigures(this.instance.actions.length);
  }

  work(until: number): boolean {
    this.keeping(() => {
      while (this.member < this.range.to) {
        this.search ??= this.start();
        this.search.run(until - performance.now());
        if (this.search.finished && !this.search.begun && !this.beginsInSome) {
          this.beginsInSome = true;
          this.done.parts--;
          this.search = undefined;
          continue;
        }
        this.note(this.search);
        if (!this.search.finished) break;
        this.finish(this.search);
        if (performance.now() > until) break;
      }
    });
    return this.isBroken || this.member >= this.range.to;
  }

  abandon(): void {
    this.keeping(() => {
      this.search?.stop(ABANDONED);
      if (this.search) this.finish(this.search);
    });
  }

  /** Calls `doing`, and keeps what it throws for the report. */
  private keeping(doing: () => void): void {
    if (this.isBroken) return;
    try {
      doing();
    } catch (error) {
      this.search = undefined;
      if (error instanceof LimitReached) this.limit = error.message;
      else this.failure = errorData(error);
    }
  }

  private get isBroken(): boolean {
    return this.failure !== undefined || this.limit !== undefined;
  }

  report(): BatchReport {
    return {
      ...this.range,
      figures: this.figuresOfRange,
      found: [...this.news.found],
      failure: this.failure,
      limit: this.limit,
      symmetry: this.symmetry,
      functionRuns: this.functionRuns,
    };
  }

  private figuresOf(search: ExhaustiveSearch): BatchFigures {
    return {
      parts: 1,
      steps: search.result.generated,
      longest: search.frontier.deepest(search.store),
      states: search.store.count,
      audited: 0,
      drawn: this.beginsInSome ? 1 : 0,
      limited: search.incomplete === undefined || OWN_LIMITS.test(search.incomplete) ? 0 : 1,
      fired: search.result.firedByIndex(),
    };
  }

  private start(): ExhaustiveSearch {
    const { seed, symmetry, properties, receptions, maxDepth, maxStates } = this.options;
    const dice = new Dice(seed, this.member);
    const bound = Math.max(1, maxDepth >> dice.below(HALVINGS + 1));
    const frontier = new RandomDepthFirst(bound, maxStates, dice, () => this.isEnough(search));
    const search: ExhaustiveSearch = new ExhaustiveSearch(
      this.instance,
      {
        search: "dfs",
        symmetry,
        ...{ properties, receptions },
        storeMemory: ROOM + maxStates * BYTES_EACH,
      },
      frontier,
      this.beginsInSome ? this.someInitial(dice) : this.instance.initial,
    );
    frontier.attach(search);
    this.symmetry = search.engine.canonicalizer.inForce;
    this.done.parts++;
    this.before = { steps: 0, states: 0 };
    return search;
  }

  /** Draws the initial states that a member begins in, each as likely as the others. */
  private someInitial(dice: Dice): Values[] {
    const { initial } = this.instance;
    const most = Math.min(MOST_BEGINNINGS, initial.length, Math.ceil(SHARE_OF_BEGINNINGS * this.options.maxStates));
    const places = new Set<number>();
    while (places.size < most) places.add(dice.below(initial.length));
    return [...places].map((place) => initial[place]!);
  }

  private before = { steps: 0, states: 0 };

  /** Brings `done` up to date with what `search` has done. */
  private note(search: ExhaustiveSearch): void {
    const now = { steps: search.result.generated, states: search.store.count };
    this.done.steps += now.steps - this.before.steps;
    this.done.states += now.states - this.before.states;
    this.before = now;
  }

  /**
   * Whether a member has seen enough: a violation, if `stopAtFirst`; else violations of all properties, and all goals
   * met.
   */
  private isEnough({ engine, model, instance }: ExhaustiveSearch): boolean {
    const seen = new Set<number>();
    const { best } = engine.expander.context;
    model.trees.specials.forEach((events, i) => {
      if (best.has(i + 1)) for (const { property } of events) seen.add(property);
    });
    if (this.options.stopAtFirst || instance.unlistedPlaces.some((place) => seen.has(place))) return seen.size > 0;
    return model.checked.every((place) => {
      const property = instance.properties[place]!;
      if (property.kind === "initial") return true;
      return hasGoals(property) ? property.goals.every((goal) => model.isMet(goal)) : seen.has(place);
    });
  }

  private finish(search: ExhaustiveSearch): void {
    const { member, news } = this;
    // The figures are taken before the engine is used for anything else, which it would count, too.
    const searched = this.figuresOf(search);
    const { violations, inspector } = search.result;
    const fresh = violations.filter(({ property }) => !news.violated.has(property));
    if (fresh.length > 0) {
      // The member's own engine may be full.
      const renewable = new RenewableEngine(this.instance, this.options);
      for (const violation of fresh) {
        const path = search.result.pathTo(violation).map((row) => inspector.canonicalizer.valuesOf(row));
        news.violation(renewable, violation.property, path);
      }
    }
    this.figuresOfRange = sumOf(this.figuresOfRange, { ...searched, audited: this.audit(search) });
    this.functionRuns += search.model.trees.runs;
    news.endPart(inspector, member, () => this.figuresOfRange);
    this.search = undefined;
    this.member++;
  }

  /**
   * Audits one in `audit` of the member's states, or by default a few states of the first member only. Returns how
   * many.
   */
  private audit(search: ExhaustiveSearch): number {
    const { audit } = this.options;
    if (audit === undefined && this.member > 0) return 0;
    const { counts, count } = search.store;
    const step = audit ?? smallAudit(count);
    const references: number[] = [];
    let skip = 0;
    counts.forEach((rows, shard) => {
      let row = skip;
      for (; row < rows; row += step) references.push(referenceOf(shard, row));
      skip = row - rows;
    });
    const rows = references.map((reference) => search.result.rowAt(reference));
    return auditRows(search.result.inspector, rows);
  }
}
