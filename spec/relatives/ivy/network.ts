/** The network: reliable, with as much order as the option `network` says. The manager is null among its places. */
import { someInFlight } from "../in-flight.js";
import { type Kernel, kernels } from "../page.js";
import { type Message, messageOf, type Request } from "./messages.js";
import { hasManager } from "./options.js";
import type { IvyState } from "./state.js";

type Place = Kernel | null;

/** Puts a message on its way. */
export function send(state: IvyState, from: Place, to: Place, message: Message): IvyState {
  const sent = message.set("from", from);
  if (state.parameters.network === "ring") {
    if (to === null) return state.withManagerInbox(state.managerInbox().put(sent));
    return state.withInbox(to, state.inbox(to).put(sent));
  }
  if (to === null) return state.withUp(from!, state.up(from!).put(sent));
  if (from === null) return state.withDown(to, state.down(to).put(sent));
  return state.withLink(from, to, state.link(from, to).put(sent));
}

/** Sends a message to each of several kernels in one step: on the ring, all receive such messages in one order. */
export function sendAll(state: IvyState, from: Place, to: Iterable<Kernel>, message: Message): IvyState {
  return [...to].reduce((next, kernel) => send(next, from, kernel, message), state);
}

/** Kernel `at` asks, or forwards a request to, a kernel. What it asks itself waits for the lock of its own entry. */
export function sendRequest(state: IvyState, at: Kernel, to: Kernel, request: Request): IvyState {
  if (to !== at) return send(state, at, to, messageOf(request));
  const entry = state.entry(at);
  return state.withEntry(at, entry.set("held", entry.held.push(request)));
}

/** Kernel `at` broadcasts a message to all other kernels. */
export function broadcast(state: IvyState, at: Kernel, message: Message): IvyState {
  if (state.parameters.broadcasts === "separate") return sendAll(state, at, state.others(at), message);
  const sent = message.set("from", at);
  return state.others(at).reduce((next, k) => next.withBroadcast(k, state.broadcast(k).put(sent)), state);
}

/**
 * Whether kernel `at` may broadcast a request: no broadcast is on its way or, if they are separate, none of its own.
 * That a kernel which is slow to receive them has no more than one of each other is an assumption: without it, their
 * number has no bound.
 */
export function canBroadcast(state: IvyState, at: Kernel): boolean {
  const all = state.members(kernels);
  if (state.parameters.broadcasts === "atomic") return all.every((k) => state.broadcast(k).isEmpty());
  const isOut = isInFlight(state, ({ requester }) => requester === at);
  return !isOut && !all.some((k) => state.entry(k).held.some(({ requester }) => requester === at));
}

/** Whether a message in flight satisfies a condition. */
export function isInFlight(state: IvyState, condition: (message: Message) => boolean): boolean {
  const all = state.members(kernels);
  if (state.parameters.network === "ring") return all.some((k) => state.inbox(k).messages().some(condition));
  if (someInFlight(state, condition)) return true;
  return hasManager(state.parameters) && all.some((k) => state.down(k).messages().some(condition));
}
