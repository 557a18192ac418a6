/**
 * Whether a mutant does what its original does, although some states differ: in values that nothing reads before they
 * are written again. States of the two are *bisimilar* if all that looks at them finds the same in both, and each step
 * of one is a step of the other that leads to bisimilar states (Park 1981). What looks at a state or a step is each
 * property, fairness and constraint of the model: what its function reads there counts, not only what it returns.
 *
 * The pairs of states that differ are met from each reachable state in which the two part. A pair of equal states is
 * left at once: it is a reachable state of the original, from which the two are compared anyway.
 */
import { type ActionInstance, nameOfInstance } from "../model/bound.js";
import type { Channel } from "../model/channel.js";
import { Instance, type Values } from "../model/instance.js";
import type { AnyModel } from "../model/model.js";
import { renumber, type Successor, successorsBy } from "../model/reference.js";
import { cellName } from "../model/table.js";
import { keyOf } from "../model/value.js";
import { Check } from "../search/check.js";
import type { SearchOptions } from "../search/options.js";
import { type Mutant, mutatedModel } from "./mutant.js";
import { Observers } from "./observers.js";
import { PairKeys } from "./pair-keys.js";

/** A reachable state of the mutant, and one that the original has reached by the same steps. */
interface Pair {
  readonly mutant: Values;
  readonly original: Values;
}

/** The pairs of states that are looked at, at most. */
const MOST_PAIRS = 25_000;

/** Whether a mutant is bisimilar to its original; or why that is not known. */
export type Bisimilarity = boolean | { readonly open: string };

/** What all mutants of a model are compared with. */
interface Compared {
  readonly original: Instance;
  readonly observers: Observers;
  readonly keys: PairKeys;
  /** A state of each orbit of the reachable states of the original. */
  readonly states: readonly Values[];
}

/** Compares mutants with their original. All values of ordinals must be told apart meanwhile (`toldApart`). */
export class BisimilarMutants {
  private compared: Compared | { readonly open: string } | undefined;

  /** @param options how the original is searched */
  constructor(
    private readonly original: Instance,
    private readonly options: SearchOptions,
  ) {}

  /**
   * Decides whether a mutant and its original are bisimilar. Several steps of one name are taken for each other in
   * their order; should another order be needed, the mutant counts as not bisimilar.
   * @param isOver returns why to stop; undefined to go on
   */
  decide(mutant: Mutant, isOver: () => string | undefined): Bisimilarity {
    this.compared ??= this.prepared();
    if ("open" in this.compared) return this.compared;
    const { original, observers, states } = this.compared;
    const changed = original.actions.filter(({ action }) => mutant.applied(action) !== action);
    const met = new PairsMet(this.compared, mutant);
    let at = 0;
    for (const values of states) {
      if (!met.followed({ mutant: values, original: values }, changed)) return false;
      for (; at < met.pairs.length; at++) {
        const open =
          at >= MOST_PAIRS ? `no more than ${MOST_PAIRS.toLocaleString("en")} pairs of states were compared` : isOver();
        if (open !== undefined) return { open };
        const pair = met.pairs[at]!;
        if (!observers.seeAlike(pair.mutant, pair.original) || !met.followed(pair, original.actions)) return false;
      }
    }
    return true;
  }

  private prepared(): Compared | { readonly open: string } {
    const { original, options } = this;
    const ticking = original.ordinals.find(({ window }) => window !== undefined);
    if (ticking !== undefined)
      return { open: `of ${ticking.name} only differences up to ${ticking.window} are told apart` };
    const check = new Check(original, { ...options, properties: [], receptions: false });
    try {
      check.work();
      const { incomplete } = check.outcome();
      if (incomplete !== undefined) return { open: `of the original, ${incomplete}` };
      const { inspector } = check.search.result;
      const states = [...check.search.result.sample(1)].map((row) => inspector.canonicalizer.valuesOf(row));
      const keys = new PairKeys(original, inspector.canonicalizer.nominal?.members);
      return { original, observers: new Observers(original), keys, states };
    } finally {
      check.close();
    }
  }
}

/** The pairs of different states that are reached by the same steps. */
class PairsMet {
  /** One of each orbit. */
  readonly pairs: Pair[] = [];
  private readonly known = new Set<string>();
  private readonly mutated: Instance;
  private readonly original: Instance;
  private readonly names: readonly string[];

  constructor(
    private readonly compared: Compared,
    private readonly mutant: Mutant,
  ) {
    const { model, parameters, actions } = compared.original;
    const unasked = withoutProperties(model);
    this.original = new Instance(unasked, parameters);
    this.mutated = new Instance(mutatedModel(unasked, mutant), parameters);
    this.names = actions.map(nameOfInstance);
  }

  /** Follows the steps of a pair. Returns whether each state has those of the other, as far as can be seen of them. */
  followed({ mutant, original }: Pair, actions: readonly ActionInstance[]): boolean {
    return actions.every((action) => {
      if (mutant === original && !this.mayPart(mutant, action)) return true;
      const ours = this.stepsOf(this.mutated, mutant, action);
      const theirs = this.stepsOf(this.original, original, action);
      return (
        ours.size === theirs.size &&
        [...ours].every(([name, steps]) => {
          const others = theirs.get(name) ?? [];
          if (steps.length !== others.length) return false;
          return steps.every((step, i) => this.met(mutant, step, original, others[i]!));
        })
      );
    });
  }

  /** Whether an action may be changed in a state: of one with a table, by the cells that it decides by. */
  private mayPart(values: Values, { action, binding, takes }: ActionInstance): boolean {
    const { reception, kinds } = action;
    const { cell } = this.mutant;
    if (takes === undefined || reception === undefined || cell === undefined) return true;
    const messages = (values[takes] as Channel<unknown>).takeable();
    if (messages.length === 0) return false;
    const row = reception.row(this.original.stateOf(values), binding);
    return messages.some((message) => cellName(row, kinds!.of(message)) === cell);
  }

  /** Meets the pair of states that two steps of one name lead to. Returns whether the steps are seen alike. */
  private met(mutant: Values, ours: Successor, original: Values, theirs: Successor): boolean {
    if (ours.next === undefined || theirs.next === undefined) return true;
    const { keys, observers } = this.compared;
    if (
      mutant === original &&
      isSameSet(ours.written, theirs.written) &&
      keys.keyOf(ours.next) === keys.keyOf(theirs.next)
    )
      return true;
    if (!observers.seeStepsAlike([mutant, ours], [original, theirs])) return false;
    const [a, b] = [renumber(ours.next), renumber(theirs.next)];
    if (keys.keyOf(a) === keys.keyOf(b)) return true;
    const key = keys.keyOfPair(a, b);
    if (!this.known.has(key)) {
      this.known.add(key);
      this.pairs.push({ mutant: a, original: b });
    }
    return true;
  }

  /** Returns the steps of an action by all that is seen of them besides the states: their names. */
  private stepsOf(instance: Instance, values: Values, { index }: ActionInstance): Map<string, Successor[]> {
    const steps = new Map<string, Successor[]>();
    const action = instance.actions[index]!;
    const { kinds } = action.action;
    for (const step of successorsBy(instance, values, action)) {
      const { message, next, unspecified, threw, cut, cell, chosen } = step;
      const isWhole = message !== undefined && (kinds === undefined || this.compared.observers.seeMessages);
      const kind = message === undefined ? "" : isWhole ? keyOf(message) : kinds!.of(message);
      const to = next === undefined ? `${unspecified === undefined} ${threw} ${cut}` : "";
      const choice = Object.entries(chosen).map(([name, value]) => `${name} ${keyOf(value)}`);
      const name = [this.names[index], kind, cell, to, ...choice].join("\n");
      const others = steps.get(name);
      if (others === undefined) steps.set(name, [step]);
      else others.push(step);
    }
    return steps;
  }
}

function withoutProperties(model: AnyModel): AnyModel {
  return { ...model, properties: () => [], fairness: () => [], ignoresUnspecifiedReceptions: "only steps count" };
}

function isSameSet(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  return a.size === b.size && [...a].every((slot) => b.has(slot));
}
