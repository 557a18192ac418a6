/**
 * The fault handlers, which hold the lock of the kernel's entry from their first step to their last. An access that
 * faults is done before the lock is released.
 */
import { disabled } from "popcheck/model";
import { type Kernel, kernels } from "../page.js";
import {
  Confirmation,
  Invalidate,
  InvalidateAck,
  type Kernels,
  type Message,
  messageOf,
  nobody,
  type RequestKind,
  requestOf,
} from "./messages.js";
import { broadcast, canBroadcast, send, sendAll, sendRequest } from "./network.js";
import { hasManager } from "./options.js";
import { type Entry, isUnlocked } from "./page-table-entry.js";
import { action, type IvyState } from "./state.js";

/**
 * Whether the fault handler of kernel `at` gets the lock: those that have waited for it longer get it first. Where
 * requests are broadcast, none that it would send again, or send beside another, may be on its way.
 */
function getsLock(state: IvyState, at: Kernel): boolean {
  const entry = state.entry(at);
  if (!isUnlocked(entry) || !entry.held.isEmpty()) return false;
  return state.parameters.manager !== "broadcast" || canBroadcast(state, at);
}

/** Kernel `at`, whose entry is `entry` now, asks for the page: whom, depends on the manager. */
function ask(state: IvyState, at: Kernel, entry: Entry, kind: RequestKind): IvyState {
  const asking = state.withEntry(at, entry);
  const request = requestOf(kind, at);
  if (hasManager(state.parameters)) return send(asking, at, null, messageOf(request));
  if (state.parameters.manager === "dynamic-distributed") return sendRequest(asking, at, entry.probOwner!, request);
  return broadcast(asking, at, messageOf(request));
}

/** A read that finds no copy. One that does is local, and no step. */
export const appRead = action(
  "App_Read",
  { at: kernels },
  (state, { at }) => {
    const entry = state.entry(at);
    if (entry.page !== "Nil" || !getsLock(state, at)) return disabled;
    return ask(state, at, entry.becomes("ReadFault"), "Read_Request");
  },
  { says: "read fault handler: lock the entry, ask for read access to the page", environment: true },
);

/** A write: local with write access, else a fault. */
export const appWrite = action(
  "App_Write",
  { at: kernels },
  (state, { at }) => {
    const entry = state.entry(at);
    if (entry.page === "Write") return written(state, at, entry);
    if (!getsLock(state, at)) return disabled;
    if (entry.page === "Nil") return ask(state, at, entry.becomes("WriteFault"), "Write_Request");
    if (entry.page === "Read") return ask(state, at, entry.becomes("UpgradeFault"), "Write_Request");
    const { manager, ownerFault } = state.parameters;
    if (manager !== "centralized" && ownerFault === "served") return invalidateCopies(state, at, entry);
    return ask(state, at, entry.becomes("OwnerFault"), "Write_Request");
  },
  { says: "a write is local with write access; else the write fault handler asks for it", environment: true },
);

/** Kernel `at` writes: a new version. Its write fault, if it had one, is over. */
export function written(state: IvyState, at: Kernel, entry: Entry): IvyState {
  const data = state.latest().justAfter();
  return state.withLatest(data).withEntry(at, entry.becomes("Write").merge({ data, awaiting: nobody }));
}

/** Kernel `at`, with the page and its copyset, invalidates all other copies, and then writes. */
function invalidateCopies(state: IvyState, at: Kernel, entry: Entry): IvyState {
  const { wrong } = state.parameters;
  const others: Kernels = entry.copyset.remove(at);
  const cleared = wrong === "copyset-kept" ? entry : entry.set("copyset", nobody);
  const invalidating = sendAll(state, at, others, Invalidate());
  if (others.isEmpty() || wrong === "no-acknowledgements") return written(invalidating, at, cleared);
  return invalidating.withEntry(at, cleared.becomes("Invalidating").set("awaiting", others));
}

/** An acknowledgement has come: with the last one, the write fault is over. */
export function acknowledged(state: IvyState, at: Kernel, { from }: Message): IvyState {
  const entry = state.entry(at);
  const awaiting = entry.awaiting.remove(from!);
  return awaiting.isEmpty() ? written(state, at, entry) : state.withEntry(at, entry.set("awaiting", awaiting));
}

/** The page has come: the read fault is over. With a dynamic distributed manager, the reader owns the page now. */
export function readGranted(state: IvyState, at: Kernel, { data, copyset }: Message): IvyState {
  const entry = state.entry(at);
  if (entry.page === "ReadFaultInvalidated") return confirmed(state.withEntry(at, entry.becomes("Nil")), at, "reads");
  if (state.parameters.manager !== "dynamic-distributed")
    return confirmed(state.withEntry(at, entry.becomes("Read").set("data", data)), at, "reads");
  return state.withEntry(at, entry.becomes("Owned").merge({ data, copyset: copyset ?? nobody, probOwner: at }));
}

/** The page has come, or is there already: the write fault goes on to invalidate, unless the manager has done so. */
export function writeGranted(state: IvyState, at: Kernel, data: Entry["data"], copyset: Kernels | null): IvyState {
  const { manager } = state.parameters;
  const entry = state.entry(at).set("data", data);
  if (manager === "centralized") return confirmed(written(state, at, entry), at, "writes");
  const owned = entry.set("copyset", copyset ?? nobody);
  return invalidateCopies(state, at, manager === "dynamic-distributed" ? owned.set("probOwner", at) : owned);
}

function confirmed(state: IvyState, at: Kernel, kind: "reads" | "writes"): IvyState {
  const { manager, confirmations } = state.parameters;
  if (manager !== "centralized" || (confirmations !== "both" && confirmations !== kind)) return state;
  return send(state, at, null, Confirmation());
}

/** The server of Invalidate takes no lock. */
export function invalidated(state: IvyState, at: Kernel, entry: Entry, by: Kernel | null): IvyState {
  const { manager, wrong } = state.parameters;
  const hint = manager === "dynamic-distributed" && by !== null ? entry.set("probOwner", by) : entry;
  const changed = state.withEntry(at, hint);
  return wrong === "no-acknowledgements" ? changed : send(changed, at, by, InvalidateAck());
}
