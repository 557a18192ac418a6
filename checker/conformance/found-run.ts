/** The run that a search has found, as a trace. */
import { Following, follow, traceOf } from "../../traces/replay/run.js";
import { type Trace, WALK } from "../../traces/trace.js";
import { Disagreement } from "../errors.js";
import type { Values } from "../model/bound.js";
import type { Instance } from "../model/instance.js";
import { areAlike, renumber, type Successor, successorsOf } from "../model/reference.js";
import { keyOf } from "../model/value.js";
import type { Explained, TakenFrom } from "./search.js";

/**
 * Returns the run to a state of the search as a trace, which tells its numbers as all traces do, and not as the log.
 * @throws Disagreement if the model has no such run, which is a defect of popcheck, or an impure function
 */
export function traceOfRun(instance: Instance, last: Explained): Trace {
  const taken: TakenFrom["successor"][] = [];
  for (let state = last; state.by !== undefined; state = state.by.from) taken.push(state.by.successor);
  const choices = choicesOf(instance, last.initial, taken.reverse());
  return traceOf(instance, choices, follow(instance, choices), { property: WALK, explanation: "" });
}

function choicesOf(instance: Instance, initial: number, taken: readonly TakenFrom["successor"][]) {
  const following = new Following(instance, initial);
  const steps = taken.map((step) => {
    const all = [...successorsOf(instance, following.values)];
    const alike = all.flatMap((other, choice) => (isAlike(step, other) ? [choice] : []));
    // States that a search takes for the same may differ in values that are merged there.
    const choice = alike.find((choice) => textOf(all[choice]!.next!) === textOf(step.next!)) ?? alike[0];
    if (choice === undefined) throw new Disagreement(`${step.inWords()} cannot be taken again`);
    following.take(all[choice]!);
    return choice;
  });
  return { initial, steps };
}

function isAlike(step: TakenFrom["successor"], { instance, next }: Successor): boolean {
  return instance.index === step.instance.index && next !== undefined && areAlike(next, step.next!);
}

function textOf(values: Values): string {
  return renumber(values, "in order")
    .map((value) => keyOf(value))
    .join(" ");
}
