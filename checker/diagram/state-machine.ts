/** The state machine of one copy as data: what a search has seen of it. Its states are the headlines of a variable. */

/** What makes a step: the application, or other environment; a message received; or the protocol by itself. */
export type TriggerKind = "application" | "message" | "internal";

export interface Transition {
  readonly from: string;
  readonly to: string;
  readonly kind: TriggerKind;
  /** The name of the action, or the kind of the message that was received. */
  readonly trigger: string;
}

/** The states of one copy, and the transitions between them. */
export interface StateMachine {
  readonly model: string;
  /** The parameters that a title names: "stage 4.2, kernels 3". */
  readonly of: string;
  readonly variable: string;
  /** The headlines that were reached, sorted. */
  readonly states: readonly string[];
  readonly initial: readonly string[];
  /** The standings that the model knows, in the order of their colours; those of other variables are among them. */
  readonly standings: readonly string[];
  /** The transitions, sorted; those of steps that wrote the record and left its headline as it was are loops. */
  readonly transitions: readonly Transition[];
  /** The rows and cells that the model declares and no reachable state meets; undefined if it declares no table. */
  readonly unreached: readonly string[] | undefined;
  /** The cells that are met, and whose rule leaves every message where it is: they make no transition. */
  readonly stalling: readonly string[];
  /** The cells that messages met although they are impossible: unspecified receptions, which are no transitions. */
  readonly unspecified: readonly string[];
  /** Why not every state was looked at, so that the machine is only a part; undefined if it is whole. */
  readonly incomplete: string | undefined;
}

export function isLoop({ from, to }: Transition): boolean {
  return from === to;
}

/** Compares transitions by code units, so that the order is the same on every machine. */
export function compareTransitions(a: Transition, b: Transition): number {
  return (
    compareText(a.from, b.from) ||
    compareText(a.to, b.to) ||
    compareText(a.kind, b.kind) ||
    compareText(a.trigger, b.trigger)
  );
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
