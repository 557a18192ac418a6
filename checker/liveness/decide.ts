/**
 * Decides liveness properties on the graph of a search that has come to its end. The result is that every fair run
 * satisfies the property, or a lasso that violates it.
 */

import { MemoryExceeded } from "../errors.js";
import type { Binding, Domains } from "../model/action.js";
import type { Values } from "../model/instance.js";
import type { Liveness } from "../model/property.js";
import type { AnyState } from "../model/state.js";
import { keyOfBinding } from "../symmetry/bindings.js";
import { NO_PARENT } from "../wasm/sizes.js";
import { Bits } from "./bits.js";
import { Components } from "./components.js";
import { concreteChoices } from "./concrete.js";
import { FairSteps } from "./fair-steps.js";
import { type Explored, StateGraph } from "./graph.js";
import { type Lasso, Lassos } from "./lasso.js";
import { type Renamed, renamedBindings } from "./renamings.js";
import { Requirements } from "./requirements.js";
import { StepNotes } from "./step-notes.js";
import { Tracked } from "./tracked.js";
import type { Violating } from "./violating.js";

export interface LivenessVerdict {
  /** A fair run that violates the property; undefined if there is none. */
  readonly lasso: Lasso | undefined;
  /** Why it says little that the property holds; undefined if that is not so. */
  readonly vacuous: string | undefined;
}

/** What is being done to decide a property. */
export interface LivenessWork {
  readonly doing: "reading transitions" | "asking predicates" | "searching nodes" | "deciding components";
  /** Which share of that is done, from 0 to 1; undefined if nobody knows. */
  readonly share: number | undefined;
}

/** The runs that violate a property for a binding of one orbit. */
interface Case {
  readonly tracked: Tracked;
  readonly violating: Violating;
}

/** States between two breaks, at which the caller gets a turn. */
const BREAK = 4096;

export class LivenessChecker {
  private readonly graph: StateGraph;
  private readonly requirements: Requirements;
  private readonly fairSteps: FairSteps;
  private depths: Int32Array | undefined;
  private anyFairRun: boolean | undefined;
  /** The states in which a constraint has cut something off; undefined if nothing was. */
  private cutOff: Bits | undefined;
  private working: () => LivenessWork | undefined = () => undefined;

  /** @param room returns how many bytes may still be taken */
  constructor(
    private readonly explored: Explored,
    private readonly room = () => Number.POSITIVE_INFINITY,
    /** Whether transitions are kept, if there is room for them. */
    private readonly keeps = true,
  ) {
    this.graph = new StateGraph(explored);
    this.requirements = new Requirements(this.graph);
    this.fairSteps = new FairSteps(this.graph, this.requirements);
  }

  /** What is being done; undefined before anything is. */
  get work(): LivenessWork | undefined {
    return this.working();
  }

  /** Keeps all transitions from now on, unless they take more than `room` bytes. */
  private *keep(room: number): Generator<void, void> {
    if (!this.keeps || this.graph.isKept) return;
    this.pass("reading transitions");
    yield* this.graph.keep(room);
  }

  /**
   * Whether transitions are read only once a search for components needs them. If a run that violates the property can
   * stand still where it begins, none does.
   */
  private readsLater(property: Liveness<AnyState>): boolean {
    const isAsked = property.orTaken !== undefined || this.explored.instance.constraints.length > 0;
    return this.keeps && !this.graph.isKept && this.fairSteps.isTold && !isAsked;
  }

  /** Whether, in each of `cases`, a violating run can begin in a state in which it can stand still for ever. */
  private *standsStill(cases: readonly Case[]): Generator<void, boolean> {
    const open = new Set(cases);
    let states = 0;
    for (const reference of this.graph.states()) {
      for (const each of open) if (this.standsStillIn(reference, each)) open.delete(each);
      if (open.size === 0) return true;
      if (++states % BREAK === 0) yield;
    }
    return false;
  }

  private standsStillIn(reference: number, { tracked, violating }: Case): boolean {
    const { stays, begins, again } = violating;
    for (let b = 0; b < tracked.count; b++)
      if (stays(reference, b) && begins(reference, b) && (again === undefined || again(reference, b)))
        return !this.fairSteps.isAnyEnabledIn(reference);
    return false;
  }

  /** Has `work` tell of a pass over all states. */
  private pass(doing: LivenessWork["doing"]): void {
    this.graph.passed = 0;
    this.working = () => ({ doing, share: this.graph.passed });
  }

  /** Has `work` tell of a search for components, number `place` of `count`, from 0 on. */
  private tell(components: Components, place: number, count: number): void {
    this.working = () => {
      const { searched } = components;
      if (searched === undefined) return { doing: "deciding components", share: undefined };
      return { doing: "searching nodes", share: (place + searched) / count };
    };
  }

  /**
   * Decides `property`. Yields now and then, so that the caller gets a turn.
   * @throws MemoryExceeded if the arrays would exceed the memory limit
   * @throws PredicateThrew if a predicate of the property, or of an assumption of fairness, throws
   */
  *decide(property: Liveness<AnyState>): Generator<void, LivenessVerdict> {
    const { graph, requirements } = this;
    const bindings = this.explored.instance.bindings(property.domains);
    const found: { lasso: Lasso; length: number; gravity: number }[] = [];
    // The other half of the room is for the search for components.
    const half = this.room() / 2;
    const isLater = this.readsLater(property);
    if (isLater) graph.meetRenamings();
    else yield* this.keep(half);
    if (this.explored.instance.constraints.length > 0) this.refuseMore(Bits.bytesFor(graph.size, 1));
    this.cutOff ??= yield* graph.cutOff();
    this.pass("asking predicates");
    yield* requirements.prepare();
    this.refuseMore(2 * Bits.bytesFor(graph.size, bindings.length));
    this.pass("asking predicates");
    const [held, due] = yield* this.ask(property, bindings);
    const all = renamedBindings(graph.renamings, bindings);
    const completes = this.completions(all, held);
    let [byAssumption, otherwise] = [0, 0];
    const orbits = Tracked.orbits(all);
    const taken = this.taken(property, bindings);
    const cases = orbits.map((tracked) => {
      const shuns =
        taken && ((...[state, b, label, i]: Shunning) => taken.at(state, label, i).includes(tracked.orbit[b]!));
      return { tracked, violating: { ...this.violating(property, tracked, held, due), completes, shuns } };
    });
    if (isLater && !(yield* this.standsStill(cases))) yield* this.keep(half);
    for (const [place, { tracked, violating }] of cases.entries()) {
      const components = this.components(tracked, violating);
      this.tell(components, place, orbits.length);
      yield* components.search();
      byAssumption += components.excludedByAssumption;
      otherwise += components.excluded;
      if (components.fair.length + components.still.length === 0) continue;
      const still = components.still.length > 0;
      const livelock = !still && (yield* components.narrow());
      const anywhere = property.kind !== "leads to" && property.kind !== "eventually";
      const lassos = new Lassos(graph, tracked, requirements, violating, components);
      const depthOf = (reference: number) => this.depthOf(reference);
      let lasso = lassos.find(
        depthOf,
        anywhere,
        this.keeps && !graph.isKept ? this.explored.store.count / 4 : undefined,
      );
      if (lasso === undefined) {
        yield* this.keep(half);
        lasso = lassos.find(depthOf, anywhere)!;
      }
      const length = this.depthOf(lasso.first) + lasso.stem.length + lasso.cycle.length;
      found.push({ lasso, length, gravity: still ? 2 : livelock ? 1 : 0 });
    }
    if (found.length > 0) {
      const [{ lasso }] = found.sort((a, b) => b.gravity - a.gravity || a.length - b.length) as [(typeof found)[0]];
      return { lasso, vacuous: undefined };
    }
    return {
      lasso: undefined,
      vacuous: yield* this.vacuous(due, bindings.length, byAssumption > 0 && otherwise === 0),
    };
  }

  /**
   * Returns, by state and binding, whether the property's predicate holds; and for a `leads to`, whether the property
   * is due.
   */
  private *ask(
    property: Liveness<AnyState>,
    bindings: readonly Binding<Domains>[],
  ): Generator<void, [Bits, Bits | undefined]> {
    const predicates = [property.holds, ...(property.from ? [property.from] : [])].map((holds) =>
      bindings.map((binding) => ({ binding, holds })),
    );
    const [held, due] = yield* this.graph.ask(`property "${property.name}"`, predicates);
    return [held!, due];
  }

  /** Returns, of a property that some steps satisfy, for which of its bindings a step does; undefined for any other. */
  private taken({ name, orTaken }: Liveness<AnyState>, bindings: readonly Binding<Domains>[]): StepNotes | undefined {
    if (orTaken === undefined) return undefined;
    const all = bindings.map((_, i) => i);
    return new StepNotes(this.graph, {
      name: `property "${name}"`,
      askedOf: () => all,
      holds: (number, before, after) => orTaken(before, after, bindings[number]!),
      inWords: (numbers, rename) => {
        const named = numbers.map((number) => keyOfBinding(bindings[number]!, rename));
        return `satisfying it for ${named.sort().join(", ") || "nothing"}`;
      },
    });
  }

  /**
   * Returns the reference semantics' choices along `lasso` from `start`, a state that its first state stands for;
   * undefined if the reference semantics has no such run.
   */
  concreteChoices(lasso: Lasso, start: Values): number[] | undefined {
    return concreteChoices(this.graph, this.requirements, lasso, start);
  }

  /**
   * Returns why it says little that a property holds; undefined if that is not so.
   * @param due for a `leads to`: by state and binding, whether the property is due
   * @param assumed whether assumptions alone have excluded all violations
   */
  private *vacuous(due: Bits | undefined, bindings: number, assumed: boolean): Generator<void, string | undefined> {
    if (due && !this.any(due, bindings)) return "what it is to follow on never happens";
    if (assumed) return "an assumption of fairness says so by itself, whatever the protocol does";
    // Beyond what was cut off there may be one.
    const isWhole = this.cutOff === undefined;
    if (isWhole && this.requirements.compassions.length > 0 && !(yield* this.hasFairRun()))
      return "no run at all meets the assumptions of fairness";
    return undefined;
  }

  private any(bits: Bits, count: number): boolean {
    for (const reference of this.graph.states())
      for (let i = 0; i < count; i++) if (bits.has(reference, i)) return true;
    return false;
  }

  private *hasFairRun(): Generator<void, boolean> {
    if (this.anyFairRun === undefined) {
      const [tracked] = Tracked.orbits(renamedBindings(this.graph.renamings, [{}]));
      const components = this.components(tracked!, ANY_RUN);
      this.tell(components, 0, 1);
      yield* components.search(true);
      this.anyFairRun = components.fair.length + components.still.length > 0;
    }
    return this.anyFairRun;
  }

  private components(tracked: Tracked, violating: Violating): Components {
    const nodes = this.graph.size * tracked.count;
    const degree = this.explored.generated / Math.max(this.explored.store.count, 1);
    this.refuseMore(nodes > MOST_NODES ? Number.POSITIVE_INFINITY : Components.bytesFor(nodes, degree));
    return new Components(this.graph, tracked, this.requirements, violating, this.fairSteps);
  }

  private refuseMore(bytes: number): void {
    if (bytes <= this.room()) return;
    const more = Number.isFinite(bytes) ? `${Math.ceil(bytes / 2 ** 20).toLocaleString("en")} MiB` : "too many nodes";
    throw new MemoryExceeded(`liveness would take ${more} more, and is not decided`);
  }

  /**
   * Returns a function that tells which steps give any process what it waits for: those after which the property's
   * predicate holds of a binding of which it did not hold before.
   */
  private completions(all: Renamed<Binding<Domains>>, held: Bits): Violating["completes"] {
    const { length } = all.all;
    // With a single binding, there is nobody else whom a step could give what it waits for.
    if (length === 1) return () => false;
    return (from, to, renaming) => {
      const image = all.by(renaming);
      for (let b = 0; b < length; b++) if (!held.has(from, b) && held.has(to, image[b]!)) return true;
      return false;
    };
  }

  /**
   * Returns which runs would violate `property`.
   * @param held by state and binding, whether the property's predicate holds
   * @param due for a `leads to`: by state and binding, whether the property is due
   */
  private violating(property: Liveness<AnyState>, { orbit }: Tracked, held: Bits, due: Bits | undefined) {
    // A run through a state in which something was cut off is no counterexample: what it could do there is not known.
    const isKnown = (state: number) => this.cutOff === undefined || !this.cutOff.has(state, 0);
    const missing = (state: number, b: number) => isKnown(state) && !held.has(state, orbit[b]!);
    switch (property.kind) {
      case "eventually": {
        const begins = (state: number) => this.explored.store.parentOf(state) === NO_PARENT;
        return { stays: missing, begins, again: undefined };
      }
      case "leads to":
        return { stays: missing, begins: (state: number, b: number) => due!.has(state, orbit[b]!), again: undefined };
      case "always eventually":
        return { stays: missing, begins: () => true, again: undefined };
      case "eventually always":
        return { stays: isKnown, begins: () => true, again: missing };
    }
  }

  /**
   * Returns the first of `states`, and its depth: of those of least depth the one whose content hashes least, which
   * does not depend on the number of threads.
   */
  first(states: readonly number[]): { readonly row: number; readonly depth: number } {
    const depth = states.reduce((least, row) => Math.min(least, this.depthOf(row)), Number.POSITIVE_INFINITY);
    const shallowest = states.filter((row) => this.depthOf(row) === depth);
    const contents = new Map(shallowest.map((row) => [row, this.graph.contentOf(row) >>> 0]));
    const row = shallowest.reduce((first, row) => (contents.get(row)! < contents.get(first)! ? row : first));
    return { row, depth };
  }

  /** Returns how many steps the search has taken to the state. */
  private depthOf(reference: number): number {
    this.depths ??= new Int32Array(this.graph.size).fill(-1);
    const { depths } = this;
    const way: number[] = [];
    let at = reference;
    while (at !== NO_PARENT && depths[at] === -1) {
      way.push(at);
      at = this.explored.store.parentOf(at);
    }
    let depth = at === NO_PARENT ? -1 : depths[at]!;
    for (const state of way.reverse()) depths[state] = ++depth;
    return depths[reference]!;
  }
}

type Shunning = Parameters<NonNullable<Violating["shuns"]>>;

const ANY_RUN: Violating = {
  stays: () => true,
  begins: () => true,
  again: undefined,
  completes: () => false,
  shuns: undefined,
};

/** The most nodes that a typed array has room for. */
const MOST_NODES = 2 ** 32 - 1;
