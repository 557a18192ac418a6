/**
 * The global states of the model: a copy of the page for each kernel, a link for each pair of kernels, the content. And
 * sending.
 */
import { Set } from "immutable";
import { Bag, type Channel, perMember, perPair, Queue, type StateOf, single, vocabulary } from "popcheck/model";
import { Copy, type Kernel, kernels, ticks, versionsOf } from "./copy.js";
import { Content } from "./history.js";
import type { Message } from "./messages.js";
import type { Options } from "./options.js";

export function variables(options: Options) {
  const version = versionsOf(options).first;
  // A floor of the versions in use: an ordinal more would take room from the others in every state.
  const acked = versionsOf(options).floor();
  const time = options.clocks === "bounded" && options.votes ? ticks(options.skew).first : null;
  const empty: Channel<Message> = options.network === "fifo" ? Queue.of<Message>() : Bag.of<Message>();
  return {
    copy: perMember<Copy, Kernel>(kernels, new Copy({ page: options.unmapped ? "Unmapped" : "Invalid", time, acked })),
    link: perPair<Channel<Message>, Kernel>(kernels, empty),
    content: single(new Content({ latest: version, initial: options.unmapped ? version : null })),
  };
}

export type PopcornState = StateOf<ReturnType<typeof variables>, Options>;
export const { action, receive, rule, always, alwaysStep, leadsTo, compassion, reachable, coverage, goal, noDeadlock } =
  vocabulary<PopcornState>();

/** The initial states: before 4.8 any one copy is Modified and all others are Invalid; from 4.8 on all are Unmapped. */
export function initialStates(declared: PopcornState): readonly PopcornState[] {
  if (declared.parameters.unmapped) return [declared];
  return declared
    .members(kernels)
    .map((k) => declared.withCopy(k, declared.copy(k).merge({ page: "Modified", data: declared.content().latest })));
}

/** Puts the message into the link between the two kernels. */
export function send(state: PopcornState, from: Kernel, to: Kernel, message: Message): PopcornState {
  return state.withLink(from, to, state.link(from, to).put(message));
}

/** Sends the message to each of several kernels, one by one: there is no atomic broadcast (sections 3.1 and 4). */
export function sendAll(state: PopcornState, from: Kernel, to: Iterable<Kernel>, message: Message): PopcornState {
  return [...to].reduce((next, kernel) => send(next, from, kernel, message), state);
}

/**
 * Kernel `at` sends a request to every other kernel, or to `others`; its copy, which is `copy` now, then awaits their
 * answers.
 */
export function ask(
  state: PopcornState,
  at: Kernel,
  copy: Copy,
  request: Message,
  others: readonly Kernel[] = state.others(at),
): PopcornState {
  return sendAll(state.withCopy(at, copy.set("awaiting", Set(others))), at, others, request);
}
