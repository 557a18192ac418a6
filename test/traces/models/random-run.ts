/** Random runs of the reference semantics, by seed, as traces that were written to a file and read again. */
import type { Instance } from "../../../checker/model/instance.js";
import { successorsOf } from "../../../checker/model/reference.js";
import { parseTrace } from "../../../traces/formats/parse.js";
import { Following, traceOf } from "../../../traces/replay/run.js";
import { type Trace, WALK } from "../../../traces/trace.js";
import { dice } from "../../support/dice.js";

export function randomRun(instance: Instance, seed: number, length: number): Trace {
  const die = dice(seed);
  const initial = die(instance.initial.length);
  const following = new Following(instance, initial);
  const steps: number[] = [];
  while (steps.length < length && !following.isOver) {
    const successors = [...successorsOf(instance, following.values)];
    if (successors.length === 0) break;
    const choice = die(successors.length);
    steps.push(choice);
    following.take(successors[choice]!);
  }
  const trace = traceOf(instance, { initial, steps }, following.run(), { property: WALK, explanation: "" });
  return parseTrace(JSON.stringify(trace));
}
