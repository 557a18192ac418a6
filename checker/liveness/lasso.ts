/**
 * Lassos: a run into a fair component, and round in it so that every requirement is met. A lasso has the names of the
 * state where it begins, whatever members are renamed to on the way. The run is found among pairs of a node and a
 * renaming of the node's names to those names: that is the unreduced graph, as far as it is needed.
 *
 * Among equals the state whose content comes first is taken, so that the same lasso is found whatever references states
 * have.
 */
import type { ActionInstance } from "../model/instance.js";
import { Bits } from "./bits.js";
import type { Components, FairComponent } from "./components.js";
import type { StateGraph } from "./graph.js";
import type { Requirements } from "./requirements.js";
import type { Tracked } from "./tracked.js";
import type { Violating } from "./violating.js";

/** A step of a lasso. */
export interface LassoStep {
  /** The reference of the state that it leads to. */
  readonly to: number;
  /** The renaming from the names of that state to those of the lasso's first state. */
  readonly renaming: number;
  /** What it does, in the names of the lasso's first state. */
  readonly action: ActionInstance;
  readonly message: string | undefined;
  /** What `Requirements.noted` returns of it, in the names of the lasso's first state. */
  readonly noted: readonly number[];
}

export interface Lasso {
  /** The reference of the state where it begins. The search has a way there. */
  readonly first: number;
  /** The place of the tracked binding in its orbit, in the names of the first state. */
  readonly binding: number;
  /** The steps from the first state to where the cycle begins. */
  readonly stem: readonly LassoStep[];
  /** The steps round; none if the run stands still. */
  readonly cycle: readonly LassoStep[];
}

/** A node, under other names. */
interface Place {
  readonly node: number;
  /** The renaming from the names of the node to those of the lasso's first state. */
  readonly renaming: number;
}

/** Stands among requirements for what must occur infinitely often besides them. */
const AGAIN = -1;

/** Returns how many steps the search has taken to a state. */
type DepthOf = (reference: number) => number;

export class Lassos {
  private readonly contents = new Map<number, number>();

  constructor(
    private readonly graph: StateGraph,
    private readonly tracked: Tracked,
    private readonly requirements: Requirements,
    private readonly violating: Violating,
    private readonly components: Components,
  ) {}

  /**
   * Returns the lasso with the shortest way to its cycle.
   * @param anywhere whether a run that violates the property may begin in any state
   * @param most how many nodes may be left on the way at the most: with more of them, returns undefined
   */
  find(depthOf: DepthOf, anywhere: boolean, most = Number.POSITIVE_INFINITY): Lasso | undefined {
    const { components, tracked } = this;
    components.markGoals();
    const path = anywhere ? [this.nearest(depthOf)] : this.pathTo(depthOf, most);
    if (path === undefined) return undefined;
    const stem: LassoStep[] = [];
    let at: Place = { node: path[0]!, renaming: 0 };
    for (const node of path.slice(1)) {
      const [move, next] = this.move(this.stepsFrom(at), ({ place }) => place.node === node);
      stem.push(move);
      at = next;
    }
    const component = components.goalAt(at.node);
    const cycle = typeof component === "object" ? this.cycle(component, at) : [];
    return { first: tracked.stateOf(path[0]!), binding: tracked.bindingOf(path[0]!), stem, cycle };
  }

  private contentOf(node: number): number {
    const reference = this.tracked.stateOf(node);
    const known = this.contents.get(reference) ?? this.graph.contentOf(reference);
    this.contents.set(reference, known);
    return known;
  }

  /** Returns `places` in an order that does not depend on the references of states. */
  private sorted(places: readonly Place[]): readonly Place[] {
    const { tracked } = this;
    const keyed = places.map((place) => ({ place, content: this.contentOf(place.node) }));
    return keyed
      .sort(
        (a, b) =>
          a.content - b.content ||
          tracked.bindingOf(a.place.node) - tracked.bindingOf(b.place.node) ||
          a.place.renaming - b.place.renaming,
      )
      .map(({ place }) => place);
  }

  /** Returns the first of `nodes` in the order of `sorted`. */
  private firstOf(nodes: readonly number[]): number {
    return this.sorted(nodes.map((node) => ({ node, renaming: 0 })))[0]!.node;
  }

  /** Returns the goal that the search has come to in the fewest steps. */
  private nearest(depthOf: DepthOf): number {
    let least = Number.POSITIVE_INFINITY;
    let near: number[] = [];
    for (const node of this.components.goals()) {
      const depth = depthOf(this.tracked.stateOf(node));
      if (depth < least) [least, near] = [depth, []];
      if (depth === least) near.push(node);
    }
    return this.firstOf(near);
  }

  /**
   * Returns the least depth of a goal in which a violating run may begin, and the goals of that depth; none if another
   * goal lies as near as they, to which a shorter way may lead.
   */
  private least(depthOf: DepthOf): { readonly bound: number; readonly begun: readonly number[] } {
    const { tracked, components, violating } = this;
    let [bound, nearest] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    let begun: number[] = [];
    for (const node of components.goals()) {
      const depth = depthOf(tracked.stateOf(node));
      if (!violating.begins(tracked.stateOf(node), tracked.bindingOf(node))) {
        nearest = Math.min(nearest, depth);
        continue;
      }
      if (depth < bound) [bound, begun] = [depth, []];
      if (depth === bound) begun.push(node);
    }
    return { bound, begun: nearest <= bound ? [] : begun.sort((a, b) => a - b) };
  }

  /**
   * Returns the nodes on a shortest way to a goal from where a violating run may begin, counting the way there. It goes
   * level by level, and then back, so that no node need remember from where it was met.
   */
  private pathTo(depthOf: DepthOf, most: number): number[] | undefined {
    const { graph, tracked, components } = this;
    const { bound, begun } = this.least(depthOf);
    if (begun.length > 0) return [this.firstOf(begun)];
    const beginnings = this.beginnings(depthOf, bound);
    const seen = new Bits(graph.size, tracked.count);
    const enter = (node: number, level: number[]) => {
      const [state, b] = [tracked.stateOf(node), tracked.bindingOf(node)];
      if (seen.has(state, b)) return;
      seen.set(state, b);
      level.push(node);
    };
    const levels: (readonly number[])[] = [];
    const last = [...beginnings.keys()].reduce((most, depth) => Math.max(most, depth), Number.NEGATIVE_INFINITY);
    let left = 0;
    for (let depth = 0; depth <= last || levels[depth - 1]!.length > 0; depth++) {
      left += levels[depth - 1]?.length ?? 0;
      if (left > most) return undefined;
      const level: number[] = [];
      for (const node of beginnings.get(depth) ?? []) enter(node, level);
      for (const from of levels[depth - 1] ?? []) this.forEachNext(from, (node) => enter(node, level));
      levels.push(level);
      const goals = level.filter((node) => components.goalAt(node) !== undefined);
      if (goals.length > 0) return this.pathBack(this.firstOf(goals), levels, beginnings);
    }
    throw new Error("a fair component is not reached from where violating runs begin");
  }

  /**
   * Returns, by depth, the nodes in which a violating run may begin.
   * @param bound the least depth of a goal in which one may begin: deeper nodes are left out
   */
  private beginnings(depthOf: DepthOf, bound: number): Map<number, number[]> {
    const { graph, tracked, violating } = this;
    const beginnings = new Map<number, number[]>();
    for (const reference of graph.states()) {
      for (let b = 0; b < tracked.count; b++) {
        if (!violating.stays(reference, b) || !violating.begins(reference, b)) continue;
        const depth = depthOf(reference);
        if (depth > bound) continue;
        const there = beginnings.get(depth) ?? [];
        beginnings.set(depth, there);
        there.push(tracked.nodeOf(reference, b));
      }
    }
    return beginnings;
  }

  /** Calls `call` with each node that a step from `node` leads to and in which a violating run can stay. */
  private forEachNext(node: number, call: (next: number) => void): void {
    const { graph, tracked, violating } = this;
    const { at, end, targets, renamings } = graph.transitionsOf(tracked.stateOf(node));
    for (let i = at; i < end; i++) {
      const b = tracked.by(renamings[i]!)[tracked.bindingOf(node)]!;
      if (violating.stays(targets[i]!, b)) call(tracked.nodeOf(targets[i]!, b));
    }
  }

  private pathBack(
    goal: number,
    levels: readonly (readonly number[])[],
    beginnings: ReadonlyMap<number, readonly number[]>,
  ): number[] {
    const path = [goal];
    for (let depth = levels.length - 1; !beginnings.get(depth)?.includes(path[0]!); depth--) {
      const before = levels[depth - 1]!.filter((node) => {
        let leads = false;
        this.forEachNext(node, (next) => {
          leads ||= next === path[0];
        });
        return leads;
      });
      path.unshift(this.firstOf(before));
    }
    return path;
  }

  private stepsFrom({ node, renaming }: Place): SearchStep[] {
    const { graph, tracked, requirements } = this;
    const { renamings } = graph;
    const state = tracked.stateOf(node);
    const { at, end, targets, renamings: steps, labels } = graph.transitionsOf(state);
    const binding = tracked.bindingOf(node);
    const [ofRequirements, ofActions] = [requirements.renamed.by(renaming), graph.actions.by(renaming)];
    return Array.from({ length: end - at }, (_, i) => {
      const step = steps[at + i]!;
      const label = labels[at + i]!;
      const { action, message } = graph.labels[label]!;
      return {
        place: {
          node: tracked.nodeOf(targets[at + i]!, tracked.by(step)[binding]!),
          renaming: renamings.product(renamings.inverse(step), renaming),
        },
        calls: () => requirements.calls(state, label, i),
        taken: requirements.taken(state, label, i).map((requirement) => ofRequirements[requirement]!),
        noted: requirements.noted(state, label, i).map((requirement) => ofRequirements[requirement]!),
        action: graph.actions.all[ofActions[action.index]!]!,
        message,
      };
    });
  }

  /** Returns the steps from a place that a run may take if it stays within `component` for ever. */
  private stepsWithin(from: Place, component: FairComponent): SearchStep[] {
    const { components, graph, tracked } = this;
    const banned = components.bannedAt(component.banned, components.potential[from.node]!);
    const transitions = graph.transitionsOf(tracked.stateOf(from.node));
    return this.stepsFrom(from).filter(
      ({ place, calls }, nth) =>
        components.goalAt(place.node) === component &&
        !components.leavesOut(from.node, transitions, transitions.at + nth) &&
        !(banned && calls().some((call) => banned[call] !== 0)),
    );
  }

  /** Returns `steps` in an order that does not depend on the numbers of states and trees. */
  private inOrder(steps: readonly SearchStep[]): readonly SearchStep[] {
    return [...steps].sort(
      (a, b) =>
        a.action.index - b.action.index ||
        (a.message ?? "").localeCompare(b.message ?? "") ||
        this.contentOf(a.place.node) - this.contentOf(b.place.node) ||
        compared(a.noted, b.noted),
    );
  }

  /** Returns the first step in the order of `inOrder` that is wanted, where it leads, and the requirements it takes. */
  private move(
    all: readonly SearchStep[],
    wanted: (step: SearchStep) => boolean,
  ): [LassoStep, Place, readonly number[]] {
    const [step] = this.inOrder(all.filter(wanted));
    if (step === undefined) throw new Error("a step that was found is not found again");
    const { place, action, message, noted, taken } = step;
    return [{ to: this.tracked.stateOf(place.node), renaming: place.renaming, action, message, noted }, place, taken];
  }

  /** Returns the steps from a place round through its component and back, on which every requirement is met. */
  private cycle(component: FairComponent, start: Place): LassoStep[] {
    const { requirements, components } = this;
    // The component's requirements are in the names of its root.
    const toRoot = requirements.renamed.by(components.potential[start.node]!);
    const ofStart = requirements.renamed.by(start.renaming);
    const open = new Set<number>(this.violating.again ? [AGAIN] : []);
    requirements.renamed.all.forEach((_, requirement) => {
      if (component.calledFor[toRoot[requirement]!]) open.add(ofStart[requirement]!);
    });
    const moves: LassoStep[] = [];
    let at = start;
    const meet = (place: Place) => {
      for (const requirement of this.metAt(place)) open.delete(requirement);
    };
    meet(at);
    const go = (found: FoundPath) => {
      for (const place of found.places) {
        const [move, next, taken] = this.move(
          this.stepsWithin(at, component),
          (step) => same(step.place, place.to) && (place.taking === undefined || step.taken.includes(place.taking)),
        );
        moves.push(move);
        at = next;
        if (place.taking !== undefined) for (const requirement of taken) open.delete(requirement);
        meet(at);
      }
    };
    while (open.size > 0) {
      go(
        this.shortest(at, component, {
          step: (taken) => taken.find((requirement) => open.has(requirement)),
          place: (place) => this.metAt(place).some((requirement) => open.has(requirement)),
        }),
      );
    }
    if (moves.length === 0 || !same(at, start))
      go(this.shortest(at, component, { step: () => undefined, place: (place) => same(place, start) }));
    return moves;
  }

  /** Returns the requirements that are met by being at a place, in the names of the first state. */
  private metAt({ node, renaming }: Place): number[] {
    const { graph, tracked, requirements, violating } = this;
    const state = tracked.stateOf(node);
    const { at, end, labels } = graph.transitionsOf(state);
    const names = requirements.renamed.by(renaming);
    const enabled = new Set<number>();
    for (let i = at; i < end; i++)
      for (const requirement of requirements.taken(state, labels[i]!, i - at)) enabled.add(requirement);
    const met = requirements.weak.filter((requirement) => !enabled.has(requirement));
    const named = [...met, ...requirements.answeredIn(state)].map((requirement) => names[requirement]!);
    return violating.again?.(state, tracked.bindingOf(node)) ? [...named, AGAIN] : named;
  }

  /**
   * Returns a shortest way within `component`, of one step at least, to a place or over a step that is wanted.
   * @param wanted of a step it is given the requirements that the step takes, and returns the one that is wanted
   */
  private shortest(
    from: Place,
    component: FairComponent,
    wanted: { step: (taken: readonly number[]) => number | undefined; place: (place: Place) => boolean },
  ): FoundPath {
    const key = ({ node, renaming }: Place) => node * this.graph.renamings.count + renaming;
    const before = new Map<number, Place>();
    const back = (place: Place): Hop[] => {
      const places: Hop[] = [{ to: place, taking: undefined }];
      for (let at = before.get(key(place))!; !same(at, from); at = before.get(key(at))!)
        places.push({ to: at, taking: undefined });
      return places.reverse();
    };
    for (let level: readonly Place[] = [from]; level.length > 0; ) {
      const next: Place[] = [];
      let found: FoundPath | undefined;
      for (const at of this.sorted(level)) {
        const steps = this.stepsWithin(at, component);
        const [step] = this.inOrder(steps.filter(({ taken }) => wanted.step(taken) !== undefined));
        if (step) {
          const last = { to: step.place, taking: wanted.step(step.taken) };
          found ??= { places: same(at, from) ? [last] : [...back(at), last] };
          break;
        }
        for (const { place } of steps) {
          if (before.has(key(place))) continue;
          before.set(key(place), at);
          next.push(place);
        }
      }
      if (found) return found;
      const place = this.sorted(next).find((place) => wanted.place(place));
      if (place) return { places: back(place) };
      level = next;
    }
    throw new Error("a component is not strongly connected");
  }
}

interface SearchStep extends Omit<LassoStep, "to" | "renaming"> {
  readonly place: Place;
  /** Returns the compassions that it calls for, in the names of the state that it is taken from. */
  readonly calls: () => readonly number[];
  /** The requirements that it takes, in the names of the first state. */
  readonly taken: readonly number[];
}

interface Hop {
  readonly to: Place;
  /** The requirement that the step there must take; undefined if any step will do. */
  readonly taking: number | undefined;
}

interface FoundPath {
  readonly places: readonly Hop[];
}

/** Compares two lists of numbers: the first place at which they differ decides. */
function compared(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((of, i) => of !== b[i]);
  return place < 0 ? a.length - b.length : a[place]! - (b[place] ?? Number.NEGATIVE_INFINITY);
}

function same(a: Place, b: Place): boolean {
  return a.node === b.node && a.renaming === b.renaming;
}
