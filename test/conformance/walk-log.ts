/** Logs of random walks: what a correct implementation of a model would print. */
import { type LogEvent, plainEvent, StepEvents } from "../../checker/conformance/events.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { successorsOf } from "../../checker/model/reference.js";
import { type ConcreteRun, Following } from "../../traces/replay/run.js";
import { dice } from "../support/dice.js";

/** Returns a model with its parameters fixed, and without its properties, which no log is compared with. */
export function bare(model: object, parameters: Readonly<Record<string, unknown>> = {}): Instance {
  return new Instance({ ...(model as AnyModel), properties: () => [] }, parameters);
}

/**
 * Walks at random from an initial state. A walk that comes to a state without steps ends there.
 * @param seldom the names of actions that are taken one time in eight
 */
export function walked(instance: Instance, steps: number, seed: number, seldom: readonly string[] = []): ConcreteRun {
  const roll = dice(seed);
  // The first throw hardly differs between small seeds.
  roll(1);
  const following = new Following(instance, roll(instance.initial.length));
  for (let i = 0; i < steps; i++) {
    const all = [...successorsOf(instance, following.values)].filter(({ next }) => next !== undefined);
    if (all.length === 0) break;
    const often = all.filter(({ instance: { action } }) => !seldom.includes(action.name));
    const from = often.length > 0 && roll(8) > 0 ? often : all;
    following.take(from[roll(from.length)]!);
  }
  return following.run();
}

/** Returns the events of a run, step by step. */
export function eventsOfRun(instance: Instance, run: ConcreteRun): LogEvent[][] {
  const events = new StepEvents(instance);
  return run.steps.map((step, i) =>
    events
      .of(run.states[i]!, { ...step, next: run.states[i + 1]! })
      .map((event) => plainEvent(event, ({ rank }) => rank)),
  );
}
