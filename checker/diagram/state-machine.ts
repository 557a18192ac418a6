/** The state machine of one copy as data: what a search has seen of it. Its states are a variable's headlines. */

/** What makes a step: the application, or whatever else the environment is; a message received; or the protocol by itself. */
export type TriggerKind = "application" | "message" | "internal";

export interface Transition {
  readonly from: string;
  readonly to: string;
  readonly kind: TriggerKind;
  /** The name of the action, or the kind of the message that was received. */
  readonly trigger: string;
}

export interface StateMachine {
  readonly model: string;
  /** What names the model's parameters in a title: "stage 4.2, kernels 3". */
  readonly of: string;
  readonly variable: string;
  /** The headlines that were reached, sorted. */
  readonly states: readonly string[];
  readonly initial: readonly string[];
  /** Sorted; with the loops of steps that wrote the record and left its headline as it was. */
  readonly transitions: readonly Transition[];
  /** Rows and cells that the model declares, and no reachable state has used. Undefined: it declares no table. */
  readonly unreached: readonly string[] | undefined;
  /** Why not every state was looked at; what is drawn is then only a part. */
  readonly incomplete: string | undefined;
}

export function isLoop({ from, to }: Transition): boolean {
  return from === to;
}

/** In code units, so that the order is the same on every machine. */
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
