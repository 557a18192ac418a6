/**
 * Whether invariants are inductive: whether they hold initially, and every step from a type-correct state that
 * satisfies them leads to one that does, reachable or not. A step that does not is a *counterexample to induction*.
 */
import type { Trace } from "../../traces/trace.js";
import { UsageError } from "../errors.js";
import { Instance } from "../model/instance.js";
import type { ParameterValues } from "../model/parameters.js";
import type { Invariant, Property } from "../model/property.js";
import type { AnyState } from "../model/state.js";
import type { SearchOptions } from "../search/options.js";
import { type Domain, type DomainOptions, type DomainOrigin, domainsOf } from "./domains.js";
import { violated } from "./invariants.js";
import { LearnedSteps } from "./learned-steps.js";
import { ReachableStates } from "./reachable-states.js";
import { type CounterexampleToInduction, type StatesLookedAt, StepsOut } from "./steps-out.js";
import { twoStatesOf } from "./two-states.js";

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
  /** The first of them as a trace of two states, the one before the step and the one after it; undefined if none. */
  readonly trace: Trace | undefined;
  readonly verdict: "inductive" | "not inductive" | "not known";
  /** Why not all was looked at that was to be, as "interrupted"; undefined if it was. */
  readonly incomplete: string | undefined;
  readonly seconds: number;
}

/** How far the answer to a question about induction has come. */
export interface InductionProgress {
  readonly doing:
    | "searching reachable states"
    | "reading reachable states"
    | "looking for steps out"
    | "choosing suggestions";
  /** How many states were found, read, or looked at so far. */
  readonly states: number;
  /** How many steps out were found so far; of `suggest`, out of the suggestions so far, too. */
  readonly stepsOut: number;
  /** How many invariants were suggested so far. */
  readonly suggested: number;
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
  /** The values that each slot may hold, once the reachable states are searched. */
  domains: readonly Domain[] = [];
  /** Why to end; undefined to go on. */
  ending: string | undefined;
  private origins: readonly DomainOrigin[] = [];
  private readonly learned: LearnedSteps;
  private looking: StepsOut | undefined;
  private doing: Omit<InductionProgress, "stepsOut"> = { doing: "searching reachable states", states: 0, suggested: 0 };
  private readonly options: typeof DEFAULTS;
  private readonly started = performance.now();

  /**
   * Call `reach` before anything else, and `close` in the end.
   * @throws UsageError for names of no invariant
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
    this.learned = new LearnedSteps(this.instance);
    this.reachable = new ReachableStates(this.instance, { maxStates: MOST_REACHABLE, ...search });
  }

  /** Searches the reachable states. It pauses now and then. @throws UsageError if a function of the model throws */
  *reach(): Generator<void, void> {
    const { instance, reachable } = this;
    yield* reachable.search();
    const thrown = reachable.outcome.properties.find(({ kind }) => kind === "no error");
    if (thrown !== undefined) throw new UsageError(`${instance.model.name} cannot be searched: ${thrown.explanation}`);
    const noteRead = (states: number) => this.nowDoing("reading reachable states", { states });
    const values = yield* reachable.values(noteRead);
    ({ domains: this.domains, origins: this.origins } = domainsOf(instance, values, this.options));
  }

  /** Ends what is under way at its next pause, for `reason`: what is known by then is the outcome. */
  stop(reason: string): void {
    this.ending ??= reason;
    this.reachable.stop(reason);
  }

  get progress(): InductionProgress {
    const { doing, reachable, looking } = this;
    const states =
      doing.doing === "searching reachable states"
        ? reachable.distinct
        : doing.doing === "looking for steps out"
          ? looking!.lookedAt
          : doing.states;
    return { ...doing, states, stepsOut: looking?.found.length ?? 0 };
  }

  /** Notes what is being done. @param states that were read so far @param suggested invariants, so far */
  nowDoing(doing: InductionProgress["doing"], { states = 0, suggested = 0 } = {}): void {
    this.doing = { doing, states, suggested };
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

  /** Looks for counterexamples to induction. It pauses now and then. @param more invariants that are asked besides */
  *outcome(more: readonly Invariant<AnyState>[] = []): Generator<void, InductionOutcome> {
    const { instance, options, reachable } = this;
    const asked = [...this.asked, ...more];
    const before = [...new Set([...asked, ...this.assumed])];
    const looking = new StepsOut(instance, this.learned, this.domains, before, asked, options, () => this.ending);
    this.looking = looking;
    this.nowDoing("looking for steps out", { suggested: more.length });
    yield* looking.search();
    const { found: counterexamples, states } = looking;
    const initially = asked.filter((of) => instance.initial.some((values) => violated(instance, [of], values)));
    const isWhole = states.upToWeight === undefined && reachable.incomplete === undefined;
    const fails = counterexamples.length > 0 || initially.length > 0;
    const [first] = counterexamples;
    return {
      model: instance.model.name,
      parameters: instance.parameters,
      properties: asked.map(({ name }) => name),
      assumed: this.assumed.map(({ name }) => name),
      options: { messages: options.messages, fields: options.fields },
      origins: this.origins,
      reachable: {
        distinct: reachable.distinct,
        incomplete: reachable.incomplete,
        violated: reachable.violated,
      },
      constraints: instance.constraints.map(({ name }) => name),
      states,
      initially: initially.map(({ name }) => name),
      counterexamples,
      trace: first && twoStatesOf(instance, first),
      verdict: fails ? "not inductive" : isWhole ? "inductive" : "not known",
      incomplete: looking.ended,
      seconds: (performance.now() - this.started) / 1000,
    };
  }
}
