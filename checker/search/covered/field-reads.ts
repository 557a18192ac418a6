/**
 * Reads that decision trees do not show: of the fields of messages, since each message has a tree of its own, and of
 * what a step has written, which step invariants look at.
 */
import { isRecord } from "immutable";
import type { Instance } from "../../model/instance.js";
import { AnyState } from "../../model/state.js";
import type { AnyRecord } from "../../model/value.js";

export class FieldReads {
  /** What was read: `copy.stamp`, `latest`; of messages `link.ReadReply.stamp`. */
  private readonly read = new Set<string>();

  has(field: string): boolean {
    return this.read.has(field);
  }

  /**
   * Returns what behaves as the record `value` and notes the fields that are read of it; any other value as it is.
   * @param here gets what is read, too
   */
  noting<T>(value: T, of: string, here?: Set<string>): T {
    const note = (field: string) => {
      this.read.add(field);
      here?.add(field);
    };
    if (!isRecord(value)) {
      // Whoever asks for it reads it.
      note(of);
      return value;
    }
    const record = value as unknown as AnyRecord;
    const get = (field: string) => {
      note(`${of}.${field}`);
      return record.get(field);
    };
    return Object.create(record, { get: { value: get } }) as T;
  }

  /** Returns a state with the values of `state`, those that were written too, that notes what is read of it. */
  notingState(state: AnyState, instance: Instance): AnyState {
    const values = AnyState.valuesOf(state);
    const { slots } = instance.layout;
    return instance.stateOver({ read: (slot) => this.noting(values[slot], slots[slot]!.variable) });
  }
}
