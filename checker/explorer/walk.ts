/**
 * A walk: a run that a user steps through by hand, in the reference semantics, and the state in it that the walk is in.
 * Steps that were taken back lie ahead until another step is taken. Members keep their names, and ordinals the numbers
 * that traces give them.
 */

import { BadTrace } from "../../traces/formats/parse.js";
import { replay } from "../../traces/replay/replay.js";
import { type Choices, type ConcreteRun, Following, type TraceHeader, traceOf } from "../../traces/replay/run.js";
import { onOneLine } from "../../traces/text/shown.js";
import { lengthOf, type Trace, WALK } from "../../traces/trace.js";
import { UsageError } from "../errors.js";
import type { Instance, Values } from "../model/instance.js";
import { renumber, type Successor, successorsOf } from "../model/reference.js";

interface Known {
  /** The values as the reference semantics takes them, with ordinals in order. */
  readonly values: Values;
  readonly successors: readonly Successor[];
}

interface Whole {
  readonly choices: Choices;
  readonly run: ConcreteRun;
  readonly trace: Trace;
}

/** A run that a user steps through by hand. */
export class Walk {
  private choices: Choices = { initial: 0, steps: [] };
  private known: Known[] = [];
  /** The number of the state that the walk is in. */
  private place = 0;
  private made: Whole | undefined;

  constructor(readonly instance: Instance) {
    this.begin(0);
  }

  get at(): number {
    return this.place;
  }

  /** The number of steps, with those that lie ahead. */
  get length(): number {
    return this.choices.steps.length;
  }

  /** Begins a new run. @throws UsageError if there is no such initial state */
  begin(initial: number): void {
    const values = this.instance.initial[initial];
    if (values === undefined) {
      const last = this.instance.initial.length - 1;
      throw new UsageError(`there is no initial state ${initial}: they are numbered 0 to ${last}`);
    }
    this.choices = { initial, steps: [] };
    this.known = [this.know(renumber(values, "in order"))];
    this.place = 0;
  }

  /** Remembers the run and the state that the walk is in; the function that it returns goes back to them. */
  mark(): () => void {
    const { choices, known, place } = this;
    const kept = [...known];
    return () => {
      this.choices = choices;
      this.known = kept;
      this.place = place;
    };
  }

  private know(values: Values): Known {
    return { values, successors: [...successorsOf(this.instance, values)] };
  }

  /** The values of the state that the walk is in, as the reference semantics takes them. */
  get values(): Values {
    return this.known[this.place]!.values;
  }

  /** The successors of the state that the walk is in. */
  get successors(): readonly Successor[] {
    return this.known[this.place]!.successors;
  }

  /**
   * Takes a step. The steps that lay ahead are dropped, unless the first is this step.
   * @throws UsageError if there is no such step
   */
  take(choice: number): void {
    this.takeAll([choice]);
  }

  /**
   * Takes steps one after the other, as `take` does, in time in proportion to their number.
   * @throws UsageError at the first that cannot be taken; those before it are taken
   */
  takeAll(chosen: readonly number[]): void {
    let steps: number[] | undefined;
    try {
      for (const choice of chosen) {
        const successor = this.successors[choice];
        if (successor === undefined) throw new UsageError(`there is no step ${choice} here`);
        if (steps === undefined && this.choices.steps[this.place] !== choice) {
          steps = this.choices.steps.slice(0, this.place);
          this.known = this.known.slice(0, this.place + 1);
        }
        steps?.push(choice);
        this.known[this.place + 1] ??= this.after(successor);
        this.place++;
      }
    } finally {
      if (steps !== undefined) this.choices = { ...this.choices, steps };
    }
  }

  /** Returns the state after a step. After a step that cannot be taken nothing happens any more. */
  private after({ next }: Successor): Known {
    return next === undefined ? { values: this.values, successors: [] } : this.know(renumber(next, "in order"));
  }

  /** Takes the last step back. @throws UsageError at the beginning */
  undo(): void {
    if (this.place === 0) throw new UsageError("there is no step to take back: this is the initial state");
    this.place--;
  }

  /** Takes the next step again. @throws UsageError if nothing lies ahead */
  redo(): void {
    if (this.place === this.length) throw new UsageError("there is no step to take again");
    this.jump(this.place + 1);
  }

  /** Goes to the state with the number `to`. @throws UsageError if the run has no such state */
  jump(to: number): void {
    if (!Number.isInteger(to) || to < 0 || to > this.length)
      throw new UsageError(`there is no state ${to}: they are numbered 0 to ${this.length}`);
    for (this.place = Math.min(this.place, to); this.place < to; ) this.take(this.choices.steps[this.place]!);
  }

  /**
   * Takes over a recorded run, and goes to one of its states, by default the last.
   * @throws BadTrace if the model with these parameters has no such run
   */
  load(recorded: Trace, at = lengthOf(recorded)): void {
    const { model, parameters } = recorded["#meta"];
    if (model !== this.instance.model.name)
      throw new BadTrace(`it is a trace of ${onOneLine(model)}, not of ${this.instance.model.name}`);
    const other = Object.entries(this.instance.parameters).find(([name, value]) => parameters[name] !== value);
    if (other !== undefined)
      throw new BadTrace(
        `its ${other[0]} is ${onOneLine(String(parameters[other[0]]))}, and here it is ${String(other[1])}`,
      );
    const { difference } = replay(this.instance, recorded);
    if (difference !== undefined)
      throw new BadTrace(`it and the model part at ${difference.at}: ${difference.what} is ${difference.actual} now`);
    if (at < 0 || at > lengthOf(recorded))
      throw new BadTrace(`it has no state ${at}: they are numbered 0 to ${lengthOf(recorded)}`);
    const [first, ...steps] = recorded.states.map((state) => state["#meta"].choice);
    this.begin(first!);
    this.takeAll(steps);
    this.jump(at);
  }

  private follow(to: number): Following {
    const following = new Following(this.instance, this.choices.initial);
    for (let i = 0; i < to; i++) following.take(this.known[i]!.successors[this.choices.steps[i]!]!);
    return following;
  }

  /** The whole run with its trace, which is made anew only when the steps are others. */
  private get whole(): Whole {
    if (this.made?.choices !== this.choices) {
      const run = this.follow(this.length).run();
      this.made = { choices: this.choices, run, trace: traceOf(this.instance, this.choices, run, walked) };
    }
    return this.made!;
  }

  /** Returns the run up to the state that the walk is in, with the numbers of ordinals in the whole run. */
  run(): ConcreteRun {
    const { states, steps } = this.whole.run;
    return { states: states.slice(0, this.place + 1), steps: steps.slice(0, this.place) };
  }

  /** Returns a trace of one step for each step that can be taken: from the state that the walk is in to the next. */
  previews(): Trace[] {
    const following = this.follow(this.place);
    return this.successors.map((successor, choice) =>
      traceOf(this.instance, { initial: 0, steps: [choice] }, following.preview(successor), walked),
    );
  }

  /** The whole run, as a trace. */
  get trace(): Trace {
    return this.whole.trace;
  }

  /** Returns the run up to the state that the walk is in, as if nothing lay ahead. */
  runToHere(): ConcreteRun {
    return this.follow(this.place).run();
  }

  /** Returns the same run as a trace. */
  traceToHere(header: TraceHeader = walked): Trace {
    const choices = { ...this.choices, steps: this.choices.steps.slice(0, this.place) };
    return traceOf(this.instance, choices, this.runToHere(), header);
  }
}

const walked: TraceHeader = { property: WALK, explanation: "" };
