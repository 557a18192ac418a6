/**
 * An abstract model seen through a mapping: which of its states a state of another model, the concrete one, stands for,
 * and which of its steps a step of the other carries out. (Abadi and Lamport, "The existence of refinement mappings",
 * 1991.) Its meaning is its reference semantics, without its constraints, which bound searches, and its properties.
 *
 * A concrete state may stand over a recorder. So every value of the mapping is made plain before the abstract model's
 * functions see it, which counts as read by the function that asks; what those functions read of it is no read of the
 * concrete state any more.
 */
import { isRecord } from "immutable";
import { FunctionError, LoadError } from "../errors.js";
import { type ActionInstance, nameOfInstance, type Values } from "./bound.js";
import { Channel } from "./channel.js";
import { type ActionRequirement, requirementsOf } from "./fairness.js";
import { Instance } from "./instance.js";
import { type AnyModel, withoutConstraints } from "./model.js";
import { renumber, successorsOf } from "./reference.js";
import { type AnyState, type Layout, withoutMinusZero } from "./state.js";
import { described, keyOf, notAValue, wrongIn } from "./value.js";

/** By abstract variable: its value in a concrete state, for the members that the variable is indexed by. */
export type AnyMapping = Readonly<Record<string, (state: never, ...members: never[]) => unknown>>;

/** A step of the abstract model. */
export interface AbstractStep {
  readonly action: ActionInstance;
  /** The kind of the message that it receives; undefined if it receives none. */
  readonly kind: string | undefined;
  readonly next: Values;
  /** What steps from the same state share that lead to the same state. */
  readonly key: string;
}

/** What can happen in an abstract state. */
interface Possible {
  readonly steps: readonly AbstractStep[];
  /** By key: the steps with it. */
  readonly byKey: ReadonlyMap<string, readonly AbstractStep[]>;
  /** The key of a step that changes nothing: a stutter. */
  readonly stutter: string;
}

/** How many abstract states are remembered, each with what can happen there. More are looked at again. */
const MOST_REMEMBERED = 1 << 14;

export class Abstraction {
  readonly instance: Instance;
  private readonly initial: ReadonlySet<string>;
  private readonly remembered = new Map<string, Possible>();
  private fitting: Layout | undefined;

  /**
   * @param name what errors call the mapping
   * @param given the abstract model's parameters; the others have their defaults
   * @throws LoadError if the mapping does not name the abstract model's variables, or gives no functions
   * @throws UsageError for parameters that the abstract model does not take
   */
  constructor(
    private readonly name: string,
    model: AnyModel,
    given: Readonly<Record<string, unknown>>,
    private readonly map: AnyMapping,
  ) {
    this.instance = new Instance({ ...withoutConstraints(model), properties: () => [] }, given);
    this.checkMapping();
    this.initial = new Set(this.instance.initial.map((values) => keyOfAll(renumber(values))));
  }

  /** The abstract model's name. */
  get modelName(): string {
    return this.instance.model.name;
  }

  private checkMapping(): void {
    const { map, name, modelName } = this;
    const { variables } = this.instance.layout;
    if (typeof map !== "object" || map === null)
      throw new LoadError(`map of "${name}" is ${described(map)}\n  Give an object of functions.`);
    const stranger = Object.keys(map).find((variable) => !variables.includes(variable));
    if (stranger !== undefined)
      throw new LoadError(
        `map of "${name}" gives ${stranger}, and ${modelName} has no such variable: ${variables.join(", ")}`,
      );
    for (const variable of variables) {
      const is = Object.hasOwn(map, variable) ? map[variable] : undefined;
      if (typeof is === "function") continue;
      throw new LoadError(
        `map of "${name}" has ${described(is)} for ${variable}, a variable of ${modelName}\n` +
          `  Give a function from a state to the value of ${variable}.`,
      );
    }
  }

  /**
   * Refuses a concrete model in which an index set of the abstract model has another number of members.
   * @throws LoadError that names the set
   */
  refuseMisfit(layout: Layout): void {
    if (this.fitting === layout) return;
    const own = this.instance.layout;
    for (const set of own.indexSets()) {
      if (!layout.indexSets().includes(set)) continue;
      const [here, there] = [layout.sizeOf(set), own.sizeOf(set)];
      if (here === there) continue;
      throw new LoadError(
        `"${this.name}" maps states with ${here} members of ${set.name} to states of ${this.modelName} with ${there}\n` +
          "  Give `parameters` of the abstract model with which they are as many.",
      );
    }
    this.fitting = layout;
  }

  /** Returns the abstract state that a concrete state stands for. @throws FunctionError if the mapping gives none */
  valuesOf(state: AnyState): Values {
    const { layout, initial } = this.instance;
    return layout.slots.map(({ variable, indices }, slot) => {
      const { sets } = layout.declarations[variable]!;
      const mapped = this.map[variable] as (...of: unknown[]) => unknown;
      const given = mapped(state, ...indices.map((index, i) => sets[i]!.member(index)));
      const value = withoutMinusZero(state.source.plain?.(given) ?? given);
      const where = `map of "${this.name}" gives ${layout.slots[slot]!.name}`;
      const wrong = wrongIn(value);
      if (wrong !== undefined) throw notAValue(where, wrong);
      refuseMisshapen(where, value, initial[0]![slot]);
      return value;
    });
  }

  /** Tells whether an abstract state is an initial one, up to the numbers of ordinals. */
  isInitial(values: Values): boolean {
    return this.initial.has(keyOfAll(renumber(values)));
  }

  /** Tells whether there is an abstract step from `before` to `after`, or nothing changes between them: a stutter. */
  isStep(before: Values, after: Values): boolean {
    const possible = this.possibleIn(before);
    const key = keyOfPair(before, after);
    return key === possible.stutter || possible.byKey.has(key);
  }

  /** Returns the steps of an abstract state. */
  stepsFrom(values: Values): readonly AbstractStep[] {
    return this.possibleIn(values).steps;
  }

  /** Returns what the fairness of the abstract model's actions requires of runs, assumptions aside. */
  requirements(): readonly ActionRequirement[] {
    return requirementsOf(this.instance).filter((of): of is ActionRequirement => of.strength !== "compassion");
  }

  /**
   * Tells what an abstract state is to a requirement: whether its step can be taken there, and whether one that changes
   * nothing can, which happens in every run that comes there, since a run may stutter.
   */
  standingOf(
    requirement: ActionRequirement,
    values: Values,
  ): { readonly isEnabled: boolean; readonly mayIdle: boolean } {
    const { steps, stutter } = this.possibleIn(values);
    const own = steps.filter((step) => isOf(requirement, step));
    return { isEnabled: own.length > 0, mayIdle: own.some(({ key }) => key === stutter) };
  }

  /** Tells whether the change from one abstract state to another is a step that a requirement asks for. */
  isTaken(requirement: ActionRequirement, before: Values, after: Values): boolean {
    const same = this.possibleIn(before).byKey.get(keyOfPair(before, after)) ?? [];
    return same.some((step) => isOf(requirement, step));
  }

  private possibleIn(values: Values): Possible {
    const state = keyOfAll(values);
    const known = this.remembered.get(state);
    if (known !== undefined) return known;
    const possible = this.lookedAt(values);
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear();
    this.remembered.set(state, possible);
    return possible;
  }

  private lookedAt(values: Values): Possible {
    const steps: AbstractStep[] = [];
    for (const { instance: action, message, next, threw } of successorsOf(this.instance, values)) {
      if (threw !== undefined)
        throw new FunctionError(`in the abstract model ${this.modelName} of "${this.name}", ${threw}`);
      if (next === undefined) continue;
      const kind = message === undefined ? undefined : action.action.kinds?.of(message);
      steps.push({ action, kind, next, key: keyOfPair(values, next) });
    }
    const byKey = new Map<string, AbstractStep[]>();
    for (const step of steps) byKey.set(step.key, [...(byKey.get(step.key) ?? []), step]);
    return { steps, byKey, stutter: keyOfPair(values, values) };
  }
}

function isOf({ action, message }: ActionRequirement, step: AbstractStep): boolean {
  return step.action.index === action.index && step.kind === message;
}

/** Names an abstract step, with the kind of the message that it receives. */
export function nameOfAbstractStep({ action, kind }: Pick<AbstractStep, "action" | "kind">): string {
  return `${nameOfInstance(action)}${kind === undefined ? "" : ` of ${kind}`}`;
}

/** Returns a text that two states share exactly if they are equal. */
function keyOfAll(values: Values): string {
  return values.map((value) => keyOf(value)).join(" ");
}

/**
 * Returns a text that two steps share exactly if they are equal up to the numbers of ordinals. The two states of a step
 * are numbered together: a value that is new after the step is told from one that was there.
 */
function keyOfPair(before: Values, after: Values): string {
  return keyOfAll(renumber([...before, ...after]));
}

/** Refuses a value that is no record or channel of the kind that the variable holds at first. @throws FunctionError */
function refuseMisshapen(where: string, value: unknown, initial: unknown): void {
  const differs =
    (initial instanceof Channel && !(value instanceof initial.constructor)) ||
    (isRecord(initial) && isRecord(value) && value.constructor !== initial.constructor);
  if (differs)
    throw new FunctionError(
      `${where} ${described(value)}, and the variable holds ${described(initial)} at first\n  Give one of that kind.`,
    );
}
