/**
 * What a run of an author's function reads, whatever it comes to, and without a tree. A function that looks at members
 * one after the other may stop at the first that decides, so that what it reads depends on their order; with symmetry,
 * therefore, it is run in all renamings of the state, and the reads of all of them count. That is the same for each
 * state of an orbit.
 */
import type { Interchangeable } from "../model/interchangeable.js";
import type { Families } from "./intern.js";
import type { Observed } from "./observed.js";
import { type Read, Recorder } from "./recorder.js";
import { SymmetryCheck } from "./symmetry-check.js";

export class FunctionReads {
  private readonly recorder: Recorder;
  private readonly check: SymmetryCheck<never> | undefined;

  /** @param interchangeable the members that are renamed; undefined if none are */
  constructor(families: Families, interchangeable: Interchangeable | undefined) {
    this.recorder = new Recorder(families);
    this.check = interchangeable && new SymmetryCheck(families, interchangeable);
  }

  /**
   * Returns what a function reads in the state of `row`, each once.
   * @param observed a function that does not throw, and always comes to `disabled`: only its reads are asked for
   */
  of(observed: Observed<never>, row: Uint16Array): readonly Read[] {
    const { recorder, check } = this;
    recorder.begin(row);
    const { state, message } = recorder.inputFor(observed.takes);
    const outcome = observed.run(state, message);
    const { reads } = recorder;
    return check?.check({ observed, row, recorder, outcome }, reads) ?? reads;
  }
}
