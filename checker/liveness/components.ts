/**
 * Fair cycles: strongly connected components that meet every requirement of fairness.
 *
 * A node is a pair of a state and a binding of the property, in the names that the state has for members. When a step
 * is followed by a renaming that made the next state canonical, the binding is renamed along. A component of such nodes
 * stands for components of the unreduced graph, all alike, whose states are those of its nodes under other names.
 * *Potentials* tell how names come back to where they began: p(v) renames the names of node v to those at the
 * component's root, along the tree of the depth-first search. What closed walks do to names is a group, and every
 * transition within the component gives one generator of it. A requirement is met somewhere in the unreduced component
 * exactly if one that the group carries it to is met at a node, all in the names of the root. So requirements are
 * looked at by orbits. Why that is sound: docs/explanation/liveness.md.
 * Strong fairness is decided by removal (Emerson and Lei, 1987; a Streett condition): where a requirement is called for
 * and not answered, what calls for it is removed, and the rest is decomposed again.
 *
 * Components are found by Pearce's variant of Tarjan's algorithm (2016), which needs one word for each node.
 */
import type { FairSteps } from "./fair-steps.js";
import type { StateGraph, Transitions } from "./graph.js";
import { NameGroup } from "./group.js";
import type { Requirements } from "./requirements.js";
import { Stack } from "./stack.js";
import type { Tracked } from "./tracked.js";
import type { Violating } from "./violating.js";

/** Not in the part that is searched, or done with. */
const OUT = 0xffffffff;
/** Not yet visited. */
const NEW = 0;
/** In the component that is surveyed. The numbers of nodes in a search begin here, too. */
const INSIDE = 1;
/** Set by `markGoals` where a run can stand still. */
const STILL = 0xfffffffe;
/** Visits between two breaks, at which the caller gets a turn. */
const BREAK = 2048;

/** A set of nodes in which a violating run can go round for ever. */
export interface FairComponent {
  readonly nodes: Uint32Array;
  /** By requirement, in the root's names: 1 if something in the component calls for it, which all do that are weak. */
  readonly calledFor: Uint8Array;
  /** By requirement, in the same names: 1 if steps that call for it must be left out; undefined if there are none. */
  readonly banned: Uint8Array | undefined;
}

/** Nodes to be searched, and by requirement whether steps that call for it are left out. */
interface Subgraph {
  readonly nodes: Uint32Array;
  readonly banned: Uint8Array | undefined;
}

export class Components {
  /** Whether steps are left out that give any process what it waits for. */
  private withoutCompletion = false;
  /** By node: OUT, NEW, or its number in the search (Pearce's rindex). */
  private readonly index: Uint32Array;
  /** By node: the renaming from its names to those of the root. */
  readonly potential: Uint16Array;
  fair: FairComponent[] = [];
  /** Nodes in which a violating run can stand still for ever, since nothing fair is enabled there. */
  readonly still: number[] = [];
  /**
   * How many components were not fair although no action's fairness was against them: every step in them calls for what
   * never comes there.
   */
  excludedByAssumption = 0;
  /** How many components were not fair for another reason. */
  excluded = 0;
  private visits = 0;
  /** How many nodes the first search has looked at, in each of its three passes. */
  private passed = 0;
  /** Whether that search is over, and its components are decided. */
  private isDeciding = false;
  private readonly stack = new Stack();
  private readonly group: NameGroup;
  /** By requirement: the epoch in which it was last seen to be enabled. */
  private readonly enabledIn: Uint32Array;
  /** By requirement, of the last survey: whether it is answered, whether it is called for, and whether always. */
  private readonly surveyed: readonly [Uint8Array, Uint8Array, Uint8Array];
  /** The number of calls of `noteEnabled`. */
  private epoch = 0;

  /**
   * Returns the most bytes that a search over `nodes` nodes takes, with `degree` transitions each: all of them are on
   * the stack at once, and all are in components.
   */
  static bytesFor(nodes: number, degree: number): number {
    const own = Uint32Array.BYTES_PER_ELEMENT + Uint16Array.BYTES_PER_ELEMENT;
    const listed = Float64Array.BYTES_PER_ELEMENT + Uint32Array.BYTES_PER_ELEMENT;
    return nodes * (own + listed + Stack.bytesFor(degree));
  }

  constructor(
    private readonly graph: StateGraph,
    private readonly tracked: Tracked,
    private readonly requirements: Requirements,
    private readonly violating: Violating,
    private readonly fairSteps: FairSteps,
  ) {
    this.index = new Uint32Array(graph.size * tracked.count);
    this.potential = new Uint16Array(this.index.length);
    this.group = new NameGroup(graph.renamings, requirements.renamed);
    const { count } = requirements;
    this.enabledIn = new Uint32Array(count);
    this.surveyed = [new Uint8Array(count), new Uint8Array(count), new Uint8Array(count)];
  }

  /**
   * The share of the nodes, from 0 to 1, that the search has looked at; undefined once components are decided, of which
   * nobody knows into how many they will be decomposed.
   */
  get searched(): number | undefined {
    return this.isDeciding ? undefined : Math.min(1, this.passed / (3 * Math.max(1, this.index.length)));
  }

  /**
   * Finds all fair components, unless a run can stand still. Yields now and then, so that the caller gets a turn.
   * @param first whether one fair component is enough
   */
  *search(first = false): Generator<void, void> {
    const { graph, tracked, violating } = this;
    for (const reference of graph.states()) {
      for (let b = 0; b < tracked.count; b++)
        this.index[tracked.nodeOf(reference, b)] = violating.stays(reference, b) ? NEW : OUT;
      this.passed += tracked.count;
      if (this.isBreak()) yield;
    }
    if (yield* this.standsStillAtOnce()) return;
    const parts: Subgraph[] = [];
    for (const reference of graph.states()) {
      for (let b = 0; b < tracked.count; b++) {
        const node = tracked.nodeOf(reference, b);
        if (this.index[node] !== NEW || !violating.begins(reference, b)) continue;
        yield* this.searchFrom(node, undefined, true, parts);
      }
      if (this.isBreak()) yield;
    }
    // A standstill is the gravest violation: if there is one, no other is looked for.
    if (this.still.length === 0) yield* this.work(parts, first);
  }

  /**
   * Returns whether a violating run can begin where it can stand still; no search is needed to find that out. If so,
   * `still` has all nodes in which a run could stand still if it came there.
   */
  private *standsStillAtOnce(): Generator<void, boolean> {
    const { graph, tracked, index, violating } = this;
    let atOnce = false;
    for (const reference of graph.states()) {
      this.passed += tracked.count;
      if (this.isBreak()) yield;
      let nothingFair: boolean | undefined;
      for (let b = 0; b < tracked.count; b++) {
        const node = tracked.nodeOf(reference, b);
        if (index[node] !== NEW || !this.mayStandStill(node)) continue;
        nothingFair ??= !this.fairSteps.isAnyEnabledIn(reference);
        if (!nothingFair) break;
        this.still.push(node);
        atOnce ||= violating.begins(reference, b);
      }
    }
    if (!atOnce) this.still.length = 0;
    return atOnce;
  }

  /** Decides `parts`, and what is left of them after removals. */
  private *work(parts: Subgraph[], first = false): Generator<void, void> {
    this.isDeciding = true;
    while (parts.length > 0) {
      const part = yield* this.reduced(parts.pop()!);
      if (first && this.fair.length > 0) return;
      if (part !== undefined) yield* this.searchPart(part, parts);
    }
  }

  private *searchPart({ nodes, banned }: Subgraph, parts: Subgraph[]): Generator<void, void> {
    for (const node of nodes) if (this.index[node] === NEW) yield* this.searchFrom(node, banned, false, parts);
  }

  /**
   * Narrows the fair components to those in which a run can go round without giving any process what it waits for, and
   * returns whether there is one. If there is none, all stay.
   */
  *narrow(): Generator<void, boolean> {
    const { fair, potential, index } = this;
    const before = fair.map(({ nodes }) => Uint16Array.from(nodes, (node) => potential[node]!));
    this.fair = [];
    this.withoutCompletion = true;
    const parts: Subgraph[] = [];
    for (const part of fair) {
      for (const node of part.nodes) index[node] = NEW;
      yield* this.searchPart(part, parts);
    }
    yield* this.work(parts);
    if (this.fair.length > 0) return true;
    this.withoutCompletion = false;
    this.fair = fair;
    fair.forEach(({ nodes }, i) => {
      for (const [j, node] of nodes.entries()) potential[node] = before[i]![j]!;
    });
    return false;
  }

  /** Whether a transition of `node` is left out. @param i its place in the arrays of transitions */
  leavesOut(node: number, { at, targets, renamings, labels }: Transitions, i: number): boolean {
    const state = this.tracked.stateOf(node);
    if (this.withoutCompletion && this.violating.completes(state, targets[i]!, renamings[i]!)) return true;
    return this.violating.shuns?.(state, this.tracked.bindingOf(node), labels[i]!, i - at) ?? false;
  }

  /**
   * Prepares `goals` and `goalAt`, which then name the nodes of fair components or, if a run can stand still, those
   * where it can. Nothing can be searched afterwards.
   */
  markGoals(): void {
    const { index, fair, still } = this;
    if (still.length > 0) for (const node of still) index[node] = STILL;
    else
      fair.forEach(({ nodes }, i) => {
        for (const node of nodes) index[node] = i + 1;
      });
  }

  *goals(): Generator<number> {
    if (this.still.length > 0) yield* this.still;
    else for (const { nodes } of this.fair) yield* nodes;
  }

  /** Returns the fair component of `node`; "still" if a run can stand still there; undefined if it is no goal. */
  goalAt(node: number): FairComponent | "still" | undefined {
    const index = this.index[node]!;
    // Nodes that were never reached are NEW, and so have no component.
    return index === STILL ? "still" : this.fair[index - 1];
  }

  private isBreak(): boolean {
    return ++this.visits % BREAK === 0;
  }

  /** Notes which requirements some of a state's transitions take, and returns whether there are any. */
  private noteEnabled(reference: number, { at, end, labels }: Transitions): boolean {
    this.epoch++;
    let any = false;
    for (let i = at; i < end; i++) {
      for (const requirement of this.requirements.taken(reference, labels[i]!, i - at)) {
        this.enabledIn[requirement] = this.epoch;
        any = true;
      }
    }
    return any;
  }

  /** Returns the compassions that a transition of `node` calls for. */
  private calls(node: number, { at, labels }: Transitions, i: number): readonly number[] {
    return this.requirements.calls(this.tracked.stateOf(node), labels[i]!, i - at);
  }

  /**
   * Returns `banned` in the names of a node.
   * @param potential the renaming from the node's names to those of `banned`
   */
  bannedAt(banned: Uint8Array | undefined, potential: number): Uint8Array | undefined {
    const names = this.requirements.renamed.by(potential);
    return banned && Uint8Array.from(names, (there) => banned[there]!);
  }

  /**
   * Searches from `root` on, and adds the components found to `parts`.
   * @param bannedBefore by requirement, whether steps that call for it are left out, in the names of the root before
   * @param whole whether nothing was left out before: then nodes are noted where a run can stand still
   */
  private *searchFrom(
    root: number,
    bannedBefore: Uint8Array | undefined,
    whole: boolean,
    parts: Subgraph[],
  ): Generator<void, void> {
    const { index, stack } = this;
    const { renamings } = this.graph;
    const banned = this.bannedAt(bannedBefore, this.potential[root]!);
    /** Nodes whose component is not known yet. */
    const open: number[] = [];
    let next = INSIDE;
    const enter = (node: number, potential: number) => {
      this.potential[node] = potential;
      stack.enter(node, next);
      index[node] = next++;
      this.passed++;
      const state = this.tracked.stateOf(node);
      const transitions = this.graph.transitionsOf(state);
      this.pushSuccessors(node, transitions, banned);
      if (whole && !this.noteEnabled(state, transitions) && this.mayStandStill(node)) this.still.push(node);
    };
    enter(root, 0);
    while (stack.depth > 0) {
      if (this.isBreak()) yield;
      const node = stack.node;
      if (stack.advance()) {
        const to = stack.target;
        if (index[to] === NEW) {
          enter(to, renamings.product(renamings.inverse(stack.renaming), this.potential[node]!));
        } else stack.lower(index[to]!);
        continue;
      }
      const { low, number, loops } = stack;
      stack.leave();
      if (stack.depth > 0) stack.lower(low);
      if (low < number) {
        index[node] = low;
        open.push(node);
        continue;
      }
      const members = [node];
      while (open.length > 0 && index[open[open.length - 1]!]! >= number) members.push(open.pop()!);
      for (const member of members) index[member] = OUT;
      next -= members.length;
      if (members.length > 1 || loops) parts.push({ nodes: Uint32Array.from(members), banned });
    }
  }

  private mayStandStill(node: number): boolean {
    const { again } = this.violating;
    return again === undefined || again(this.tracked.stateOf(node), this.tracked.bindingOf(node));
  }

  /** Puts those successors of `node` onto the stack that are in the part that is searched. */
  private pushSuccessors(node: number, transitions: Transitions, banned: Uint8Array | undefined): void {
    const { tracked, stack, index, requirements } = this;
    const { at, end, targets, renamings } = transitions;
    const { table, count } = tracked;
    const leavesSome = this.withoutCompletion || this.violating.shuns !== undefined;
    for (let i = at; i < end; i++) {
      const renaming = renamings[i]!;
      const to = targets[i]! * count + (table[renaming] ?? tracked.by(renaming))[node % count]!;
      if (index[to] === OUT) continue;
      if (leavesSome && this.leavesOut(node, transitions, i)) continue;
      if (banned) {
        const names = requirements.renamed.by(this.potential[node]!);
        if (this.calls(node, transitions, i).some((call) => banned[names[call]!] !== 0)) continue;
      }
      stack.push(to, renaming);
    }
  }

  /**
   * Decides whether a component is fair. If it is not, but a part of it may be, returns that part, with its nodes NEW.
   */
  private *reduced({ nodes, banned }: Subgraph): Generator<void, Subgraph | undefined> {
    const { index, requirements } = this;
    for (const node of nodes) index[node] = INSIDE;
    const { answered, calledFor, always, again } = yield* this.survey(nodes, banned);
    for (const node of nodes) index[node] = OUT;
    if (!again) return undefined;
    const orbits = this.group.orbits();
    const meets = (orbit: readonly number[]) => orbit.some((requirement) => answered[requirement] !== 0);
    const calls = (orbit: readonly number[]) => orbit.some((requirement) => calledFor[requirement] !== 0);
    const missing = orbits.filter((orbit) => calls(orbit) && !meets(orbit));
    if (missing.length === 0) {
      this.fair.push({ nodes, calledFor: this.spread(orbits, calledFor), banned });
      return undefined;
    }
    const lacking = new Set(missing.flat());
    if (requirements.weak.some((requirement) => lacking.has(requirement))) {
      this.excluded++;
      return undefined;
    }
    if (missing.some((orbit) => orbit.some((requirement) => always[requirement] !== 0))) this.excludedByAssumption++;
    else this.excluded++;
    const ban = Uint8Array.from({ length: requirements.count }, (_, i) => (banned?.[i] || lacking.has(i) ? 1 : 0));
    const left: number[] = [];
    for (const node of nodes) {
      if (this.isBreak()) yield;
      if (this.enables(node, lacking)) continue;
      index[node] = NEW;
      left.push(node);
    }
    return left.length === 0 ? undefined : { nodes: Uint32Array.from(left), banned: ban };
  }

  private spread(orbits: readonly (readonly number[])[], flags: Uint8Array): Uint8Array {
    const spread = new Uint8Array(flags.length);
    for (const orbit of orbits)
      if (orbit.some((requirement) => flags[requirement])) for (const requirement of orbit) spread[requirement] = 1;
    return spread;
  }

  /** Whether a strong requirement is enabled at `node` that is in `lacking`, which has the names of the root. */
  private enables(node: number, lacking: ReadonlySet<number>): boolean {
    const { strong, renamed } = this.requirements;
    if (!strong.some((requirement) => lacking.has(requirement))) return false;
    const state = this.tracked.stateOf(node);
    this.noteEnabled(state, this.graph.transitionsOf(state));
    const names = renamed.by(this.potential[node]!);
    return strong.some((requirement) => this.enabledIn[requirement] === this.epoch && lacking.has(names[requirement]!));
  }

  /**
   * Looks at all nodes of a component, which are INSIDE, and at the steps between them. What it returns holds until the
   * next survey, and is in the names of the component's root: by requirement, whether it is answered, whether it is
   * called for, and whether every step calls for it; and whether what must occur infinitely often does occur.
   */
  private *survey(nodes: Uint32Array, banned: Uint8Array | undefined) {
    const { graph, tracked, requirements, index, violating, group } = this;
    const { weak, strong, compassions, renamed } = requirements;
    const [answered, calledFor, always] = this.surveyed;
    for (const flags of this.surveyed) flags.fill(0);
    for (const requirement of weak) calledFor[requirement] = 1;
    for (const requirement of compassions) always[requirement] = 1;
    let again = violating.again === undefined;
    group.begin();
    const simple = strong.length === 0 && compassions.length === 0;
    for (const node of nodes) {
      if (this.isBreak()) yield;
      const binding = tracked.bindingOf(node);
      const potential = this.potential[node]!;
      const names = renamed.by(potential);
      const state = tracked.stateOf(node);
      const transitions = graph.transitionsOf(state);
      this.noteEnabled(state, transitions);
      again ||= violating.again!(state, binding);
      for (const requirement of weak) if (this.enabledIn[requirement] !== this.epoch) answered[names[requirement]!] = 1;
      for (const requirement of strong)
        if (this.enabledIn[requirement] === this.epoch) calledFor[names[requirement]!] = 1;
      if (compassions.length > 0)
        for (const requirement of requirements.answeredIn(state)) answered[names[requirement]!] = 1;
      for (let i = transitions.at; i < transitions.end; i++) {
        const renaming = transitions.renamings[i]!;
        const to = tracked.nodeOf(transitions.targets[i]!, tracked.by(renaming)[binding]!);
        if (index[to] !== INSIDE || this.leavesOut(node, transitions, i)) continue;
        const calls = this.calls(node, transitions, i);
        if (banned && calls.some((call) => banned[names[call]!] !== 0)) continue;
        for (const call of calls) calledFor[names[call]!] = 1;
        for (const requirement of compassions) if (!calls.includes(requirement)) always[names[requirement]!] = 0;
        for (const taken of requirements.taken(state, transitions.labels[i]!, i - transitions.at))
          answered[names[taken]!] = 1;
        group.add(potential, renaming, this.potential[to]!);
      }
      if (simple && again && weak.every((requirement) => answered[requirement] !== 0)) break;
    }
    return { answered, calledFor, always, again };
  }
}
