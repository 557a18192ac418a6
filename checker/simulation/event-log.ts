/**
 * The event log of a run (docs/reference/event-log.md): what each process received, did and sent, as an implementation
 * of the model would print it. `popcheck validate` reads it.
 */
import { Following } from "../../traces/replay/run.js";
import { type LogEvent, plainEvent, StepEvents } from "../conformance/events.js";
import { Disagreement } from "../errors.js";
import type { Instance, Values } from "../model/instance.js";
import { renumber, type Successor, successorsBy } from "../model/reference.js";
import { keyOf } from "../model/value.js";
import { nameOfPageStep, type PageStep } from "./page-graph.js";
import type { ObservedStep } from "./simulated-run.js";

/** Follows a run by the reference semantics, whose ordinals tell all values apart. */
export class EventLogWriter {
  private readonly pages = new Map<number, { readonly following: Following; readonly numbers: number[] }>();
  private steps = 0;

  /** @param shared the number of the page of the shared variable */
  constructor(
    private readonly instance: Instance,
    private readonly shared: number,
  ) {}

  /** Notes a step. @throws Disagreement if the reference semantics has no such step */
  note({ page, step, times }: ObservedStep): void {
    let known = this.pages.get(page);
    if (known === undefined) {
      known = { following: new Following(this.instance, 0), numbers: [] };
      this.pages.set(page, known);
    }
    for (let i = 0; i < times; i++) {
      known.following.take(this.successor(known.following, step));
      known.numbers.push(++this.steps);
    }
  }

  private successor({ values }: Following, step: PageStep): Successor {
    const after = keyOfValues(step.after.slots.map(({ value }) => value));
    for (const successor of successorsBy(this.instance, values, step.action))
      if (successor.next !== undefined && keyOfValues(renumber(successor.next)) === after) return successor;
    throw new Disagreement(`the reference semantics has no step ${nameOfPageStep(step)} to the state that was simulated`); // biome-ignore format: one sentence
  }

  /** Returns the events of all pages, in the order of their steps, whose numbers are their logical clocks. */
  events(): readonly LogEvent[] {
    const ofStep = new StepEvents(this.instance);
    const numbered = [...this.pages].flatMap(([page, { following, numbers }]) => {
      const { steps, states } = following.run();
      return steps.flatMap((step, i) =>
        ofStep.of(states[i]!, { ...step, next: states[i + 1]! }).map((event): LogEvent & { clock: number } => ({
          page: page === this.shared ? "shared" : page + 1,
          ...plainEvent(event, ({ rank }) => rank),
          clock: numbers[i]!,
        })),
      );
    });
    return numbered.sort((a, b) => a.clock - b.clock);
  }
}

function keyOfValues(values: Values): string {
  return values.map((value) => keyOf(value)).join();
}
