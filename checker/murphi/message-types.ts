/**
 * Which records are messages, as far as their types tell: those with a command, which have no other sense in a protocol
 * than to be sent, and those with a source and a destination. It is a guess, and only pictures depend on it.
 */
import type { EnumType, RecordType, SimpleType, Type } from "./types.js";

/** Names of fields that say what a message it is. */
const COMMAND = /^(cmd|command|kind|m?type|msg_?type|op|opcode|tag)$/i;
/** Names of fields that say who sends, and who receives. */
const SOURCE = /^(src|source|from|sender|snd)$/i;
const DESTINATION = /^(dst|dest|destination|to|receiver|rcv)$/i;
/** Names of the member of an enum that says that no message is there: `Empty`, `UNI_None`, `NoMsg`. */
const EMPTY = /(^|_)(empty|none|nil|null|nop|no_?(msg|message|cmd|op|req))$/i;
/** Names of types that are messages. */
const MESSAGE = /msg|message|packet/i;

type Field = RecordType["fields"][number];

/** What the fields of a record of messages are. */
export interface MessageType {
  /** The field that says what a message it is; undefined if there is none. */
  readonly command: Field | undefined;
  /** The value of `command` that is no message; null, which is the undefined value, if its enum has no such member. */
  readonly empty: string | null;
  readonly source: Field | undefined;
  readonly destination: Field | undefined;
}

/** Returns what the fields of a record are, whether or not it is one of messages. */
export function messageTypeOf({ fields }: RecordType): MessageType {
  const enums = fields.filter(({ type }) => type.kind === "enum");
  const command = enums.find(({ name }) => COMMAND.test(name)) ?? enums[0];
  const members = command === undefined ? [] : (command.type as EnumType).members;
  const named = (pattern: RegExp) => fields.find(({ name, type }) => pattern.test(name) && mayNameProcess(type));
  return {
    command,
    empty: members.find((member) => EMPTY.test(member)) ?? null,
    source: named(SOURCE),
    destination: named(DESTINATION),
  };
}

/**
 * Tells whether a record that is no element of a multiset is a message: its command may be that there is none; or its
 * type has the name of messages; or it says who sends or receives it.
 * @param name the name of its type, if it has one
 */
export function isMessage(of: RecordType, name: string | undefined): boolean {
  const { command, empty, source, destination } = messageTypeOf(of);
  if (command === undefined) return false;
  if (source !== undefined || destination !== undefined) return true;
  return COMMAND.test(command.name) && (empty !== null || MESSAGE.test(name ?? ""));
}

function mayNameProcess(type: Type): type is SimpleType {
  return ["scalarset", "union", "enum", "range"].includes(type.kind);
}
