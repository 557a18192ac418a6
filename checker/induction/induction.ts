/**
 * Whether invariants are inductive: whether they hold initially, and every step from a type-correct state that
 * satisfies them leads to one that does, reachable or not. A step that does not is a *counterexample to induction*.
 */
import { UsageError } from "../errors.js";
import { Instance, type Values } from "../model/instance.js";
import type { ParameterValues } from "../model/parameters.js";
import type { Invariant, Property } from "../model/property.js";
import { renumber, successorsOf } from "../model/reference.js";
import type { AnyState } from "../model/state.js";
import { keyOf } from "../model/value.js";
import type { SearchOptions } from "../search/options.js";
import { Dice } from "../search/random/dice.js";
import { type Domain, type DomainOptions, type DomainOrigin, domainsOf } from "./domains.js";
import { ReachableStates } from "./reachable-states.js";
import { holdsIn, TypeCorrectStates } from "./type-correct-states.js";

/** What is asked, and of which states. */
export interface InductionOptions extends Partial<DomainOptions> {
  /** The names of the invariants whose conjunction is to be inductive. Default: all of the model. */
  readonly properties?: readonly string[] | undefined;
  /** The names of invariants that are assumed in the state before the step, and not asked for after it. */
  readonly assumed?: readonly string[] | undefined;
  /** How many states, and beginnings of states, are looked at. Default: 200,000. */
  readonly maxStates?: number | undefined;
  /** How many states are drawn if there are more. Default: 10,000. */
  readonly sample?: number | undefined;
  /** The seed of the states that are drawn. Default: 1. */
  readonly seed?: number | undefined;
}

/** A step that begins where the invariants hold and ends where one does not. */
export interface CounterexampleToInduction {
  readonly before: Values;
  /** The number of the step among the successors of the state. */
  readonly choice: number;
  readonly after: Values;
  /** The first invariant that does not hold after the step, and its first such binding. */
  readonly of: Invariant<AnyState>;
  readonly binding: Parameters<Invariant<AnyState>["holds"]>[1];
}

/** Which states were looked at. */
export interface StatesLookedAt {
  /** The number of type-correct states, whatever they satisfy. */
  readonly size: bigint;
  /** How many states, and beginnings of states, were looked at. */
  readonly lookedAt: number;
  /** Up to which weight all states were; undefined if all were, whatever their weight. */
  readonly upToWeight: number | undefined;
  /** The states that were drawn besides; undefined if all states were looked at. */
  readonly drawn: { readonly count: number; readonly seed: number } | undefined;
  /** How many states that satisfy the invariants were found, and their steps. */
  readonly satisfying: number;
  readonly steps: number;
  /** How many times an invariant or an action threw, or a message met an impossible cell: such is no step. */
  readonly refused: { readonly invariants: number; readonly actions: number; readonly receptions: number };
}

export interface InductionOutcome {
  readonly model: string;
  readonly parameters: ParameterValues;
  readonly properties: readonly string[];
  readonly assumed: readonly string[];
  readonly options: Required<DomainOptions>;
  readonly origins: readonly DomainOrigin[];
  readonly reachable: {
    readonly distinct: number;
    /** Why not all were looked at; undefined if all were. */
    readonly incomplete: string | undefined;
    /** The names of the invariants that a reachable state violates. */
    readonly violated: readonly string[];
  };
  readonly constraints: readonly string[];
  readonly states: StatesLookedAt;
  /** The names of the invariants that an initial state violates. */
  readonly initially: readonly string[];
  /** The counterexamples to induction, those from states of the least weight first. */
  readonly counterexamples: readonly CounterexampleToInduction[];
  readonly verdict: "inductive" | "not inductive" | "not known";
  readonly seconds: number;
}

/** How many reachable states are searched at most. */
const MOST_REACHABLE = 1_000_000;

const DEFAULTS = { messages: 1, fields: false, maxStates: 200_000, sample: 10_000, seed: 1 };

/** The type-correct states of a model, and which of its invariants are to be inductive. */
export class Induction {
  /** The instance, with its invariants as its only properties. */
  readonly instance: Instance;
  readonly invariants: readonly Invariant<AnyState>[];
  readonly asked: readonly Invariant<AnyState>[];
  readonly assumed: readonly Invariant<AnyState>[];
  readonly reachable: ReachableStates;
  readonly domains: readonly Domain[];
  private readonly origins: readonly DomainOrigin[];
  private readonly options: typeof DEFAULTS;
  private readonly started = performance.now();

  /**
   * Searches the reachable states. Call `close` afterwards.
   * @throws UsageError for names of no invariant, or if a function of the model throws
   */
  constructor(of: Instance, options: InductionOptions, search: SearchOptions) {
    this.options = {
      ...DEFAULTS,
      ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    };
    const properties = (parameters: unknown) =>
      (of.model.properties(parameters) as Property<AnyState>[]).filter(({ kind }) => kind === "invariant");
    const ignoresUnspecifiedReceptions = "only invariants are asked";
    this.instance = new Instance({ ...of.model, properties, ignoresUnspecifiedReceptions }, of.parameters);
    this.invariants = this.instance.properties.filter((property) => property.kind === "invariant");
    this.asked = options.properties === undefined ? this.invariants : this.named(of, options.properties);
    this.assumed = this.named(of, options.assumed ?? []);
    if (this.asked.length === 0) throw new UsageError(`${of.model.name} has no invariant that could be inductive`);
    this.reachable = new ReachableStates(this.instance, { maxStates: MOST_REACHABLE, ...search });
    try {
      const thrown = this.reachable.outcome.properties.find(({ kind }) => kind === "no error");
      if (thrown !== undefined) throw new UsageError(`${of.model.name} cannot be searched: ${thrown.explanation}`);
      ({ domains: this.domains, origins: this.origins } = domainsOf(
        this.instance,
        this.reachable.values(),
        this.options,
      ));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    this.reachable.close();
  }

  private named({ properties }: Instance, names: readonly string[]): Invariant<AnyState>[] {
    return names.map((name) => {
      const invariant = this.invariants.find((each) => each.name === name);
      if (invariant !== undefined) return invariant;
      const kind = properties.find((each) => each.name === name)?.kind;
      const all = this.invariants.map((each) => each.name).join(", ") || "none";
      throw new UsageError(
        kind === undefined
          ? `there is no property "${name}"; the invariants are ${all}`
          : `"${name}" is no invariant of states (${kind}), and only these can be inductive: ${all}`,
      );
    });
  }

  /** Looks for counterexamples to induction. @param more invariants that are asked besides */
  outcome(more: readonly Invariant<AnyState>[] = []): InductionOutcome {
    const { instance, options, reachable } = this;
    const asked = [...this.asked, ...more];
    const before = [...new Set([...asked, ...this.assumed])];
    const looking = new Looking(instance, this.domains, before, asked, options);
    const { counterexamples, states } = looking;
    const initially = asked.filter((of) => instance.initial.some((values) => violated(instance, [of], values)));
    const isWhole = states.upToWeight === undefined && reachable.incomplete === undefined;
    const fails = counterexamples.length > 0 || initially.length > 0;
    return {
      model: instance.model.name,
      parameters: instance.parameters,
      properties: asked.map(({ name }) => name),
      assumed: this.assumed.map(({ name }) => name),
      options: { messages: options.messages, fields: options.fields },
      origins: this.origins,
      reachable: {
        distinct: reachable.outcome.distinct,
        incomplete: reachable.incomplete,
        violated: reachable.violated,
      },
      constraints: instance.constraints.map(({ name }) => name),
      states,
      initially: initially.map(({ name }) => name),
      counterexamples,
      verdict: fails ? "not inductive" : isWhole ? "inductive" : "not known",
      seconds: (performance.now() - this.started) / 1000,
    };
  }
}

/** Returns the first of the invariants that a state violates, with its first such binding; undefined if none. */
export function violated(
  instance: Instance,
  invariants: readonly Invariant<AnyState>[],
  values: Values,
): Pick<CounterexampleToInduction, "of" | "binding"> | undefined {
  const state = instance.stateOf(values);
  for (const of of invariants) {
    const binding = instance.bindings(of.domains).find((each) => !holdsIn(of, state, each));
    if (binding !== undefined) return { of, binding };
  }
  return undefined;
}

/** Looks at type-correct states: all of them, or those of small weight and some that are drawn. */
class Looking {
  readonly counterexamples: CounterexampleToInduction[] = [];
  readonly states: StatesLookedAt;
  private satisfying = 0;
  private steps = 0;
  private threw = 0;
  private receptions = 0;

  constructor(
    private readonly instance: Instance,
    private readonly domains: readonly Domain[],
    before: readonly Invariant<AnyState>[],
    private readonly asked: readonly Invariant<AnyState>[],
    { maxStates, sample, seed }: typeof DEFAULTS,
  ) {
    const states = new TypeCorrectStates(instance, domains, before, maxStates);
    let upToWeight: number | undefined;
    for (let weight = 0; weight <= states.mostWeight && upToWeight === undefined; weight++)
      if (!states.ofWeight(weight, (values) => this.look(values))) upToWeight = weight - 1;
    if (upToWeight !== undefined) this.draw(states, new Dice(seed, 0), sample);
    this.states = {
      size: states.size,
      lookedAt: states.lookedAt,
      upToWeight,
      drawn: upToWeight === undefined ? undefined : { count: sample, seed },
      satisfying: this.satisfying,
      steps: this.steps,
      refused: { invariants: states.threw, actions: this.threw, receptions: this.receptions },
    };
  }

  private look(values: Values): void {
    this.satisfying++;
    this.counterexamples.push(...this.stepsOut(values, true));
  }

  /** Returns the steps of a state to where an invariant does not hold. */
  private stepsOut(before: Values, counts: boolean): CounterexampleToInduction[] {
    const { instance, asked } = this;
    const out: CounterexampleToInduction[] = [];
    let choice = -1;
    for (const { next, threw, unspecified } of successorsOf(instance, before)) {
      choice++;
      if (counts && threw !== undefined) this.threw++;
      if (counts && unspecified !== undefined) this.receptions++;
      if (next === undefined) continue;
      if (counts) this.steps++;
      const after = instance.ordinals.length === 0 ? next : renumber(next);
      const found = violated(instance, asked, after);
      if (found !== undefined) out.push({ before, choice, after, ...found });
    }
    return out;
  }

  private draw(states: TypeCorrectStates, dice: Dice, count: number): void {
    for (let i = 0; i < count; i++) {
      const values = states.drawn(dice);
      if (values === undefined) continue;
      this.satisfying++;
      const [found] = this.stepsOut(values, true);
      // Only those that are met while no smaller one is known are made smaller: that is what is shown.
      if (found !== undefined)
        this.counterexamples.push(this.counterexamples.length === 0 ? this.smaller(states, found) : found);
    }
  }

  /** Returns a counterexample with places set back to values of less weight, as far as that goes. */
  private smaller(states: TypeCorrectStates, found: CounterexampleToInduction): CounterexampleToInduction {
    let best = found;
    // What is smaller in one place may allow another one to be. Renumbered ordinals could go round, hence the bound.
    for (let round = 0; round < this.domains.length; round++) {
      const before = best;
      for (let slot = 0; slot < this.domains.length; slot++) best = this.smallerAt(states, best, slot);
      if (best === before) break;
    }
    return best;
  }

  private smallerAt(states: TypeCorrectStates, of: CounterexampleToInduction, slot: number): CounterexampleToInduction {
    const domain = this.domains[slot]!;
    const key = keyOf(of.before[slot]);
    for (let weight = 0; weight < domain.most; weight++) {
      const values = domain.at(weight);
      if (values.some((value) => keyOf(value) === key)) return of;
      for (const value of values) {
        const before = states.plain(of.before.with(slot, value));
        const [found] = states.satisfies(before) ? this.stepsOut(before, false) : [];
        if (found !== undefined) return found;
      }
    }
    return of;
  }
}
