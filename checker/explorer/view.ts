/** A walk at a moment, as data: what the terminal prints and the browser shows. */
import type { ClosedStep, Trace } from "../../traces/trace.js";

export type { ClosedStep as DisabledStep };

/** A step that can be taken. */
export interface EnabledStep {
  /** The index of the step among the state's successors. */
  readonly choice: number;
  /** `Receive Fetch K1→K2` */
  readonly name: string;
  /** The message that it receives. */
  readonly message: string | undefined;
  readonly cell: string | undefined;
  readonly says: string | undefined;
  /** What it would change, in the words of a trace. */
  readonly changes: readonly string[];
  readonly messages: readonly string[];
  /** The properties that its next state, or the step itself, violates. */
  readonly violates: readonly string[];
  /** Why the step cannot be taken, because no rule receives the message or a function throws; undefined if it can. */
  readonly notTaken: string | undefined;
}

/** A property in the state that a walk is in, and in the step that led there. */
export interface Judgement {
  readonly name: string;
  readonly kind: string;
  readonly says: string;
  /** `open` if only whole runs, or the whole state space, decide it. */
  readonly verdict: "holds" | "violated" | "open";
  /** The evidence of a violation; of an open property, what there is to say here. */
  readonly text: string;
}

/** A search on from the state that the walk was in. */
export interface SearchView {
  readonly state: "idle" | "running" | "found" | "none" | "incomplete" | "failed";
  /** What is searched for. */
  readonly goal: string;
  readonly distinct: number;
  readonly depth: number;
  /** The result, in a sentence. */
  readonly text: string;
}

/** Everything that is shown of a walk. */
export interface WalkView {
  /** A number that grows with every change. */
  readonly revision: number;
  readonly model: {
    readonly name: string;
    readonly about: string;
    readonly parameters: Readonly<Record<string, string | number | boolean>>;
    /** The number of initial states. */
    readonly initial: number;
    /** A condition in the model's own words, for who has never written one. */
    readonly example: string;
    /** Some words that occur in the names of its steps: a process, a kind of message. */
    readonly words: string;
  };
  /** The whole run: the steps taken, and those that lie ahead because they were taken back, or loaded. */
  readonly trace: Trace;
  /** The number of the state that the walk is in. */
  readonly at: number;
  readonly enabled: readonly EnabledStep[];
  readonly disabled: readonly ClosedStep[];
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

/** An answer of a walk's server: the view, and what went wrong with the request. */
export interface Answer {
  readonly view: WalkView;
  readonly error?: string;
  /** The trace that was asked for. */
  readonly saved?: Trace;
}
