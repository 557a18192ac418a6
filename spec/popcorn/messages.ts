/** Messages between kernels. Requests go to every other kernel, each is answered by one message. */
import { Record } from "immutable";
import type { OrdinalValue } from "../../checker/model/index.js";

export const requests = ["Fetch", "Fetch_Write", "Invalid"] as const;
export const answers = ["Copy", "Copy_Void", "Ack", "Nack"] as const;
export const kinds = [...requests, ...answers] as const;
export type Kind = (typeof kinds)[number];

export class Message extends Record({
  kind: "Fetch" as Kind,
  /** Of Invalid: the writer's time stamp. Of Ack and Nack, if step 2 goes by it: the answering writer's. */
  stamp: null as OrdinalValue | null,
  /** Of Copy: the version. */
  data: null as OrdinalValue | null,
  /** Of Ack and Nack: "I am writing too". */
  writing: false,
  /** Of Copy_Void: "I am fetching too". */
  fetching: false,
}) {}

export const Fetch = () => new Message({ kind: "Fetch" });
export const FetchWrite = () => new Message({ kind: "Fetch_Write" });
export const Invalid = (stamp: OrdinalValue | null) => new Message({ kind: "Invalid", stamp });
export const CopyOf = (data: OrdinalValue) => new Message({ kind: "Copy", data });
export const CopyVoid = (of: { fetching: boolean } = { fetching: false }) => new Message({ kind: "Copy_Void", ...of });

/** The flag, and the answering writer's time stamp where answers carry it. */
export interface Vote {
  readonly writing: boolean;
  readonly stamp?: OrdinalValue | null;
}
export const Ack = (vote: Vote = { writing: false }) => new Message({ kind: "Ack", ...vote });
export const Nack = (vote: Vote = { writing: false }) => new Message({ kind: "Nack", ...vote });
