/** Values as coverage lists them. */
import { Channel } from "../../model/channel.js";
import { format, leavesOf } from "../../model/value.js";

/**
 * Returns a value as a text: a channel as the number of its messages, since what else is in it is listed by the fields
 * of its messages; what holds members as `named` writes it, anything else as everywhere.
 */
export function textOf(value: unknown, named: (value: unknown) => string): string {
  if (value instanceof Channel) return sizeInWords(value.messages().length);
  return hasMembers(value) ? named(value) : format(value);
}

/** Returns `1 message`, `3 messages`. */
export function sizeInWords(messages: number): string {
  return `${messages} message${messages === 1 ? "" : "s"}`;
}

/** Whether members are in a value, at whatever depth. */
export function hasMembers(value: unknown): boolean {
  return leavesOf(value).members.size > 0;
}
