/** The messages between kernels. A request goes to every other kernel, and each of them answers it with one message. */
import { Record } from "immutable";
import type { OrdinalValue } from "popcheck/model";
import { type Kernels, nobody } from "./copy.js";
import type { Options } from "./options.js";

export const requests = ["Fetch", "Fetch_Write", "Invalid"] as const;
export const answers = ["Copy", "Copy_Void", "Ack", "Nack"] as const;
/** `Copy_Later` is the answer to an Ack that asks (repair R4). */
export const kinds = [...requests, ...answers, "Copy_Later"] as const;
export type Kind = (typeof kinds)[number];
/** The answers that carry a bitmap of the page's users, by the reading of question 23. */
export const answersWithBitmap: { readonly [R in Options["bitmapOn"]]: readonly Kind[] } = {
  data: ["Copy", "Copy_Void", "Copy_Later"],
  all: [...answers, "Copy_Later"],
};

const fields = {
  kind: "Fetch" as Kind,
  /** Of Invalid: the writer's time stamp. Of Ack and Nack, if step 2 goes by it: the answering writer's. */
  stamp: null as OrdinalValue | null,
  /** Of Copy: the version. */
  data: null as OrdinalValue | null,
  /** Of Invalid, in repair R2: the version that its writer holds. */
  version: null as OrdinalValue | null,
  /** Of Ack and Nack: "I am writing too". */
  writing: false,
  /** Of Ack, in repair R4: its sender reads, and asks for a Copy. */
  reading: false,
  /** Of Copy_Void: "I am fetching too". */
  fetching: false,
};

export class Message extends Record(fields) {}

/** A message that carries its sender's bitmap of the page's users (section 5.2), without its receiver. */
class MessageWithUsers extends Record({ ...fields, users: nobody }) {}

export function withUsers(message: Message, users: Kernels): Message {
  return new MessageWithUsers({ ...message.toObject(), users }) as unknown as Message;
}

/** The users that a message tells of, if it carries a bitmap. */
export function usersIn(message: Message): Kernels {
  return message instanceof MessageWithUsers ? message.users : nobody;
}

export const Fetch = () => new Message({ kind: "Fetch" });
export const FetchWrite = () => new Message({ kind: "Fetch_Write" });
export const Invalid = (stamp: OrdinalValue | null, version: OrdinalValue | null = null) =>
  new Message({ kind: "Invalid", stamp, version });
export const CopyOf = (data: OrdinalValue) => new Message({ kind: "Copy", data });
/**
 * The Copy that repair R4 sends. The model leaves its data out: it serves the read that waits, is not kept, and no rule
 * compares it.
 */
export const CopyLater = () => new Message({ kind: "Copy_Later" });
export const CopyVoid = (of: { fetching: boolean } = { fetching: false }) => new Message({ kind: "Copy_Void", ...of });

/** What an Ack or a Nack tells besides: the fields of `Message` with these names. */
export interface Vote {
  readonly writing: boolean;
  readonly stamp?: OrdinalValue | null;
  readonly reading?: boolean;
}
export const Ack = (vote: Vote = { writing: false }) => new Message({ kind: "Ack", ...vote });
export const Nack = (vote: Vote = { writing: false }) => new Message({ kind: "Nack", ...vote });
