/** Sending: how messages get into links, and to whom requests go. */
import { Set } from "immutable";
import { type Copy, type Kernel, Owner } from "./copy.js";
import type { Message } from "./messages.js";
import type { PopcornState } from "./state.js";
import { audienceOf, carryingUsers } from "./users.js";

/** Puts the message into the link between the two kernels. An Ack makes its receiver the owner (section 5.2). */
export function send(state: PopcornState, from: Kernel, to: Kernel, message: Message): PopcornState {
  const { owner, multicast } = state.parameters;
  const sent = multicast ? carryingUsers(state, from, to, message) : message;
  const next = state.withLink(from, to, state.link(from, to).put(sent));
  return owner && message.kind === "Ack" ? ownedBy(next, from, to) : next;
}

/** Kernel `at` has Acked the Invalid of `writer`. A loser whose fetch is under way can tell that the owner moved. */
function ownedBy(state: PopcornState, at: Kernel, writer: Kernel): PopcornState {
  const asked = state.copy(at).page === "WritingRead" ? state.owner(at).asked : null;
  return state.withOwner(at, new Owner({ kernel: writer, asked }));
}

/** Sends the message to each of several kernels, one by one: there is no atomic broadcast (sections 3.1 and 4). */
export function sendAll(state: PopcornState, from: Kernel, to: Iterable<Kernel>, message: Message): PopcornState {
  return [...to].reduce((next, kernel) => send(next, from, kernel, message), state);
}

/**
 * Kernel `at` sends a request to every other kernel (section 5.2: to all that use the page), or to `others`; its copy,
 * which is `copy` now, then awaits their answers.
 */
export function ask(
  state: PopcornState,
  at: Kernel,
  copy: Copy,
  request: Message,
  others: readonly Kernel[] = audienceOf(state, at, copy),
): PopcornState {
  const asking = sendAll(state.withCopy(at, copy.set("awaiting", Set(others))), at, others, request);
  return state.parameters.owner ? asking.withOwner(at, state.owner(at).merge({ asked: null, gave: false })) : asking;
}

/** Kernel `at` asks for data: its owner alone, if it knows one and `ownerFirst` says so, else as `ask` does. */
export function fetch(
  state: PopcornState,
  at: Kernel,
  copy: Copy,
  request: Message,
  ownerFirst: boolean,
): PopcornState {
  const owner = state.parameters.owner && ownerFirst ? state.owner(at).kernel : null;
  if (owner === null) return ask(state, at, copy, request);
  return ask(state, at, copy, request, [owner]).withOwner(at, state.owner(at).merge({ asked: owner, gave: false }));
}
