/** Models: parameters, variables, initial states, actions and properties under one name. */
import { UsageError } from "../errors.js";
import type { Accesses } from "./accesses.js";
import type { Action } from "./action.js";
import type { Compassion } from "./compassion.js";
import type { Constant } from "./constant.js";
import type { Constraint } from "./constraint.js";
import { type Parameter, type Parameters, type ParameterValues, type ValuesOf, wrongWith } from "./parameters.js";
import type { AnyEnds, ChannelEnds, Process } from "./process.js";
import type { Property } from "./property.js";
import type { StateOf } from "./state.js";
import type { StepFairness } from "./step-fairness.js";
import type { DescribedTable } from "./table.js";
import type { Variables } from "./variables.js";

// biome-ignore lint/suspicious/noExplicitAny: the engine calls a model's functions only with what the model itself gave out
type Own = any;

/** What a model's `fairness` lists. */
type Assumed<S> = Compassion<S> | StepFairness<S>;

/**
 * The declaration of a model, as `model` takes it. Actions, properties and conditions that read no parameters may be
 * declared for states without them.
 */
export interface Model<P extends Parameters = Parameters, V extends Variables = Variables> {
  readonly name: string;
  /** What the model is, in a sentence, with its source. */
  readonly about: string;
  readonly parameters: P;
  /**
   * Defaults that depend on the given values, as a stage presets its options. They go before the declared defaults;
   * what the user gives goes before both.
   */
  readonly defaults?: (given: Partial<ValuesOf<P>>) => Partial<ValuesOf<P>>;
  /** Returns a sentence if the parameters contradict each other, and undefined otherwise. */
  readonly contradiction?: (parameters: ValuesOf<P>) => string | undefined;
  readonly variables: (parameters: ValuesOf<P>) => V;
  /** The constants that the functions of the model read. */
  readonly constants?: readonly Constant[];
  /** The initial states. If left out, there is one, in which every variable has its declared initial value. */
  readonly initial?: (declared: StateOf<V, ValuesOf<P>>) => readonly StateOf<V, ValuesOf<P>>[];
  readonly actions: (parameters: ValuesOf<P>) => readonly (Action<StateOf<V, ValuesOf<P>>> | Action<StateOf<V>>)[];
  readonly properties: (
    parameters: ValuesOf<P>,
  ) => readonly (Property<StateOf<V, ValuesOf<P>>> | Property<StateOf<V>>)[];
  /**
   * What liveness assumes of runs besides the fairness that is declared beside each action: fairness of several actions
   * as one or of a part of one, and compassions.
   */
  readonly fairness?: (parameters: ValuesOf<P>) => readonly (Assumed<StateOf<V, ValuesOf<P>>> | Assumed<StateOf<V>>)[];
  /**
   * Bounds of a search. What they cut off is not looked at, and what holds then is printed as *holds within* the
   * bounds.
   */
  readonly constraints?: (
    parameters: ValuesOf<P>,
  ) => readonly (Constraint<StateOf<V, ValuesOf<P>>> | Constraint<StateOf<V>>)[];
  /** The receive table, for `describe`. */
  readonly table?: (parameters: ValuesOf<P>) => DescribedTable;
  /** For traces, by variable: the field that stands for a record in short. */
  readonly headline?: Readonly<Record<string, string>>;
  /**
   * For pictures, by variable: where a process can stand, which is a value of the headline, or of a variable without
   * one. The order is that of the colours: a standing has the same one in every picture of the model. If left out, it
   * is the rows of the receive table, and what the initial states hold.
   */
  readonly standings?: Readonly<Record<string, readonly string[]>>;
  /** For traces, by variable: the fields of a record that say whose requests it holds back, to answer them later. */
  readonly heldBack?: Readonly<Record<string, readonly string[]>>;
  /**
   * Who acts: index sets whose members are processes, and single processes, in the order in which pictures show them.
   * Without it, pictures show members of index sets, and claim nothing of channels that do not name both ends.
   */
  readonly processes?: readonly Process[];
  /** By variable, or by `variable.field`: who sends and who receives the messages of a channel. */
  readonly channels?: ChannelEnds<NoInfer<V>>;
  /** How an application uses the page, for `simulate`. */
  readonly accesses?: (parameters: ValuesOf<P>) => Accesses<StateOf<V, ValuesOf<P>>, Own>;
  /** Assumptions and approximations, which are printed with every verdict. */
  readonly assumptions?: (parameters: ValuesOf<P>) => readonly string[];
  /**
   * Why nobody need ask whether messages meet an `impossible` cell, in a sentence that is printed with every verdict.
   * If left out, that is asked of every model with such a cell, whatever properties it lists.
   */
  readonly ignoresUnspecifiedReceptions?: string;
}

/** What of a model only pictures show; see the fields of `Model` and of `AnyModel`. */
export type Drawn = Pick<AnyModel, "processes" | "channels" | "unsent" | "headline" | "standings" | "drawnFrom">;

/** A model of any type, as the engine takes it. */
export interface AnyModel
  extends Pick<
    Model,
    | "name"
    | "about"
    | "parameters"
    | "constants"
    | "headline"
    | "standings"
    | "heldBack"
    | "processes"
    | "ignoresUnspecifiedReceptions"
  > {
  readonly defaults?: (given: Own) => object;
  readonly contradiction?: (parameters: Own) => string | undefined;
  readonly variables: (parameters: Own) => Variables;
  readonly initial?: (declared: Own) => readonly unknown[];
  readonly actions: (parameters: Own) => readonly Action<Own>[];
  readonly properties: (parameters: Own) => readonly Property<Own>[];
  readonly fairness?: (parameters: Own) => readonly Assumed<Own>[];
  readonly constraints?: (parameters: Own) => readonly Constraint<Own>[];
  readonly table?: (parameters: Own) => DescribedTable;
  readonly channels?: Readonly<Record<string, AnyEnds | undefined>>;
  /** Variables that hold bags or queues of what nobody sends, such as sharers: pictures show them as values. */
  readonly unsent?: readonly string[];
  /** What pictures show of a model whose author does not say it so. It goes before the fields above. */
  readonly drawn?: (parameters: Own) => Drawn;
  /** A sentence on where `drawn` has it from, for `describe`. */
  readonly drawnFrom?: string;
  readonly accesses?: (parameters: Own) => Accesses<Own, Own>;
  readonly assumptions?: (parameters: Own) => readonly string[];
}

/** Declares a model. A file with one model exports it as its default, so that `popcheck check FILE` finds it. */
export function model<const P extends Parameters, V extends Variables>(definition: Model<P, V>): Model<P, V> {
  return definition;
}

/** Returns the model with the properties of another file instead of its own. */
export function withProperties<P extends Parameters, V extends Variables>(
  of: Model<P, V>,
  properties: Model<P, V>["properties"],
): Model<P, V> {
  return { ...of, properties };
}

/** Returns the model without constraints: what is no search for verdicts needs no bounds. */
export function withoutConstraints(of: AnyModel): AnyModel {
  const { constraints: _, ...rest } = of;
  return rest;
}

/**
 * Returns the values of all parameters: the given ones, then the model's derived defaults, then the declared defaults.
 * @throws UsageError for an unknown parameter, a value that is not allowed, or a contradiction
 */
export function resolveParameters(model: AnyModel, given: Readonly<Record<string, unknown>>): ParameterValues {
  const declared = model.parameters;
  for (const [name, value] of Object.entries(given)) {
    const parameter = declared[name];
    if (parameter === undefined) {
      throw new UsageError(
        `${model.name} has no parameter called ${name}; it has ${Object.keys(declared).join(", ") || "none"}`,
      );
    }
    const wrong = wrongWith(name, parameter, value);
    if (wrong) throw new UsageError(wrong);
  }
  const values: Record<string, Parameter["default"]> = {};
  for (const [name, parameter] of Object.entries(declared)) values[name] = parameter.default;
  Object.assign(values, model.defaults?.(given as never), given);
  const contradiction = model.contradiction?.(values);
  if (contradiction) throw new UsageError(contradiction);
  return values;
}
