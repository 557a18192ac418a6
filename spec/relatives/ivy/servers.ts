/** The servers: what a kernel that owns the page, or is asked although it does not, does with a request. */
import { disabled } from "popcheck/model";
import { type Kernel, kernels } from "../page.js";
import { nobody, PageOf, type Request } from "./messages.js";
import { send, sendRequest } from "./network.js";
import { type Entry, isUnlocked, owns } from "./page-table-entry.js";
import { action, type IvyState } from "./state.js";

/** Whether kernel `at` is the owner, also while its own write fault waits. */
const isOwner = (entry: Entry) => owns(entry) || entry.page === "OwnerFault";

/** Kernel `at` has the lock and serves a request. */
export function serve(state: IvyState, at: Kernel, request: Request): IvyState {
  const entry = state.entry(at);
  if (!isOwner(entry)) return passOn(state, at, entry, request);
  return request.kind === "Read_Request" ? shared(state, at, entry, request) : given(state, at, entry, request);
}

/**
 * The owner is asked for a copy, and keeps its own. With a dynamic distributed manager, the reader becomes the owner.
 */
function shared(state: IvyState, at: Kernel, entry: Entry, { requester }: Request): IvyState {
  const { manager, wrong } = state.parameters;
  const isRecorded = wrong !== "reader-not-recorded";
  const page = entry.page === "OwnerFault" ? "OwnerFault" : "Owned";
  if (manager === "dynamic-distributed") {
    const copyset = isRecorded ? entry.copyset.add(at) : entry.copyset;
    const reader = hinted(entry.becomes("Read").set("copyset", nobody), state, requester!);
    return send(state.withEntry(at, reader), at, requester, PageOf(entry.data, copyset));
  }
  const recorded =
    manager === "centralized" || !isRecorded ? entry : entry.set("copyset", entry.copyset.add(requester!));
  return send(state.withEntry(at, recorded.becomes(page)), at, requester, PageOf(entry.data));
}

/** The owner is asked for the page: it gives it away, with its copyset. */
function given(state: IvyState, at: Kernel, entry: Entry, { requester }: Request): IvyState {
  const { manager, wrong } = state.parameters;
  const isKept = wrong === "access-kept";
  const left = entry.page === "OwnerFault" ? entry.becomes("WriteFault") : entry.becomes(isKept ? "Read" : "Nil");
  const without = left.merge({ data: isKept ? entry.data : null, copyset: nobody });
  return send(
    state.withEntry(at, hinted(without, state, requester!)),
    at,
    requester,
    PageOf(entry.data, manager === "centralized" ? null : entry.copyset),
  );
}

/**
 * Who is asked and does not own the page forwards the request if its manager is dynamic distributed. Else it does
 * nothing, as the algorithms are written.
 */
function passOn(state: IvyState, at: Kernel, entry: Entry, request: Request): IvyState {
  if (state.parameters.manager !== "dynamic-distributed") return state;
  const next = state.withEntry(at, entry.set("probOwner", request.requester));
  return sendRequest(next, at, entry.probOwner!, request);
}

function hinted(entry: Entry, { parameters }: IvyState, owner: Kernel): Entry {
  return parameters.manager === "dynamic-distributed" && parameters.wrong !== "hint-kept"
    ? entry.set("probOwner", owner)
    : entry;
}

/** A request waits for the lock of the entry. */
export function hold(state: IvyState, at: Kernel, request: Request): IvyState {
  const entry = state.entry(at);
  return state.withEntry(at, entry.set("held", entry.held.push(request)));
}

/** The lock has been released: whoever has waited longest for it gets it. */
export const serveHeld = action(
  "Serve",
  { at: kernels },
  (state, { at }) => {
    const entry = state.entry(at);
    const request = entry.held.first();
    if (request === undefined || !isUnlocked(entry)) return disabled;
    return serve(state.withEntry(at, entry.set("held", entry.held.shift())), at, request);
  },
  { says: "a server gets the lock of the entry, and serves its request", fair: "weak", by: "at" },
);
