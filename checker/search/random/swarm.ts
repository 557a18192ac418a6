/**
 * A swarm: many depth-first searches, each with an order of successors, a depth bound and a visited set of its own, which is small; when that is
 * full the member ends, and the next begins somewhere else (G. J. Holzmann, R. Joshi, A. Groce, "Swarm Verification", 2008). Together they see
 * far apart parts of a state space that no visited set could hold. They do not see all of it.
 *
 * What a member does depends on the seed and its number alone: new states are put into an order of what they say before they are shuffled.
 */

import { type ErrorData, errorData, LimitReached } from "../../errors.js";
import type { Instance } from "../../model/instance.js";
import { hasGoals } from "../../model/property.js";
import type { ShardedStore } from "../../store/shards.js";
import { referenceOf } from "../../store/shards.js";
import { ExhaustiveSearch } from "../exhaustive/exhaustive-search.js";
import { DepthFirst } from "../exhaustive/frontier.js";
import { auditRows, SMALL } from "../verdict/audit.js";
import type { RowRange } from "../workers/control.js";
import { type BatchFigures, type BatchReport, type BatchRunner, noFigures, sumOf } from "./batches.js";
import { Dice } from "./dice.js";
import { Findings } from "./findings.js";
import { compareContents, type WalkOptions } from "./random-walks.js";

export interface SwarmOptions extends WalkOptions {
  /** States that a member may store. */
  readonly maxStates: number;
  /** A member ends at the first violation that it sees, instead of when it has seen all properties violated. */
  readonly stopAtFirst?: boolean;
}

/** Why a member ends before its time; and all reasons that are not the engine's. */
const ABANDONED = "abandoned";
const OWN_LIMITS = /--max-depth|abandoned/;
/** How often a member's depth bound is halved at the most. */
const HALVINGS = 4;
/** More bytes than a member's states take, so that it ends at their number, which is the same everywhere. */
const ROOM = 64 * 2 ** 20;
const BYTES_EACH = 1024;
/** States between two looks at what has been seen. */
const STRETCH = 1024;

/** Last in, first out, with what is found together put in by chance; until so many states are stored. */
class ByChance extends DepthFirst {
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

  /** Whose rows they are. */
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
    rows.sort((a, b) => compareContents(this.search!.families, a.row, b.row));
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

  /** Does something, and keeps what it throws for the report. */
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
      limited: search.incomplete === undefined || OWN_LIMITS.test(search.incomplete) ? 0 : 1,
      fired: search.result.fired,
    };
  }

  private start(): ExhaustiveSearch {
    const { seed, symmetry, properties, maxDepth, maxStates } = this.options;
    const dice = new Dice(seed, this.member);
    const bound = Math.max(1, maxDepth >> dice.below(HALVINGS + 1));
    const frontier = new ByChance(bound, maxStates, dice, () => this.isEnough(search));
    const search: ExhaustiveSearch = new ExhaustiveSearch(
      this.instance,
      {
        search: "dfs",
        symmetry,
        ...(properties === undefined ? {} : { properties }),
        storeMemory: ROOM + maxStates * BYTES_EACH,
      },
      frontier,
    );
    frontier.attach(search);
    this.symmetry = search.canonicalizer.inForce;
    this.done.parts++;
    this.before = { steps: 0, states: 0 };
    return search;
  }

  private before = { steps: 0, states: 0 };

  /** Keeps the count of what was done up to date. */
  private note(search: ExhaustiveSearch): void {
    const now = { steps: search.result.generated, states: search.store.count };
    this.done.steps += now.steps - this.before.steps;
    this.done.states += now.states - this.before.states;
    this.before = now;
  }

  /** Whether a member has seen enough: every property that it was to look at violated, or one. */
  private isEnough({ expander, model, instance }: ExhaustiveSearch): boolean {
    const seen = new Set<number>();
    const { best } = expander.context;
    model.trees.specials.forEach((events, i) => {
      if (best.has(i + 1)) for (const { property } of events) seen.add(property);
    });
    if (this.options.stopAtFirst) return seen.size > 0;
    return model.asked.every((place) => {
      const property = instance.properties[place]!;
      return hasGoals(property) ? property.goals.every((goal) => model.isMet(goal)) : seen.has(place);
    });
  }

  private finish(search: ExhaustiveSearch): void {
    const { member, news } = this;
    // Before the engine is used for anything else.
    const searched = this.figuresOf(search);
    for (const violation of search.result.violations) {
      news.violation(search.result.inspector, violation.property, search.result.pathTo(violation));
    }
    this.figuresOfRange = sumOf(this.figuresOfRange, { ...searched, audited: this.audit(search) });
    this.functionRuns += search.model.trees.runs;
    news.endPart(search.result.inspector, member, () => this.figuresOfRange);
    this.search = undefined;
    this.member++;
  }

  /** Of the first member a few states, or one in so many of all members. How many were audited. */
  private audit(search: ExhaustiveSearch): number {
    const { audit } = this.options;
    if (audit === undefined && this.member > 0) return 0;
    const { counts, count } = search.store;
    const step = audit ?? Math.max(1, Math.ceil(count / SMALL.states));
    const references: number[] = [];
    let skip = 0;
    counts.forEach((rows, shard) => {
      let row = skip;
      for (; row < rows; row += step) references.push(referenceOf(shard, row));
      skip = row - rows;
    });
    const rows = references.map((reference) => search.result.rowAt(reference));
    return auditRows(search.result.inspector, rows, audit === undefined ? SMALL.exchanges : undefined);
  }
}
