/**
 * Further counterexamples of a property that is violated: the shortest ones that differ from those before. Two differ
 * if they end in different states, and if besides their last steps are of different actions or cells, or the places
 * that the property has read hold other values, whatever the names of members and the numbers of ordinals. So they
 * differ in more than a renaming, and in more than the order of independent steps, which lead to one state. None of
 * them violates the property before its end.
 *
 * The states are searched breadth first by the reference semantics, which is slow, and the same for any number of
 * threads.
 */
import { type Choices, follow } from "../../traces/replay/run.js";
import type { Trace } from "../../traces/trace.js";
import { placesRead } from "../explanation/cause.js";
import { ObservedReads, valueAt } from "../explanation/observed-reads.js";
import { ViolationOf } from "../explanation/violation.js";
import type { Instance, Values } from "../model/instance.js";
import type { Property } from "../model/property.js";
import type { Successor } from "../model/reference.js";
import { memberInfo } from "../model/scalarset.js";
import type { AnyState } from "../model/state.js";
import { keyOf, mapValue } from "../model/value.js";
import { confirmed } from "../search/verdict/counterexample.js";
import { type MetState, ReferenceGraph } from "./reference-graph.js";

/** What was looked for, and how far. */
export interface FurtherOptions {
  /** How many are wanted at most. */
  readonly count: number;
  readonly symmetry: boolean;
  /** How many states are searched at most. */
  readonly maxStates: number;
}

/** Further counterexamples, the shortest first. */
export interface FurtherCounterexamples {
  readonly traces: readonly Trace[];
  /** Says what they differ in, and whether there are others. */
  readonly note: string;
}

const DIFFERENT =
  "they end in different states, and differ in the action or the cell of the last step, or in the values that the property read (names of members and numbers of ordinals aside)";

/** The kinds of property of which there can be further counterexamples: those that one state or step violates. */
const KINDS = ["invariant", "step invariant", "no unspecified reception", "no deadlock"];

/**
 * Returns further counterexamples of a property.
 * @param trace the shortest counterexample
 */
export function furtherCounterexamples(
  instance: Instance,
  trace: Trace,
  options: FurtherOptions,
): FurtherCounterexamples {
  const place = instance.properties.findIndex(({ name }) => name === trace["#meta"].property.name);
  const property = instance.properties[place];
  if (property === undefined || !KINDS.includes(property.kind))
    return {
      traces: [],
      note: "further counterexamples are looked for only of properties that one state or step violates",
    };
  return new FurtherSearch(instance, property, place, options).after(trace);
}

class FurtherSearch {
  private readonly graph: ReferenceGraph;
  private readonly violation: ViolationOf;
  private readonly observed: ObservedReads;
  private readonly known = new Set<string>();
  /** The keys of the states that counterexamples end in. */
  private readonly ends = new Set<string>();
  private readonly found: Trace[] = [];

  constructor(
    private readonly instance: Instance,
    private readonly property: Property<AnyState>,
    private readonly place: number,
    private readonly options: FurtherOptions,
  ) {
    this.graph = new ReferenceGraph(instance, options);
    this.violation = new ViolationOf(instance, property);
    this.observed = new ObservedReads(instance);
  }

  after(trace: Trace): FurtherCounterexamples {
    const [initial, ...steps] = trace.states.map((state) => state["#meta"].choice);
    const { states, steps: taken } = follow(this.instance, { initial: initial!, steps });
    const last = taken.at(-1);
    const isTaken = last === undefined || last.next !== undefined;
    const [before, end] = isTaken ? [states.at(-2), states.at(-1)!] : [states.at(-1), states.at(-1)!];
    this.known.add(this.kindOf(before, last, end));
    this.ends.add(this.endOf(last, end));
    const { count, maxStates } = this.options;
    const begun = this.graph.begin();
    let at = 0;
    for (const { values } of begun) if (this.violation.inState(values)) at = Number.POSITIVE_INFINITY;
    // A state that violates the property from the start has no shorter run, and nothing is behind it.
    for (; at < this.graph.states.length && at < maxStates && this.found.length < count; at++)
      this.lookAt(this.graph.states[at]!);
    const { length } = this.found;
    if (length >= count) return this.result("there may be others");
    const all = Number.isFinite(at) && at >= this.graph.states.length;
    return this.result(
      all
        ? "there are no others"
        : `of others nothing is known: only ${maxStates.toLocaleString("en")} states were searched`,
    );
  }

  private result(others: string): FurtherCounterexamples {
    const { length } = this.found;
    const found = length === 0 ? "no further counterexample was found" : `further counterexamples: ${length}`;
    return { traces: this.found, note: `${found}; ${DIFFERENT}; ${others}` };
  }

  /** Looks at the steps of a state, none of which has violated the property before. */
  private lookAt(state: MetState): void {
    const { graph, violation } = this;
    if (violation.isDeadlock(state.values)) {
      const { parent } = state;
      const step = parent && graph.stepsOf(parent.state)[parent.choice];
      this.take(state, undefined, step, state.values);
    }
    graph.stepsOf(state).forEach((step, choice) => {
      const { next, threw } = step;
      if (threw !== undefined) return;
      const isWrong = violation.byStep(step) || (next !== undefined && violation.inState(next));
      if (isWrong) this.take(state, choice, step, next ?? state.values);
      else if (next !== undefined) graph.after(state, step, choice);
    });
  }

  /** Takes up a counterexample if it differs. @param choice its last step from the state; undefined if it ends there */
  private take(state: MetState, choice: number | undefined, step: Successor | undefined, end: Values): void {
    if (this.found.length >= this.options.count) return;
    const before = choice === undefined ? state.parent?.state.values : state.values;
    const [kind, ending] = [this.kindOf(before, step, end), this.endOf(step, end)];
    if (this.known.has(kind) || this.ends.has(ending)) return;
    this.known.add(kind);
    this.ends.add(ending);
    this.found.push(confirmed(this.instance, this.place, choicesTo(state, choice)).trace);
  }

  /** Returns a key of the state that a counterexample ends in; of a message that is refused, of the message, too. */
  private endOf(step: Successor | undefined, end: Values): string {
    const refused = step !== undefined && step.next === undefined ? `${step.instance.action.name} ${step.cell}` : "";
    return `${this.graph.keyOf(end)} ${refused}`;
  }

  /** Returns what tells a counterexample from those that count as the same. */
  private kindOf(before: Values | undefined, step: Successor | undefined, end: Values): string {
    const { instance, property, observed } = this;
    const states = step?.next === undefined || before === undefined ? [end] : [before, end];
    const run = { states, steps: step === undefined ? [] : [step] };
    const reads = placesRead(instance, property, run, observed).map((place) => {
      const { family } = instance.layout.slots[place.slot]!;
      const value = valueAt(place.when === "before" ? states[0]! : end, place);
      return JSON.stringify([family, place.field, place.when, keyOf(mapValue(value, nameless))]);
    });
    return JSON.stringify([step?.instance.action.name, step?.cell, reads.sort()]);
  }
}

/** Replaces members by the first of their set, and ordinals and floors by one of them. */
const nameless = {
  member: (member: symbol) => memberInfo(member)!.set.member(0),
  ordinal: ({ ordinal }: { readonly ordinal: { at(rank: number): never } }) => ordinal.at(1),
  floor: ({ ordinal }: { readonly ordinal: { floorAt(rank: number): never } }) => ordinal.floorAt(1),
} as unknown as Parameters<typeof mapValue>[1];

/** Returns the choices of the run to a state, and of one more step from it if there is one. */
function choicesTo(state: MetState, last: number | undefined): Choices {
  const steps = last === undefined ? [] : [last];
  let first = state;
  for (; first.parent !== undefined; first = first.parent.state) steps.unshift(first.parent.choice);
  return { initial: first.initial!, steps };
}
