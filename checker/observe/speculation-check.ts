/**
 * The check of predicates that are called for elements which are not there (collection-view.ts). The run in which that
 * happened is compared with a run of the same function on the same row in which sets ask for the elements that are
 * there, as Immutable's do. So a predicate that counts its calls, or changes a variable outside of itself, is refused.
 * It is made for every run that is remembered.
 */
import { FunctionError, Thrown } from "../errors.js";
import { Interchangeable } from "../model/interchangeable.js";
import { attempt } from "../model/thrown.js";
import type { Families } from "./intern.js";
import type { Observed, RunOutcome } from "./observed.js";
import { keyOfOutcome, sayOutcome } from "./outcome-text.js";
import { Recorder } from "./recorder.js";
import { Renaming } from "./renamed-recorder.js";

export class SpeculationCheck<Event> {
  private readonly recorder: Recorder;
  private readonly identity: Renaming;

  constructor(families: Families) {
    this.recorder = new Recorder(families, false);
    const none = new Interchangeable([], () => 0);
    this.identity = new Renaming(families, none, none.identity);
  }

  /**
   * Compares a run on `row` with one that calls no predicate for an element that is not there.
   * @param recorder what the run had its state from
   * @throws FunctionError if they come to different things
   */
  check(observed: Observed<Event>, row: Uint16Array, recorder: Recorder, outcome: RunOutcome<Event>): void {
    this.recorder.begin(row);
    const ran = attempt(observed.name, () => {
      const { state, message } = this.recorder.inputFor(observed.takes);
      return observed.run(state, message);
    });
    const plain: RunOutcome<Event> = ran instanceof Thrown ? { kind: "threw", thrown: ran } : ran;
    const { identity } = this;
    if (keyOfOutcome(this.recorder, plain, identity) === keyOfOutcome(recorder, outcome, identity)) return;
    throw new FunctionError(
      `${observed.name()} depends on how often a predicate is called that it hands to a set, or to the array of its elements.\n` +
        `  Called for the elements that are there: ${sayOutcome(this.recorder, plain, identity)};\n` +
        `  called for others, too, whose answers are not used: ${sayOutcome(recorder, outcome, identity)}.\n` +
        "  What is given to some, every, filter, find, count, flatMap and chooseAny must do nothing but answer. Use a loop (for … of) instead.",
    );
  }
}
