/**
 * The steps of a counterexample that prose tells of. They are looked for in its trace, so that prose and chart cannot
 * come apart.
 */
import { lengthOf, type Trace } from "../../traces/trace.js";
import { nameIn } from "./narrated.js";

/**
 * A step: `Write_Done(K2)`, or `Invalid K1→K2` for the receipt of a message, with `in Modified` for the page state that
 * it meets. By the name that prose has for it, in the order of the steps: each is the first such step after the one
 * before.
 */
export type Story = Readonly<Record<string, string>>;
/** The number of each step. */
export type Steps<S extends Story> = { readonly [K in keyof S]: number };

/** The ways to call a step of a trace. */
function namesOf(trace: Trace, index: number): string[] {
  const step = trace.states[index]!["#meta"];
  const name = nameIn(step);
  return step.cell === undefined ? [name] : [name, `${name} in ${step.cell.split(" × ")[0]}`];
}

/** @throws Error if the trace has no such steps in this order */
export function stepsOf<S extends Story>(trace: Trace, story: S): Steps<S> {
  let last = 0;
  const found = Object.entries(story).map(([name, step]) => {
    const at = Array.from({ length: lengthOf(trace) - last }, (_, i) => last + 1 + i).find((index) =>
      namesOf(trace, index).includes(step),
    );
    if (at === undefined) {
      const steps = trace.states.slice(1).map((_, i) => `${i + 1} ${namesOf(trace, i + 1).at(-1)}`);
      throw new Error(`no step after ${last} is ${step} ("${name}" of the story); it is ${steps.join(", ")}`);
    }
    last = at;
    return [name, at];
  });
  return Object.fromEntries(found) as Steps<S>;
}
