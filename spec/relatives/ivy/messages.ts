/** The messages between kernels, and between a kernel and the manager. */
import { Record, Set } from "immutable";
import type { OrdinalValue } from "popcheck/model";
import type { Kernel } from "../page.js";

export type Kernels = Set<Kernel>;
export const nobody: Kernels = Set<Kernel>();

export const requestKinds = ["Read_Request", "Write_Request"] as const;
export type RequestKind = (typeof requestKinds)[number];
export type Kind = RequestKind | "Page" | "Invalidate" | "Invalidate_Ack" | "Confirmation";

export class Message extends Record({
  kind: "Read_Request" as Kind,
  /** Null if the manager sends it. */
  from: null as Kernel | null,
  /** Of a request, whoever forwards it: the kernel that has the fault. */
  requester: null as Kernel | null,
  /** Of Page. */
  data: null as OrdinalValue | null,
  /** Of Page, if its receiver becomes the owner: the copyset that comes with it. */
  copyset: null as Kernels | null,
}) {}

/** A request that waits for a lock. Who has forwarded it does not matter any more. */
export class Request extends Record({ kind: "Read_Request" as RequestKind, requester: null as Kernel | null }) {}

export const requestOf = (kind: RequestKind, requester: Kernel) => new Request({ kind, requester });
/** The request that a message is. */
export const requestIn = ({ kind, requester }: Message) => requestOf(kind as RequestKind, requester!);
export const messageOf = ({ kind, requester }: Request) => new Message({ kind, requester });
export const PageOf = (data: OrdinalValue | null, copyset: Kernels | null = null) =>
  new Message({ kind: "Page", data, copyset });
export const Invalidate = () => new Message({ kind: "Invalidate" });
export const InvalidateAck = () => new Message({ kind: "Invalidate_Ack" });
export const Confirmation = () => new Message({ kind: "Confirmation" });
