/** The fields of variables and messages that no function of a model has read. */
import { isRecord } from "immutable";
import { type AnyRecord, fieldsOf } from "../../model/value.js";
import { readsOf } from "../../observe/tree-reads.js";
import type { Trees } from "../../observe/trees.js";
import type { UnreadField } from "./coverage.js";
import type { FieldReads } from "./field-reads.js";

/** The fields that messages set, as `link.ReadReply.stamp`. */
export type MessageFields = Set<string>;

/** Returns the fields of a record that hold something else than in a new record of its class. */
export function fieldsSet(message: unknown): readonly string[] {
  if (!isRecord(message)) return [];
  const record = message as unknown as AnyRecord;
  const fresh = record.clear() as AnyRecord;
  return fieldsOf(record).filter((field) => record.get(field) !== fresh.get(field));
}

/**
 * Returns the fields, and the variables that hold no records, that no function has read. Channels are read by whoever
 * receives.
 * @param trees those of the actions and of all properties that were asked about
 * @param reads what these trees do not show
 * @param messages the fields that messages were seen to set
 */
export function unreadFields(trees: Trees<unknown>, reads: FieldReads, messages: MessageFields): UnreadField[] {
  const variables = [...readsOf(trees)].flatMap(([held, { whole, fields }]) => {
    const { variable, template } = held;
    if (whole || held.channels !== undefined) return [];
    if (template === undefined) return reads.has(variable) ? [] : [variable];
    return held.fields
      .filter(({ field }) => !fields.has(field))
      .map(({ field }) => `${variable}.${field}`)
      .filter((field) => !reads.has(field));
  });
  return [
    ...variables.map((field): UnreadField => ({ field, of: "variable" })),
    ...[...messages]
      .filter((field) => !reads.has(field))
      .sort()
      .map((field): UnreadField => ({ field, of: "message" })),
  ];
}
