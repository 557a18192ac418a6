/** Which places of a state a function reads. The function is run on a recording state, as the engine does. */
import { toItf } from "../../traces/formats/itf.js";
import { showItf } from "../../traces/formats/json.js";
import type { Instance, Values } from "../model/instance.js";
import type { AnyState } from "../model/state.js";
import { attempt } from "../model/thrown.js";
import type { AnyRecord } from "../model/value.js";
import { Families } from "../observe/intern.js";
import { Recorder } from "../observe/recorder.js";

/** A place of a state: a slot, or a field of the record in it. */
export interface StatePlace {
  readonly slot: number;
  readonly field: string | undefined;
}

/** Observes the reads of an instance's functions. */
export class ObservedReads {
  private readonly families: Families;

  constructor(private readonly instance: Instance) {
    this.families = new Families(instance);
  }

  /**
   * Returns what `look` reads of states, as lists of places, in the order of reading; what it throws is dropped.
   * @param states states of one run, whose ordinals have the same numbers throughout
   * @param look is given as many states, in the same order
   */
  during(states: readonly Values[], look: (...states: AnyState[]) => unknown): StatePlace[][] {
    const recorders = states.map((values) => {
      const recorder = new Recorder(this.families);
      recorder.begin(this.families.rowOf(values));
      return recorder;
    });
    attempt(
      () => "a function that is observed",
      () => look(...recorders.map((recorder) => this.instance.stateOver(recorder))),
    );
    return recorders.map(({ reads }) => reads.map((read) => this.families.placeOf(read)));
  }
}

/** Returns what is at a place. */
export function valueAt(values: Values, { slot, field }: StatePlace): unknown {
  return field === undefined ? values[slot] : (values[slot] as AnyRecord).get(field);
}

/** Returns the state with another value at a place. */
export function withValueAt(values: Values, { slot, field }: StatePlace, value: unknown): Values {
  const changed = [...values];
  changed[slot] = field === undefined ? value : (values[slot] as AnyRecord).set(field, value);
  return changed;
}

/** Names a place as traces do: `copy[K1].page`. */
export function placeInWords({ layout }: Instance, { slot, field }: StatePlace): string {
  const { name } = layout.slots[slot]!;
  return field === undefined ? name : `${name}.${field}`;
}

/** Writes a value as traces do. */
export function valueInWords(value: unknown): string {
  return showItf(toItf(value));
}
