/**
 * A concrete run: the reference semantics followed along given choices, and written as a trace. No search is done here.
 *
 * Members keep their names throughout. Ordinals are renumbered after every step as the reference semantics demands, so
 * that a stamp may have another rank in the next state; in the trace each has one number throughout. A fresh value is
 * placed as late in the order of all values of the run as the state allows, which agrees with clocks that only go
 * forward.
 */

import { Channel } from "../../checker/model/channel.js";
import { type Instance, namesIn, processOf, type Values } from "../../checker/model/instance.js";
import type { Floor, Ordinal, OrdinalValue } from "../../checker/model/ordinal.js";
import { renumber, renumbering, type Successor, successorsOf } from "../../checker/model/reference.js";
import { nameOf } from "../../checker/model/scalarset.js";
import { standingsOf } from "../../checker/model/standings.js";
import type { Layout } from "../../checker/model/state.js";
import { leavesOf, mapValue } from "../../checker/model/value.js";
import { toItf } from "../formats/itf.js";
import type { Json } from "../formats/json.js";
import { counted } from "../text/columns.js";
import { TRACE_FORMAT, type Trace, type TraceMeta, type TraceState, type TraceStep } from "../trace.js";
import { declaredOf } from "./declared.js";

/** Which initial state a run begins in, and which successor of each state it goes on to. */
export interface Choices {
  readonly initial: number;
  readonly steps: readonly number[];
}

/** A run that was followed. */
export interface ConcreteRun {
  /**
   * The states, with ordinals numbered for the whole run. If the last step could not be taken, there is no state after
   * it.
   */
  readonly states: readonly Values[];
  /** The steps between them. */
  readonly steps: readonly Successor[];
}

/** The model as it is now has no such run. */
export class NoSuchStep extends Error {
  override readonly name = "NoSuchStep";
}

/** Follows a run. @throws NoSuchStep if the model has no such choice */
export function follow(instance: Instance, choices: Choices): ConcreteRun {
  const following = new Following(instance, choices.initial);
  choices.steps.forEach((choice, i) => {
    if (following.isOver) throw new NoSuchStep(`step ${i} could not be taken, so that none follows it`);
    const successor = nth(successorsOf(instance, following.values), choice);
    if (successor === undefined)
      throw new NoSuchStep(`after ${counted(i, "step")} there is no successor number ${choice}`);
    following.take(successor);
  });
  return following.run();
}

/** A run that is followed step by step. */
export class Following {
  /** The values of the last state, as the reference semantics takes them. */
  values: Values;
  /** Whether the last step could not be taken, so that none follows. */
  isOver = false;
  private readonly labels: Labels;
  private readonly states: { values: Values; labels: ReadonlyMap<OrdinalValue, OrdinalLabel> }[];
  private readonly steps: Successor[] = [];

  /** @throws NoSuchStep if there is no initial state of that number */
  constructor(instance: Pick<Instance, "initial">, initial: number) {
    const values = instance.initial[initial];
    if (values === undefined) throw new NoSuchStep(`the model has no initial state number ${initial}`);
    this.values = renumber(values, "in order");
    this.labels = new Labels(this.values);
    this.states = [{ values: this.values, labels: this.labels.current }];
  }

  /** Takes a step. @param successor one of the successors of the last state */
  take(successor: Successor): void {
    this.steps.push(successor);
    this.isOver = successor.next === undefined;
    if (successor.next === undefined) return;
    this.labels.advance(successor.next);
    this.values = renumber(successor.next, "in order");
    this.states.push({ values: this.values, labels: this.labels.current });
  }

  run(): ConcreteRun {
    this.labels.number();
    return {
      states: this.states.map(({ values, labels }) => relabel(values, labels)),
      steps: this.steps.map((s, i) => labelled(s, this.states[i]!.labels)),
    };
  }

  /** Returns the last state and one step more, with the numbers that ordinals would have if the run went that way. */
  preview(successor: Successor): ConcreteRun {
    const labels = this.labels.copy();
    const ahead: Following = Object.assign(Object.create(Following.prototype), {
      values: this.values,
      isOver: false,
      labels,
      states: [{ values: this.values, labels: labels.current }],
      steps: [],
    });
    ahead.take(successor);
    return ahead.run();
  }
}

function nth<T>(items: Iterable<T>, n: number): T | undefined {
  let i = 0;
  for (const item of items) if (i++ === n) return item;
  return undefined;
}

/**
 * The place of a value among all values of its ordinal in the run. They form a list in their order; the number counts
 * along it, and is final once the whole run is known.
 */
interface OrdinalLabel {
  number: number;
  before: OrdinalLabel | undefined;
  after: OrdinalLabel | undefined;
}

/** All labels of an ordinal, from the first to the last in their order. */
interface OrdinalLabels {
  first: OrdinalLabel | undefined;
  last: OrdinalLabel | undefined;
  /** Whether each has the number that counts along the list. */
  numbered: boolean;
}

class Labels {
  current: ReadonlyMap<OrdinalValue, OrdinalLabel>;
  private readonly all = new Map<Ordinal, OrdinalLabels>();

  constructor(values: Values) {
    this.current = new Map(this.ordinalsOf(values).map((value) => [value, this.insert(value, undefined)]));
  }

  /** Returns a copy of the labels, to follow the run another way. */
  copy(): Labels {
    const labels = new Labels([]);
    const copies = new Map<OrdinalLabel, OrdinalLabel>();
    for (const [ordinal, { first, numbered }] of this.all) {
      const all: OrdinalLabels = { first: undefined, last: undefined, numbered };
      for (let label = first; label !== undefined; label = label.after) {
        const copy: OrdinalLabel = { number: label.number, before: undefined, after: undefined };
        link(all, copy, undefined);
        copies.set(label, copy);
      }
      labels.all.set(ordinal, all);
    }
    labels.current = new Map([...this.current].map(([value, label]) => [value, copies.get(label)!]));
    return labels;
  }

  private ordinalsOf(values: Values): OrdinalValue[] {
    const leaves = leavesOf(undefined);
    for (const value of values) leavesOf(value, leaves);
    return [...leaves.ordinals].sort((a, b) => a.rank - b.rank);
  }

  private insert({ ordinal, rank }: OrdinalValue, before: OrdinalLabel | undefined): OrdinalLabel {
    let all = this.all.get(ordinal);
    if (all === undefined) {
      all = { first: undefined, last: undefined, numbered: true };
      this.all.set(ordinal, all);
    }
    const label: OrdinalLabel = { number: rank, before: undefined, after: undefined };
    link(all, label, before);
    // With a window, ranks mean the same in every state.
    all.numbered = ordinal.window !== undefined;
    return label;
  }

  /** Numbers the labels along their lists. It goes through all of them: call it once for many insertions. */
  number(): void {
    for (const all of this.all.values()) {
      if (all.numbered) continue;
      let number = 0;
      for (let label = all.first; label !== undefined; label = label.after) label.number = ++number;
      all.numbered = true;
    }
  }

  /**
   * Labels the ordinals of a state as a step left them: known ones keep their labels, and fresh ones get labels between
   * them.
   */
  advance(values: Values): void {
    const after = this.ordinalsOf(values);
    const { value: renumbered } = renumbering(after, "in order");
    const known = this.current;
    const next = new Map<OrdinalValue, OrdinalLabel>();
    for (const value of after.reverse()) {
      const label = known.get(value) ?? this.insert(value, this.labelAbove(value, known));
      next.set(renumbered(value), label);
    }
    this.current = next;
  }

  private labelAbove(
    { ordinal, rank }: OrdinalValue,
    known: ReadonlyMap<OrdinalValue, OrdinalLabel>,
  ): OrdinalLabel | undefined {
    const above = [...known].filter(([other]) => other.ordinal === ordinal && other.rank > rank);
    return above.sort(([a], [b]) => a.rank - b.rank)[0]?.[1];
  }
}

/** Puts a label into a list, before another or at its end. */
function link(all: OrdinalLabels, label: OrdinalLabel, before: OrdinalLabel | undefined): void {
  label.after = before;
  label.before = before === undefined ? all.last : before.before;
  if (label.before === undefined) all.first = label;
  else label.before.after = label;
  if (before === undefined) all.last = label;
  else before.before = label;
}

function relabelling(labels: ReadonlyMap<OrdinalValue, OrdinalLabel>) {
  return {
    ordinal: (value: OrdinalValue) => value.ordinal.at(labels.get(value)?.number ?? value.rank),
    floor: (floor: Floor) => {
      const label = labels.get(floor.ordinal.at(floor.rank));
      return label ? floor.ordinal.floorAt(label.number) : floor;
    },
  };
}

function relabel(values: Values, labels: ReadonlyMap<OrdinalValue, OrdinalLabel>): Values {
  return values.map((value) => mapValue(value, relabelling(labels)));
}

function labelled(step: Successor, labels: ReadonlyMap<OrdinalValue, OrdinalLabel>): Successor {
  return { ...step, message: mapValue(step.message, relabelling(labels)) };
}

/** What a trace says besides the run. */
export interface TraceHeader {
  readonly property: { readonly name: string; readonly kind: string; readonly says: string };
  readonly explanation: string;
  /** The number of the state that the cycle begins with; undefined if the run ends. */
  readonly loop?: number;
  /** Of a deadlock: what it waits for. */
  readonly closed?: NonNullable<TraceMeta["closed"]>;
}

/** Writes a run as a trace. */
export function traceOf(instance: Instance, choices: Choices, run: ConcreteRun, header: TraceHeader): Trace {
  const { layout, model } = instance;
  const standings = standingsOf(instance);
  const first: TraceStep = { index: 0, action: "initial", binding: {}, choice: choices.initial };
  const states = run.states.map((values, i) =>
    stateOf(instance, values, i === 0 ? first : stepOf(instance, run.steps[i - 1]!, i, choices)),
  );
  const last = run.steps[run.steps.length - 1];
  if (last !== undefined && last.next === undefined) {
    states.push(
      stateOf(instance, run.states[run.states.length - 1]!, stepOf(instance, last, run.steps.length, choices)),
    );
  }
  return {
    "#meta": {
      format: "ITF",
      popcheck: TRACE_FORMAT,
      model: model.name,
      parameters: instance.parameters,
      ...header,
      headline: model.headline ?? {},
      ...(Object.keys(standings).length === 0 ? {} : { standings }),
      ...(model.heldBack === undefined ? {} : { heldBack: model.heldBack }),
      channels: layout.variables.filter((name, family) => {
        if (model.unsent?.includes(name)) return false;
        const slot = layout.slots.findIndex((slot) => slot.family === family);
        return run.states[0]![slot] instanceof Channel;
      }),
      ...declaredOf(instance, run.states),
    },
    vars: layout.variables,
    states,
  };
}

function stepOf({ layout }: Instance, step: Successor, index: number, choices: Choices): TraceStep {
  const { action, binding, takes } = step.instance;
  const by = processOf(step.instance);
  const says = step.cell === undefined ? action.says : step.cellSays;
  return {
    index,
    action: action.name,
    binding: namesIn(binding),
    ...(Object.keys(step.chosen).length === 0 ? {} : { chosen: namesIn(step.chosen as typeof binding) }),
    ...(step.message === undefined ? {} : { message: toItf(step.message) }),
    ...(step.cell === undefined ? {} : { cell: step.cell }),
    ...(says === undefined ? {} : { says }),
    choice: choices.steps[index - 1]!,
    ...(step.unspecified
      ? { unspecified: `${step.unspecified.reason} (${step.unspecified.where})`, refused: placeOf(layout, takes!) }
      : {}),
    ...(step.threw === undefined ? {} : step.isAssertion ? { failed: step.threw } : { threw: step.threw }),
    ...(by === undefined ? {} : { by }),
  };
}

/** Returns the channel in a slot, and its place, as analyses of traces name them. */
function placeOf({ slots, declarations }: Layout, slot: number): { channel: string; place: string } {
  const { variable, indices } = slots[slot]!;
  const { sets } = declarations[variable]!;
  return { channel: variable, place: indices.map((index, i) => nameOf(sets[i]!.member(index))).join("→") };
}

function stateOf({ layout }: Instance, values: Values, step: TraceStep): TraceState {
  const entries = layout.variables.map((): [Json, Json][] => []);
  layout.slots.forEach(({ family, variable, indices }, i) => {
    const { sets } = layout.declarations[variable]!;
    const members = indices.map((index, place) => nameOf(sets[place]!.member(index)));
    entries[family]!.push([members.length === 1 ? members[0]! : { "#tup": members }, toItf(values[i])]);
  });
  const variables: Record<string, Json> = {};
  layout.variables.forEach((variable, family) => {
    const isFamily = layout.declarations[variable]!.sets.length > 0;
    variables[variable] = isFamily ? { "#map": entries[family]!, "#family": true } : entries[family]![0]![1];
  });
  return { "#meta": step, ...variables };
}
