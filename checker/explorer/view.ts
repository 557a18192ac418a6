/** What a walk through the state space looks like at a moment, as data: what the terminal prints and the browser shows. */
import type { Trace } from "../../traces/trace.js";

/** A step that can be taken. */
export interface EnabledStep {
  /** Which of the state's successors it is. */
  readonly choice: number;
  /** `Receive(K1→K2)` */
  readonly name: string;
  /** The message that it receives. */
  readonly message: string | undefined;
  readonly cell: string | undefined;
  readonly says: string | undefined;
  /** What it would change, as the text of a trace tells it. */
  readonly changes: readonly string[];
  readonly messages: readonly string[];
  /** Properties that its next state, or the step itself, violates. */
  readonly violates: readonly string[];
  /** Why the message cannot be received. */
  readonly unspecified: string | undefined;
}

/** A step that cannot be taken, and the read that closed its guard. */
export interface DisabledStep {
  readonly name: string;
  readonly message: string | undefined;
  readonly cell: string | undefined;
  /** `copy[K1].awaiting = {K2}`; undefined if the function read nothing. */
  readonly reason: string | undefined;
}

/** A property in the state that a walk is in, and in the step that led there. */
export interface Judgement {
  readonly name: string;
  readonly kind: string;
  readonly says: string;
  /** `open`: only whole runs, or the whole state space, decide it. */
  readonly verdict: "holds" | "violated" | "open";
  /** The evidence of a violation, or what there is to say here of what is open. */
  readonly text: string;
}

/** A search on from the state that the walk was in. */
export interface SearchView {
  readonly state: "idle" | "running" | "found" | "none" | "incomplete" | "failed";
  /** What is searched for. */
  readonly goal: string;
  readonly distinct: number;
  readonly depth: number;
  /** What it came to, in a sentence. */
  readonly text: string;
}

export interface WalkView {
  /** Grows with everything that changes. */
  readonly revision: number;
  readonly model: {
    readonly name: string;
    readonly about: string;
    readonly parameters: Readonly<Record<string, string | number | boolean>>;
    /** How many initial states there are. */
    readonly initial: number;
  };
  /** The whole run: the steps taken, and those that were taken back, or loaded, and lie ahead. */
  readonly trace: Trace;
  /** The number of the state that the walk is in. */
  readonly at: number;
  readonly enabled: readonly EnabledStep[];
  readonly disabled: readonly DisabledStep[];
  readonly properties: readonly Judgement[];
  readonly search: SearchView;
}

/** What can be asked of a walk. */
export type WalkRequest =
  | { readonly do: "look" }
  | { readonly do: "begin"; readonly initial: number }
  | { readonly do: "take"; readonly choice: number }
  | { readonly do: "undo" }
  | { readonly do: "redo" }
  | { readonly do: "jump"; readonly to: number }
  | { readonly do: "load"; readonly text: string; readonly at?: number | undefined }
  | { readonly do: "find"; readonly condition: string }
  | { readonly do: "violate"; readonly property: string }
  | { readonly do: "cancel" }
  | { readonly do: "save"; readonly property?: string | undefined };

/** What the server of a walk answers: how it looks now, and what went wrong with what was asked. */
export interface Answer {
  readonly view: WalkView;
  readonly error?: string;
  /** What was asked to be saved. */
  readonly saved?: Trace;
}
