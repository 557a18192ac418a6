/**
 * What a model means, a second time: states, bindings, messages, steps, ordinals and fairness, written from the
 * documents alone (docs/reference/glossary.md, and what authors read in checker/model/index.ts). It shares with the
 * engine what authors write with (values, channels, index sets) and the reading of parameters, but neither the layout
 * of states nor anything of checker/model/instance.ts, reference.ts and fairness.ts. A mistake there is none here.
 */
import { Map as ImmutableMap, type Record as ImmutableRecord, Set as ImmutableSet, isRecord, List } from "immutable";
import type { Action, Binding, Choice, Domains } from "../../checker/model/action.js";
import { AssertionFailed } from "../../checker/model/assertion.js";
import type { Capacity } from "../../checker/model/capacity.js";
import { Bag, type Channel, Queue } from "../../checker/model/channel.js";
import { CHOOSING, CHOSEN, chosenOf } from "../../checker/model/chosen.js";
import type { Compassion } from "../../checker/model/compassion.js";
import type { Constant } from "../../checker/model/constant.js";
import type { Constraint } from "../../checker/model/constraint.js";
import type { AnyModel } from "../../checker/model/model.js";
import { Floor, type Ordinal, OrdinalValue } from "../../checker/model/ordinal.js";
import type { ParameterValues } from "../../checker/model/parameters.js";
import type { Property, Step } from "../../checker/model/property.js";
import { type IndexSet, type Member, memberInfo } from "../../checker/model/scalarset.js";
import type { AnyState } from "../../checker/model/state.js";
import type { StepFairness } from "../../checker/model/step-fairness.js";
import { textOf } from "./own-text.js";

/** The values of a state by place: `content`, `copy[0]`, `link[0][1]`, with members counted from zero. */
export type OwnValues = ReadonlyMap<string, unknown>;

/** One thing that can happen in a state. */
export interface OwnStep {
  readonly action: Action<AnyState>;
  readonly binding: Binding<Domains>;
  readonly message: unknown;
  /** What the step has chosen, by name; undefined if it is not taken. */
  readonly chosen?: Readonly<Record<string, unknown>>;
  /** The values of the next state, not renumbered; undefined for an unspecified reception, and if a function threw. */
  readonly next: OwnValues | undefined;
  readonly written: ReadonlySet<string>;
  readonly cell: string | undefined;
  /** The names of the step invariants that do not hold for the step. */
  readonly violates: readonly string[];
  /** Whether an action constraint cuts the step off, so that it is not taken. */
  readonly cut: boolean;
  /** Whether the action, or a step invariant that was asked about its steps, threw. */
  readonly threw: boolean;
  /** Whether it threw because an assertion failed. */
  readonly failed: boolean;
}

/**
 * What a fair run meets: of an action with a binding and, if it receives, a kind of message; of steps of some actions;
 * or an assumption.
 */
export type OwnRequirement =
  | {
      readonly strength: "weak" | "strong";
      readonly action: Action<AnyState>;
      readonly binding: Binding<Domains>;
      readonly kind: string | undefined;
    }
  | { readonly strength: "weak" | "strong"; readonly of: StepFairness<AnyState>; readonly binding: Binding<Domains> }
  | { readonly strength: "compassion"; readonly of: Compassion<AnyState>; readonly binding: Binding<Domains> };

/** Thrown by the reader of a variable by pairs at a member and itself, where it has no value. */
class NoValue extends Error {}

export class OwnSemantics {
  readonly properties: readonly Property<AnyState>[];
  readonly initial: readonly OwnValues[];
  protected readonly actions: readonly { readonly action: Action<AnyState>; readonly binding: Binding<Domains> }[];
  private readonly constraints: readonly Constraint<AnyState>[];
  private readonly assumed: readonly (Compassion<AnyState> | StepFairness<AnyState>)[];
  private readonly places: ReadonlyMap<string, unknown>;
  /** By place: the variable, and the members that it stands at. */
  protected readonly membersAt: ReadonlyMap<string, readonly [variable: string, members: readonly Member[]]>;
  protected readonly variables: readonly (readonly [name: string, arity: number])[];
  /** By variable: the capacity of its channels. */
  private readonly bounds: ReadonlyMap<string, Capacity>;

  constructor(
    model: AnyModel,
    private readonly parameters: ParameterValues,
  ) {
    const declared = Object.entries(model.variables(parameters as never));
    this.variables = declared.map(([name, { sets }]) => [name, sets.length]);
    this.bounds = new Map(declared.flatMap(([name, { bounds }]) => (bounds === undefined ? [] : [[name, bounds]])));
    this.places = new Map(
      declared.flatMap(([name, { sets, withoutDiagonal, initial }]) =>
        this.tuples(sets, withoutDiagonal).map((members) => [
          placeOf(name, members),
          (initial as (...of: unknown[]) => unknown)(...members),
        ]),
      ),
    );
    this.membersAt = new Map(
      declared.flatMap(([name, { sets, withoutDiagonal }]) =>
        this.tuples(sets, withoutDiagonal).map((members) => [placeOf(name, members), [name, members]] as const),
      ),
    );
    this.actions = (model.actions(parameters as never) as unknown as Action<AnyState>[])
      .flatMap((action) => this.bindings(action.domains).map((binding) => ({ action, binding })))
      .filter(({ action, binding }) => !action.takes || this.channelOf(action, binding) !== undefined);
    this.properties = model.properties(parameters as never) as unknown as Property<AnyState>[];
    this.constraints = (model.constraints?.(parameters as never) ?? []) as unknown as Constraint<AnyState>[];
    this.assumed = (model.fairness?.(parameters as never) ?? []) as unknown as typeof this.assumed;
    const states = model.initial?.(this.state(this.places) as never) as AnyState[] | undefined;
    this.initial = states ? states.map((state) => own(state).values) : [this.places];
  }

  /** The receiving actions with a table, each with its binding and the place of its channel. */
  get receivers(): { readonly action: Action<AnyState>; readonly binding: Binding<Domains>; readonly place: string }[] {
    return this.actions
      .filter(({ action }) => action.reception !== undefined)
      .map(({ action, binding }) => ({ action, binding, place: this.channelOf(action, binding)! }));
  }

  /** The place that renaming members makes of a place. */
  placeAfter(place: string, rename: (of: unknown) => unknown): string {
    const [variable, members] = this.membersAt.get(place)!;
    return placeOf(variable, members.map(rename) as Member[]);
  }

  /** All lists of members, one for each of the sets; or only those whose members differ. */
  private tuples(sets: readonly IndexSet[], differ = false): Member[][] {
    return sets
      .reduce<Member[][]>((all, set) => all.flatMap((some) => this.members(set).map((m) => [...some, m])), [[]])
      .filter((members) => !differ || new Set(members).size === members.length);
  }

  members(set: IndexSet): Member[] {
    if (set.extends !== undefined) {
      const { extends: of } = set;
      return [...Array.from({ length: of.fixed }, (_, i) => set.member(i)), ...this.members(of.set)];
    }
    const size = typeof set.size === "number" ? set.size : (this.parameters[set.size] as number);
    return Array.from({ length: size }, (_, i) => set.member(i));
  }

  /** Every way to bind the names. */
  bindings(domains: Domains): Binding<Domains>[] {
    let all: Record<string, unknown>[] = [{}];
    for (const [name, given] of Object.entries(domains)) {
      const domain = given as IndexSet | Choice<unknown>;
      const values =
        domain.kind === "choice"
          ? [...domain.values, ...(domain.set ? this.members(domain.set) : [])]
          : this.members(domain);
      all = all.flatMap((binding) => values.map((value) => ({ ...binding, [name]: value })));
    }
    return all as Binding<Domains>[];
  }

  /** A state for authors' functions. `reads`, if given, gets the place of each value that is read. */
  state(
    values: OwnValues,
    written: ReadonlySet<string> = new Set(),
    reads?: string[],
    chosen: Readonly<Record<string, unknown>> = {},
  ): AnyState {
    const { parameters, places } = this;
    const known = (place: string) => {
      if (!places.has(place)) throw new NoValue(`there is no ${place}`);
      reads?.push(place);
      return place;
    };
    const state: Record<string | symbol, unknown> = {
      [CHOSEN]: chosen,
      [CHOOSING]: (all: typeof chosen) => this.state(values, written, reads, all),
      enabled: (action: Action<AnyState>, some: Readonly<Record<string, unknown>> = {}) =>
        this.makesStep(values, written, action, some),
      own: { values, written } satisfies Own,
      parameters,
      constant: ({ value }: Constant) => value((set) => this.members(set as never) as never, parameters as never),
      members: (set: IndexSet) => this.members(set),
      others: (member: Member) => this.members(memberInfo(member)!.set).filter((other) => other !== member),
      precedes: (a: Member, b: Member) => {
        const [first, second] = [memberInfo(a)!, memberInfo(b)!];
        if (!first.set.ordered(parameters)) throw new Error("members that may be exchanged have no order");
        return first.index < second.index;
      },
    };
    for (const [name, arity] of this.variables) {
      state[name] = (...at: Member[]) => values.get(known(placeOf(name, at)));
      state[`with${name.charAt(0).toUpperCase()}${name.slice(1)}`] = (...args: unknown[]) => {
        const place = known(placeOf(name, args.slice(0, arity) as Member[]));
        return this.state(new Map(values).set(place, args[arity]), new Set(written).add(place), undefined, chosen);
      };
    }
    return state as unknown as AnyState;
  }

  /** Whether an action makes a step, with some binding in which the given names have the given values. */
  private makesStep(
    values: OwnValues,
    written: ReadonlySet<string>,
    asked: Action<AnyState>,
    some: Readonly<Record<string, unknown>>,
  ): boolean {
    const bound = this.actions.filter(
      ({ action, binding }) => action === asked && Object.keys(some).every((name) => binding[name] === some[name]),
    );
    const results = bound.flatMap(({ action, binding }) => {
      if (!action.takes) return [action.run(this.state(values, written), binding, undefined).result];
      const place = this.channelOf(action, binding)!;
      return receptions(values.get(place) as Channel<unknown>).map(
        ({ message, left }) => action.run(this.state(new Map(values).set(place, left)), binding, message).result,
      );
    });
    return results
      .flatMap((result) => [result].flat() as unknown[])
      .some((after) => "own" in (after as object) && !this.isFull(own(after as AnyState), "block"));
  }

  /** Whether a channel holds more messages than its variable's capacity, if more of them are what `overflow` says. */
  private isFull({ values }: Own, overflow: "error" | "block"): boolean {
    return [...values].some(([place, value]) => {
      const bounds = this.bounds.get(this.membersAt.get(place)![0]);
      const isMeant = bounds !== undefined && (bounds.overflow ?? "error") === overflow;
      return isMeant && (value as Channel<unknown>).messages().length > bounds.capacity;
    });
  }

  /** The place of the channel that an action takes from; undefined if there is none, from a member to itself. */
  protected channelOf(action: Action<AnyState>, binding: Binding<Domains>): string | undefined {
    const reads: string[] = [];
    try {
      action.takes!(this.state(this.places, new Set(), reads), binding);
    } catch (error) {
      if (error instanceof NoValue) return undefined;
      throw error;
    }
    if (reads.length !== 1) throw new Error(`${action.name} reads ${reads.length} variables for its channel`);
    return reads[0]!;
  }

  /** Whether a state constraint does not hold in a state, which is then looked at, but not expanded. */
  isCut(values: OwnValues): boolean {
    const state = this.state(values);
    return this.constraints.some(
      (of) => of.kind === "state constraint" && this.bindings(of.domains).some((b) => !of.holds(state, b)),
    );
  }

  /** Everything that can happen in a state, constraints or not. */
  steps(values: OwnValues): OwnStep[] {
    return this.actions.flatMap(({ action, binding }) => {
      if (!action.takes) return this.run(values, values, new Set(), action, binding, undefined);
      const place = this.channelOf(action, binding)!;
      return receptions(values.get(place) as Channel<unknown>).flatMap(({ message, left }) =>
        this.run(values, new Map(values).set(place, left), new Set([place]), action, binding, message),
      );
    });
  }

  /** @param from the values that the action's function sees: those of the state, without the message that it takes */
  private run(
    values: OwnValues,
    from: OwnValues,
    taken: ReadonlySet<string>,
    action: Action<AnyState>,
    binding: Binding<Domains>,
    message: unknown,
  ): OwnStep[] {
    const none = { action, binding, message, cell: undefined, next: undefined, written: new Set<string>(), cut: false };
    try {
      return this.made(values, from, taken, action, binding, message);
    } catch (error) {
      return [{ ...none, violates: [], threw: true, failed: error instanceof AssertionFailed }];
    }
  }

  private made(
    values: OwnValues,
    from: OwnValues,
    taken: ReadonlySet<string>,
    action: Action<AnyState>,
    binding: Binding<Domains>,
    message: unknown,
  ): OwnStep[] {
    const { result, cell } = action.run(this.state(from, taken), binding, message);
    const shared = { action, binding, message, cell: cell?.name, threw: false, failed: false, cut: false };
    const kind = (result as { readonly kind?: string }).kind;
    if (kind === "disabled") return [];
    if (kind === "unspecified") return [{ ...shared, next: undefined, written: new Set(), violates: [] }];
    const before = this.state(values);
    const after = ([result].flat() as AnyState[]).filter((state) => !this.isFull(own(state), "block"));
    if (after.some((state) => this.isFull(own(state), "error"))) throw new AssertionFailed("too many messages");
    return after.map((after) => {
      const { values: next, written } = own(after);
      const step = this.step(action, written);
      const isCut = this.constraints.some(
        (of) =>
          of.kind === "action constraint" &&
          this.bindings(of.domains).some((binding) => !of.holds(before, after, binding, step)),
      );
      if (isCut) return { ...shared, next: undefined, written: new Set<string>(), violates: [], cut: true };
      const violates = this.properties.flatMap((property) => {
        if (property.kind !== "step invariant") return [];
        const holds = this.bindings(property.domains).every((of) => property.holds(before, after, of, step));
        return holds ? [] : [property.name];
      });
      return { ...shared, next, written, violates, chosen: chosenOf(after) };
    });
  }

  private step({ name }: Action<AnyState>, written: ReadonlySet<string>): Step {
    return {
      action: name,
      writes: (variable, ...members) => written.has(placeOf(variable, members as Member[])),
    };
  }

  /** Everything that a run must meet to be fair. */
  requirements(): OwnRequirement[] {
    const found: OwnRequirement[] = [];
    for (const { action, binding } of this.actions) {
      if (action.fair === undefined) continue;
      for (const kind of action.kinds ? action.kinds.all : [undefined])
        found.push({ strength: action.fair, action, binding, kind });
    }
    for (const of of this.assumed)
      for (const binding of this.bindings(of.domains)) {
        if (of.kind === "compassion") found.push({ strength: "compassion", of, binding });
        else found.push({ strength: of.strength, of, binding });
      }
    return found;
  }

  /** Whether a step from a state takes what a requirement asks for. */
  takes(values: OwnValues, step: OwnStep, requirement: OwnRequirement): boolean {
    if (requirement.strength === "compassion") return false;
    if ("of" in requirement) {
      const { of, binding } = requirement;
      if (step.next === undefined || !of.actions.includes(step.action.name)) return false;
      const both = Object.keys(binding).filter((name) => name in step.binding);
      if (both.some((name) => binding[name] !== step.binding[name])) return false;
      const after = this.state(step.next, step.written);
      const { binding: bound, message, chosen = {} } = step;
      const taken = { ...this.step(step.action, step.written), binding: bound, message, chosen };
      return of.when === undefined || of.when(this.state(values), after, binding, taken);
    }
    const { action, binding, kind } = requirement;
    if (step.action !== action || step.next === undefined) return false;
    if (Object.keys(binding).some((name) => binding[name] !== step.binding[name])) return false;
    return kind === undefined || action.kinds!.of(step.message) === kind;
  }

  /** Whether a step from a state is one of those that an assumption is about. */
  calls(values: OwnValues, step: OwnStep, requirement: OwnRequirement): boolean {
    if (requirement.strength !== "compassion" || step.next === undefined) return false;
    const { of, binding } = requirement;
    if (!of.actions.includes(step.action.name)) return false;
    const after = this.state(step.next, step.written);
    return of.whenever(this.state(values), after, binding, this.step(step.action, step.written));
  }

  /** The state with its ordinals numbered anew, so that states of which only these numbers differ become equal. */
  renumbered(values: OwnValues): OwnValues {
    const ranks = new Map<Ordinal, Set<number>>();
    for (const value of values.values()) {
      rewritten(value, (leaf) => {
        if (leaf instanceof OrdinalValue) {
          if (!ranks.has(leaf.ordinal)) ranks.set(leaf.ordinal, new Set());
          ranks.get(leaf.ordinal)!.add(leaf.rank);
        }
        return leaf;
      });
    }
    const numbers = new Map([...ranks].map(([ordinal, used]) => [ordinal, numbered(ordinal, used)]));
    const leaf = (of: unknown): unknown => {
      if (of instanceof OrdinalValue) return of.ordinal.at(numbers.get(of.ordinal)!.get(of.rank)!);
      if (!(of instanceof Floor)) return of;
      // A floor sinks to the greatest value that is left and not above it.
      const below = [...(ranks.get(of.ordinal) ?? [])].filter((rank) => rank <= of.rank);
      return of.ordinal.floorAt(below.length === 0 ? -1 : numbers.get(of.ordinal)!.get(Math.max(...below))!);
    };
    return new Map([...values].map(([place, value]) => [place, rewritten(value, leaf)]));
  }

  /** A text that only equal states have. */
  text(values: OwnValues): string {
    return [...this.places.keys()].map((place) => textOf(values.get(place))).join(" ");
  }
}

interface Own {
  readonly values: OwnValues;
  readonly written: ReadonlySet<string>;
}

function own(state: AnyState): Own {
  return (state as unknown as { readonly own: Own }).own;
}

export function placeOf(variable: string, members: readonly Member[]): string {
  const nameOf = (member: Member) => {
    const { set, index } = memberInfo(member)!;
    return set.extends === undefined ? index : `fixed ${index}`;
  };
  return variable + members.map((member) => `[${nameOf(member)}]`).join("");
}

/** The messages that can be received next, each with what is then left: any of a bag, the first of a queue. */
export function receptions(channel: Channel<unknown>): { message: unknown; left: Channel<unknown> }[] {
  const all = channel.messages();
  if (channel instanceof Queue) {
    return all.length === 0 ? [] : [{ message: all[0], left: Queue.of(...all.slice(1)) }];
  }
  const texts = all.map(textOf);
  return all.flatMap((message, i) =>
    // Equal messages are received in the same way.
    texts.indexOf(texts[i]!) < i ? [] : [{ message, left: Bag.of(...all.slice(0, i), ...all.slice(i + 1)) }],
  );
}

/** The new rank of each rank in use: odd numbers, of which the model can tell no more than from the old ones. */
function numbered({ keep, window }: Ordinal, used: ReadonlySet<number>): Map<number, number> {
  const ascending = [...used].sort((a, b) => a - b);
  const numbers = new Map<number, number>();
  if (window !== undefined) {
    // Ticks: differences up to the window are exact, and all greater ones are alike.
    let last = 1;
    ascending.forEach((rank, i) => {
      if (i > 0) last += Math.min(rank - ascending[i - 1]!, window + 1);
      numbers.set(rank, last);
    });
    return numbers;
  }
  // All but the greatest `keep` are one value, which is less than these.
  const merged = keep === undefined ? 0 : ascending.length - Math.min(keep, ascending.length);
  ascending.forEach((rank, i) => {
    numbers.set(rank, i < merged ? 1 : 2 * (i - merged) + 3);
  });
  return numbers;
}

/** The value with each leaf replaced: what is no record, channel or collection. */
export function rewritten(value: unknown, leaf: (of: unknown) => unknown): unknown {
  const inner = (part: unknown) => rewritten(part, leaf);
  if (isRecord(value)) {
    const record = value as ImmutableRecord<Record<string, unknown>>;
    return record.merge(record.toSeq().map(inner) as never);
  }
  if (value instanceof Bag) return Bag.of(...value.messages().map(inner));
  if (value instanceof Queue) return Queue.of(...value.messages().map(inner));
  if (List.isList(value)) return value.map(inner);
  if (ImmutableSet.isSet(value)) return value.map(inner);
  if (ImmutableMap.isMap(value)) return value.mapEntries(([key, part]) => [inner(key), inner(part)]);
  return leaf(value);
}
