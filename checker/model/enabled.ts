/**
 * Whether an action is enabled in a state: TLA's ENABLED. The action's own function is asked, on the state that the
 * asking function was given, so that what it reads counts as read by the function that asks.
 */
import type { Channel } from "./channel.js";
import type { IndexSet } from "./scalarset.js";

/** What a name of an action ranges over. */
type AskedDomain =
  | IndexSet
  | { readonly kind: "choice"; readonly values: readonly unknown[]; readonly set: IndexSet | undefined };

/** An action of states of any type, as far as it is asked whether it is enabled. */
export interface AskedAction {
  readonly name: string;
  readonly domains: Readonly<Record<string, AskedDomain>>;
  readonly takes?: (state: never, binding: never) => Channel<unknown>;
  run(state: never, binding: never, message: unknown): { readonly result: unknown };
}

/** Values for some of the names that an action binds. */
export type SomeBinding = Readonly<Record<string, unknown>>;

/** What an action is run on. */
interface Input {
  readonly state: unknown;
  readonly message: unknown;
}

/**
 * Tells whether an action makes a step, with a binding that agrees with `given`.
 * @param membersOf returns the members of an index set
 * @param inputsOf returns what the action runs on with a binding: a receiving one once for each message it can take
 * @param isBlocked tells whether a capacity blocks the step from a state that the action ran on to one it returned
 * @throws Error if `given` has a name that the action does not bind, or a value that it does not range over
 */
export function isEnabled(
  action: AskedAction,
  given: SomeBinding,
  membersOf: (set: IndexSet) => readonly unknown[],
  inputsOf: (binding: SomeBinding) => Iterable<Input>,
  isBlocked: (state: unknown, next: unknown) => boolean,
): boolean {
  const stranger = Object.keys(given).find((name) => !Object.hasOwn(action.domains, name));
  if (stranger !== undefined)
    throw new Error(
      `enabled was asked about ${action.name} with ${stranger}, and it binds ${Object.keys(action.domains).join(", ") || "nothing"}`,
    );
  let bindings: SomeBinding[] = [{}];
  for (const [name, domain] of Object.entries(action.domains)) {
    const members =
      domain.kind === "choice" ? (domain.set === undefined ? [] : membersOf(domain.set)) : membersOf(domain);
    const values = domain.kind === "choice" ? [...domain.values, ...members] : members;
    if (Object.hasOwn(given, name) && !values.includes(given[name]))
      throw new Error(`enabled was asked about ${action.name} with a ${name} that it does not range over`);
    const agreeing = Object.hasOwn(given, name) ? [given[name]] : values;
    bindings = bindings.flatMap((binding) => agreeing.map((value) => ({ ...binding, [name]: value })));
  }
  for (const binding of bindings)
    for (const { state, message } of inputsOf(binding))
      if (isStep(action.run(state as never, binding as never, message).result, (next) => isBlocked(state, next)))
        return true;
  return false;
}

/** Whether a result of an action has a next state: it is neither disabled nor a message that no rule receives. */
function isStep(result: unknown, isBlocked: (next: unknown) => boolean): boolean {
  if (Array.isArray(result)) return result.some((next) => !isBlocked(next));
  const kind = (result as { readonly kind?: unknown } | null | undefined)?.kind;
  return kind !== "disabled" && kind !== "unspecified" && !isBlocked(result);
}
