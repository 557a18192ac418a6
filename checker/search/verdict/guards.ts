/**
 * Why steps cannot be taken: the read that closed the guard. A function that returns `disabled` is run on a recording
 * state, as the engine does; its last read is the reason.
 */
import { toItf } from "../../../traces/formats/itf.js";
import { showItf } from "../../../traces/formats/json.js";
import type { ClosedStep, TraceMeta } from "../../../traces/trace.js";
import { Thrown } from "../../errors.js";
import { disabled } from "../../model/action.js";
import type { Channel } from "../../model/channel.js";
import {
  type ActionInstance,
  type Instance,
  nameOfInstance,
  namesIn,
  processOf,
  type Values,
} from "../../model/instance.js";
import { renumber } from "../../model/reference.js";
import { nameOfStep } from "../../model/step-name.js";
import { attempt } from "../../model/thrown.js";
import type { AnyRecord } from "../../model/value.js";
import { Families } from "../../observe/intern.js";
import { Recorder } from "../../observe/recorder.js";

/** Finds the reasons for one instance. */
export class Guards {
  private readonly families: Families;
  private readonly recorder: Recorder;

  constructor(private readonly instance: Instance) {
    this.families = new Families(instance);
    this.recorder = new Recorder(this.families);
  }

  /**
   * Returns every step that cannot be taken: of each action with each binding and, of a receiving one, with each
   * message that is there.
   * @param values the state as the reference semantics takes it
   * @param shown the same state with the numbers of ordinals that the run gives them, as traces show it
   * @param isAsked whether an action is asked about; all are, if it is left out
   */
  closed(values: Values, shown: Values, isAsked: (action: ActionInstance) => boolean = () => true): ClosedStep[] {
    const row = this.families.rowOf(values);
    return this.instance.actions.flatMap((action) => {
      if (!isAsked(action)) return [];
      if (action.takes === undefined) return this.closedBy(action, row, undefined, shown);
      // Both have the same messages in the same order; only the numbers of ordinals differ.
      const [messages, shownMessages] = [values, shown].map((of) => (of[action.takes!] as Channel<unknown>).takeable());
      return messages!.flatMap((message, i) => this.closedBy(action, row, message, shown, shownMessages![i]));
    });
  }

  private closedBy(
    action: ActionInstance,
    row: Uint16Array,
    message: unknown,
    shown: Values,
    shownMessage?: unknown,
  ): ClosedStep[] {
    const { recorder, instance } = this;
    recorder.begin(row);
    const state = instance.stateOver(recorder);
    const before =
      action.takes === undefined ? state : state.write(action.takes, recorder.taken(action.takes, message));
    const run = attempt(
      () => nameOfInstance(action),
      () => action.action.run(before, action.binding, message),
    );
    if (run instanceof Thrown) return [];
    const { result, cell } = run;
    const isDisabled = result === disabled || (Array.isArray(result) && result.length === 0);
    if (!isDisabled) return [];
    const by = processOf(action);
    return [
      {
        ...(by === undefined ? {} : { by }),
        name: nameOfStep(
          action.action.name,
          namesIn(action.binding),
          message === undefined ? undefined : inWords(shownMessage),
        ),
        cell: cell?.name,
        reason: this.lastRead(shown),
      },
    ];
  }

  private lastRead(shown: Values): string | undefined {
    const read = this.recorder.reads.at(-1);
    if (read === undefined) return undefined;
    const { slot, field } = this.families.placeOf(read);
    const { name } = this.instance.layout.slots[slot]!;
    const value = shown[slot];
    if (field === undefined) return `${name} = ${inWords(value)}`;
    return `${name}.${field} = ${inWords((value as AnyRecord).get(field))}`;
  }
}

/** Writes a value as traces do. */
function inWords(value: unknown): string {
  return showItf(toItf(value));
}

/** Returns the steps of the protocol that a deadlock waits for, each with the read that closes its guard. */
export function closedByDeadlock(instance: Instance, shown: Values): TraceMeta["closed"] {
  const closed = new Guards(instance).closed(
    renumber(shown, "in order"),
    shown,
    ({ action }) => action.environment !== true,
  );
  return closed.flatMap(({ name, by, reason }) =>
    reason === undefined ? [] : [{ name, ...(by === undefined ? {} : { by }), reason }],
  );
}
