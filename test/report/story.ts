/** The steps of a counterexample that prose tells of. They are looked for in its trace, so that prose and chart cannot come apart. */
import { nameOfStep } from "../../checker/model/step-name.js";
import { lengthOf, type Trace } from "../../traces/trace.js";

/**
 * A step: `Write_Done(K2)`, or `Invalid K1→K2` for the receipt of a message, with `in Modified` for the page state that it meets. By the
 * name that prose has for it, in the order of the steps: each is the first such step after the one before.
 */
export type Story = Readonly<Record<string, string>>;
/** The number of each step. */
export type Steps<S extends Story> = { readonly [K in keyof S]: number };

/** The ways to call a step of a trace. */
function namesOf(trace: Trace, index: number): string[] {
  const { action, binding, message, cell } = trace.states[index]!["#meta"];
  const kind = (message as { readonly kind?: string } | undefined)?.kind;
  if (kind === undefined) return [nameOfStep(action, binding)];
  const received = `${kind} ${binding.from}→${binding.to}`;
  return [received, `${received} in ${cell?.split(" × ")[0]}`];
}

/** @throws Error if the trace has no such steps in this order */
export function stepsOf<S extends Story>(trace: Trace, story: S): Steps<S> {
  let last = 0;
  const found = Object.entries(story).map(([name, step]) => {
    const at = Array.from({ length: lengthOf(trace) - last }, (_, i) => last + 1 + i).find((index) =>
      namesOf(trace, index).includes(step),
    );
    if (at === undefined) throw new Error(`no step after ${last} is ${step} ("${name}" of the story)`);
    last = at;
    return [name, at];
  });
  return Object.fromEntries(found) as Steps<S>;
}
