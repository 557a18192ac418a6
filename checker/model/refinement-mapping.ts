/**
 * One model refines another: it carries out what the other, more abstract one says. TLA+ writes `Spec =>
 * Abstract!Spec`, where the mapping is what `INSTANCE Abstract WITH v <- expression` says (Lamport, "Specifying
 * Systems", 2002; Abadi and Lamport, "The existence of refinement mappings", 1991). It comes to properties of kinds
 * that there are anyway:
 *
 * - each initial state stands for an initial state of the abstract model: a formula on the initial state;
 * - each step stands for a step of the abstract model, or for none (a stutter): an invariant of steps;
 * - each fair run stands for a fair run of the abstract model: for each action that is fair there, and each kind of
 *   message, a liveness property, which is asked for each binding.
 */
import { LoadError } from "../errors.js";
import { initialInWords, requirementInWords, stepInAbstractWords } from "./abstract-words.js";
import { Abstraction, type AnyMapping } from "./abstraction.js";
import { type Action, type Binding, type Domains, oneOf } from "./action.js";
import type { ActionRequirement } from "./fairness.js";
import type { AnyModel, Model } from "./model.js";
import type { Parameters, ValuesOf } from "./parameters.js";
import { makeInitial, makeLiveness, makeStepInvariant, type Property } from "./property.js";
import type { AnyState } from "./state.js";
import { keyOf } from "./value.js";
import type { Variable, Variables } from "./variables.js";

/**
 * A mapping of states: for each variable of the abstract model, a function from a state of the concrete model, and from
 * the members that the variable is indexed by, to the variable's value.
 */
export type RefinementMapping<S, V> = {
  readonly [K in keyof V]: V[K] extends Variable<infer T, infer I> ? (state: S, ...members: I) => T : never;
};

/** What `refines` of a vocabulary is given. */
export interface Refines<S, P extends Parameters, V extends Variables> {
  /** The name that the properties begin with: "refines page". */
  readonly name: string;
  /** The claim in a sentence, with its source. */
  readonly says: string;
  /** The abstract model. Its properties are not asked, and its constraints do not bound it. */
  readonly model: Model<P, V>;
  /** Its parameters; those that are left out have their defaults. */
  readonly parameters?: Partial<ValuesOf<P>>;
  readonly map: RefinementMapping<S, V>;
  /**
   * Why only initial states and steps are compared, and the fairness of the abstract model is not, in a sentence that
   * is printed with the verdict. If left out, fairness is compared.
   */
  readonly stepsOnly?: string;
}

/** Makes the properties that one model refines another: `refines` of a vocabulary. @throws LoadError */
export function makeRefines<S, P extends Parameters, V extends Variables>(
  of: Refines<S, P, V>,
): readonly Property<S>[] {
  const { name, says, stepsOnly } = of;
  const abstraction = new Abstraction(name, of.model as AnyModel, of.parameters ?? {}, of.map as unknown as AnyMapping);
  const { modelName } = abstraction;
  const initially = makeInitial<AnyState, Record<never, never>>({
    name: `${name}: initial states`,
    says: `${says}: each initial state stands for one of ${modelName}`,
    for: {},
    holds: (state) => abstraction.isInitial(abstraction.valuesOf(state)),
    explain: (state) => initialInWords(abstraction, abstraction.valuesOf(state)),
  });
  const steps = makeStepInvariant<AnyState, Record<never, never>>({
    name: `${name}: steps${stepsOnly === undefined ? "" : ", without fairness"}`,
    says:
      `${says}: each step stands for one of ${modelName}, or for none` +
      (stepsOnly === undefined ? "" : `; the fairness of ${modelName} is not compared: ${stepsOnly}`),
    for: {},
    holds: (before, after) =>
      after.written.size === 0 || abstraction.isStep(abstraction.valuesOf(before), abstraction.valuesOf(after)),
    explain: (before, after) =>
      stepInAbstractWords(abstraction, abstraction.valuesOf(before), abstraction.valuesOf(after)),
  });
  const fairness = stepsOnly === undefined ? fairnessOf(name, abstraction) : [];
  const all = [initially, steps, ...fairness] as readonly Property<AnyState>[];
  return all.map((property) => ({
    ...property,
    refuseMisfit: (layout) => abstraction.refuseMisfit(layout),
  })) as readonly Property<unknown>[] as readonly Property<S>[];
}

/** Makes the properties that a fair run stands for one that is fair in the abstract model. @throws LoadError */
function fairnessOf(name: string, abstraction: Abstraction): Property<AnyState>[] {
  const { instance, modelName } = abstraction;
  const assumed = instance.fairness.map((of) => `"${of.name}"`).join(", ");
  if (assumed !== "")
    throw new LoadError(
      `"${name}" cannot compare what ${modelName} assumes of runs: ${assumed}\n` +
        "  Only the fairness of actions is compared. Take the assumption out, or say with `stepsOnly` why steps are enough.",
    );
  const groups = new Map<string, ActionRequirement[]>();
  for (const requirement of abstraction.requirements()) {
    const key = `${requirement.action.action.name} ${requirement.message ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), requirement]);
  }
  return [...groups.values()].map((all) => fairnessTo(name, abstraction, all));
}

/**
 * Makes the property that a fair run meets what the abstract model requires of an action. A step that is weakly fair is
 * taken, or not enabled, again and again: GF(not enabled or taken); one that is strongly fair is taken again and again,
 * or not enabled from some time on: FG(not enabled) or GF taken. Where the action can be taken without a change, it
 * counts as taken: a run of the abstract model may take it there, whatever the concrete one does.
 * @param all the requirements of the action and the kind of message, one for each binding
 */
function fairnessTo(name: string, abstraction: Abstraction, all: readonly ActionRequirement[]): Property<AnyState> {
  const [{ strength, action: of, message }] = all as [ActionRequirement];
  const { action } = of;
  const byBinding = new Map(all.map((requirement) => [keyOfValues(requirement.action.binding), requirement]));
  const requirementOf = (binding: Binding<Domains>) => byBinding.get(keyOfValues(binding));
  const what = `${action.name}${message === undefined ? "" : ` of ${message}`}`;
  const liveness = makeLiveness<AnyState, Domains>(strength === "weak" ? "always eventually" : "eventually always", {
    name: `${name}: ${strength} fairness of ${what}`,
    says: `a fair run stands for a run of ${abstraction.modelName} that is ${strength}ly fair to ${what}`,
    for: domainsOf(action, all),
    holds: (state, binding) => {
      const requirement = requirementOf(binding);
      // Not every combination of values is a binding of the action: a channel from a member to itself does not exist.
      if (requirement === undefined) return true;
      const { isEnabled, mayIdle } = abstraction.standingOf(requirement, abstraction.valuesOf(state));
      return !isEnabled || mayIdle;
    },
    explain: (state, binding) => requirementInWords(abstraction, requirementOf(binding)!, abstraction.valuesOf(state)),
  });
  const orTaken = (before: AnyState, after: AnyState, binding: Binding<Domains>) => {
    const requirement = requirementOf(binding);
    if (requirement === undefined) return false;
    const values = abstraction.valuesOf(before);
    return (
      abstraction.standingOf(requirement, values).mayIdle ||
      abstraction.isTaken(requirement, values, abstraction.valuesOf(after))
    );
  };
  return { ...liveness, orTaken };
}

/**
 * Returns the domains of an action as choices of the values that its bindings have in the abstract model. The concrete
 * model need not know the index sets.
 */
function domainsOf(action: Action<AnyState>, all: readonly ActionRequirement[]): Domains {
  const domains = Object.keys(action.domains).map((name) => {
    const values = new Set(all.map(({ action: { binding } }) => (binding as Record<string, unknown>)[name]));
    return [name, oneOf(...values)];
  });
  return Object.fromEntries(domains) as Domains;
}

function keyOfValues(binding: Binding<Domains>): string {
  return Object.entries(binding)
    .map(([name, value]) => `${name} ${keyOf(value)}`)
    .sort()
    .join(" ");
}
