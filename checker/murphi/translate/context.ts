/** Where code stands while it is translated: the names in scope, the state that it runs in, what it is seen to do. */
import type { SourceText } from "../source-text.js";
import type { Place, StateVariable } from "./code.js";
import { type Doing, type Env, newDoing } from "./env.js";
import { Flow, type FlowOf } from "./flow.js";
import type { Pass, Slot } from "./pass.js";
import { writtenPlace } from "./paths.js";
import type { Bound, Target } from "./target-types.js";
import type { Types } from "./types-of-file.js";

/** How the statements of a rule or a function end. */
export interface Body {
  /** Returns the statement that ends it. @param value is what a function returns */
  readonly returns: (value?: string) => string;
  /** The statement that ends a rule because an assumption is false; undefined in a function. */
  readonly refuses: string | undefined;
  readonly result: { readonly type: Target; readonly slot: Slot } | undefined;
  /** Whether it removes one message at the most, and that one was chosen. */
  readonly removesOnce: boolean;
}

/** What the whole file shares. */
export interface File {
  readonly pass: Pass;
  readonly types: Types;
  readonly variables: StateVariable[];
}

export class Context {
  readonly flow: Flow;
  /** Local variables that are declared with null, although they may be known to hold a value where they are read. */
  readonly uninitialized = new Set<string>();
  /** Names that mean the same wherever the rule runs: those of its rulesets, and of a function's parameters. */
  readonly known = new Set<string>();
  /** Lines that go before the statement that is being translated. */
  hoisted: string[] = [];
  /** Whether lines may go before it: not within what is run several times, or perhaps not at all. */
  canHoist = false;
  body: Body | undefined;
  /** The calls that are the first to run of the statement that is being translated. */
  first: ReadonlySet<object> = new Set();

  /**
   * @param state the name of the state that is read; empty where there is none
   * @param parameters the text that stands for the parameters
   * @param calls the number of calls around a call from here; undefined where calls are not counted
   */
  private constructor(
    readonly file: File,
    readonly env: Env,
    readonly of: FlowOf | "property",
    readonly state: string,
    readonly parameters: string,
    readonly calls: string,
    readonly does: Doing,
    flow?: Flow,
  ) {
    this.flow = flow ?? new Flow(file.pass, of === "property" ? "rule" : of, does);
  }

  static ofConstants(file: File, env: Env): Context {
    return new Context(file, env, "property", "", "§", "0", newDoing());
  }

  /** Returns the context of a rule, a function or a property. */
  static of(file: File, env: Env, of: FlowOf | "property", state: string, does = newDoing()): Context {
    return new Context(file, env, of, state, `${state}.parameters`, of === "function" ? "calls + 1" : "1", does);
  }

  /** Returns the same with names of its own, and perhaps another state. */
  within(state = this.state): Context {
    return this.derived(this.env.within(), state);
  }

  /** Returns the same with names of its own that stand between the same braces. */
  beside(): Context {
    return this.derived(this.env.beside(), this.state);
  }

  private derived(env: Env, state: string): Context {
    const { file, of, calls, does, flow } = this;
    const parameters = state === "" ? this.parameters : `${state}.parameters`;
    const derived = new Context(file, env, of, state, parameters, calls, does, flow);
    for (const name of this.known) derived.known.add(name);
    for (const name of this.uninitialized) derived.uninitialized.add(name);
    derived.hoisted = this.hoisted;
    derived.body = this.body;
    return derived;
  }

  /** Returns the same with another text that stands for the parameters. */
  withParameters(parameters: string): Context {
    const { file, env, of, state, calls, does, flow } = this;
    return new Context(file, env, of, state, parameters, calls, does, flow);
  }

  get pass(): Pass {
    return this.file.pass;
  }

  get source(): SourceText {
    return this.file.pass.source;
  }

  /** Returns the text of a number that types are made with. */
  bound({ text }: Bound): string {
    return text.replaceAll("§", this.parameters);
  }

  /** Returns the name of the state for the place of a variable, and notes that the variable is mentioned. */
  stateText({ root }: Place): string {
    if (root.kind === "state") this.does.mentioned.add(root.of.name);
    return this.state;
  }

  /** Notes that a place is written. */
  notes(place: Place): void {
    const written = writtenPlace(place, (text) => this.isKnown(text));
    if (written !== undefined) this.does.writes.push(written);
  }

  /** Tells whether a text means the same in every line of a rule. */
  isKnown(text: string): boolean {
    return this.known.has(text) || this.pass.memberConstants.has(text) || /^(-?\d+|"[^"]*")$/.test(text);
  }

  declareUninitialized(text: string): void {
    this.uninitialized.add(text);
  }

  isUninitialized({ root }: Place): boolean {
    return root.kind === "local" && this.uninitialized.has(root.text);
  }

  /** Adds a line before the statement that is being translated. */
  hoist(line: string): void {
    this.hoisted.push(line);
  }

  /** Returns the lines before the statement that has been translated, and forgets them. */
  takeHoisted(): readonly string[] {
    return this.hoisted.splice(0);
  }
}
