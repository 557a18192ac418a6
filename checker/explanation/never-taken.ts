/**
 * What a run that goes on for ever does not do: the steps of who waits that are not taken in its cycle, the reads that
 * close their guards, and how fair they are.
 */
import type { NeverTaken } from "../../traces/cause.js";
import type { ConcreteRun } from "../../traces/replay/run.js";
import { type Binding, type Domains, disabled } from "../model/action.js";
import type { Channel } from "../model/channel.js";
import { type ActionInstance, type Instance, namesIn, processOf, type Values } from "../model/instance.js";
import { type Successor, successorsWith } from "../model/reference.js";
import { isAskedOf } from "../model/step-fairness.js";
import { nameOfStep } from "../model/step-name.js";
import { type ObservedReads, placeInWords, valueAt, valueInWords } from "./observed-reads.js";

/** A step that may be asked of fairness: an action with its binding and, if it receives, one kind of message. */
interface FairStep {
  readonly action: ActionInstance;
  readonly kind: string | undefined;
}

/**
 * Returns the steps that are not taken in the cycle of a run. A step that receives a kind of message which is nowhere
 * under way in the cycle is left out, and so are steps of the environment, unless the run stands still, and they could
 * be taken.
 * @param run the run, as a trace shows it
 * @param loop the number of the state that its cycle begins with
 * @param waiting who waits; if that is nobody in particular, the steps of all are returned
 */
export function neverTakenIn(
  instance: Instance,
  run: ConcreteRun,
  loop: number,
  waiting: Binding<Domains>,
  observed: ObservedReads,
): NeverTaken[] {
  const last = run.states.length - 1;
  const numbers = loop === last ? [last] : Array.from({ length: last - loop }, (_, i) => loop + i);
  const members = new Set(Object.values(waiting).filter((value) => typeof value === "symbol"));
  return instance.actions
    .filter((action) => (action.action.environment !== true || loop === last) && concerns(action, members))
    .flatMap((action) => (action.action.kinds?.all ?? [undefined]).map((kind) => ({ action, kind })))
    .filter((step) => !run.steps.slice(loop).some((taken) => isOf(taken, step)))
    .flatMap((step) => {
      const guard = guardOf(instance, run.states, numbers, step, observed);
      const isAsked = guard.enabledAt.length > 0 || (guard.closed.length > 0 && !step.action.action.environment);
      return isAsked ? [{ ...nameOf(instance, step), ...guard }] : [];
    });
}

function concerns({ binding }: ActionInstance, members: ReadonlySet<unknown>): boolean {
  return members.size === 0 || Object.values(binding).some((value) => members.has(value));
}

function isOf({ instance: action, message }: Successor, step: FairStep): boolean {
  return action.index === step.action.index && kindOf(action, message) === step.kind;
}

function kindOf({ action: { kinds } }: ActionInstance, message: unknown): string | undefined {
  return message === undefined ? undefined : kinds?.of(message);
}

function nameOf(
  instance: Instance,
  { action: { action, binding }, kind }: FairStep,
): Pick<NeverTaken, "name" | "by" | "fair" | "counts"> {
  const counts = instance.fairness.flatMap((of) => {
    if (of.kind !== "step fairness") return [];
    const isOne = instance.bindings(of.domains).some((own) => isAskedOf(of, own, { action, binding }));
    return isOne ? [{ name: of.name, fair: of.strength }] : [];
  });
  const by = processOf({ action, binding });
  return {
    name: nameOfStep(action.name, namesIn(binding), kind),
    ...(by === undefined ? {} : { by }),
    ...(action.fair === undefined ? {} : { fair: action.fair }),
    ...(counts.length === 0 ? {} : { counts }),
  };
}

/** Says in which states of the cycle a step could be taken, and which reads close its guard in the others. */
function guardOf(
  instance: Instance,
  states: readonly Values[],
  numbers: readonly number[],
  { action, kind }: FairStep,
  observed: ObservedReads,
): Pick<NeverTaken, "enabledAt" | "closed"> {
  const enabledAt: number[] = [];
  const closed = new Map<string, number[]>();
  for (const number of numbers) {
    const values = states[number]!;
    const all = action.takes === undefined ? [undefined] : (values[action.takes] as Channel<unknown>).takeable();
    const messages = all.filter((message) => kindOf(action, message) === kind);
    if (messages.some((message) => isEnabled(instance, values, action, message))) enabledAt.push(number);
    else
      for (const message of messages.slice(0, 1)) {
        const reason = closingRead(instance, values, action, message, observed);
        if (reason !== undefined) closed.set(reason, [...(closed.get(reason) ?? []), number]);
      }
  }
  return { enabledAt, closed: [...closed].map(([reason, at]) => ({ reason, at })) };
}

function isEnabled(instance: Instance, values: Values, action: ActionInstance, message: unknown): boolean {
  return [...successorsWith(instance, values, action, message)].some(({ next }) => next !== undefined);
}

/** Returns the read that closes the guard of an action, as `copy[K1].awaiting = {K2}`; undefined if none does. */
function closingRead(
  instance: Instance,
  values: Values,
  action: ActionInstance,
  message: unknown,
  observed: ObservedReads,
): string | undefined {
  let isClosed = false;
  const reads = observed.during([values], (state) => {
    const before =
      action.takes === undefined
        ? state
        : state.write(action.takes, (values[action.takes] as Channel<unknown>).take(message));
    const { result } = action.action.run(before, action.binding, message);
    isClosed = result === disabled || (Array.isArray(result) && result.length === 0);
  })[0]!;
  const last = reads.at(-1);
  if (!isClosed || last === undefined) return undefined;
  return `${placeInWords(instance, last)} = ${valueInWords(valueAt(values, last))}`;
}
