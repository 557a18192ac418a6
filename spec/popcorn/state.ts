/**
 * The global states of the model: a copy of the page for each kernel, a link for each pair of kernels, the content.
 */
import { Bag, type Channel, perMember, perPair, Queue, type StateOf, single, vocabulary } from "popcheck/model";
import { Content } from "./content.js";
import {
  type Area,
  Copy,
  type Kernel,
  type Kernels,
  kernels,
  type Membership,
  nobody,
  Owner,
  ticks,
  versionsOf,
} from "./copy.js";
import type { Message } from "./messages.js";
import type { Options } from "./options.js";

/** The variables of section 5.2's optimizations. A model has only those of the optimizations that it has. */
const optimizations = {
  owner: perMember<Owner, Kernel>(kernels, new Owner()),
  /** The bitmap of each kernel: the other kernels that it knows to use the page. */
  users: perMember<Kernels, Kernel>(kernels, nobody),
  area: perMember<Area, Kernel>(kernels, "read-only"),
  membership: perMember<Membership, Kernel>(kernels, "absent"),
};

export function variables(options: Options) {
  const version = versionsOf(options).first;
  // A floor of the versions in use: an ordinal more would take room from the others in every state.
  const acked = versionsOf(options).floor();
  const time = options.clocks === "bounded" && options.votes ? ticks(options.skew).first : null;
  const empty: Channel<Message> = options.network === "fifo" ? Queue.of<Message>() : Bag.of<Message>();
  const { owner, users, area, membership } = optimizations;
  // A variable that a model does not have is not read in it.
  const additional = {
    ...(options.owner && { owner }),
    ...(options.multicast && { users }),
    ...(options.readOnly && { area }),
    ...(options.oneKernel && { membership }),
  } as typeof optimizations;
  return {
    copy: perMember<Copy, Kernel>(kernels, new Copy({ page: options.unmapped ? "Unmapped" : "Invalid", time, acked })),
    link: perPair<Channel<Message>, Kernel>(kernels, empty),
    content: single(new Content({ latest: version, initial: options.unmapped ? version : null })),
    ...additional,
  };
}

export type PopcornState = StateOf<ReturnType<typeof variables>, Options>;
export const { action, receive, rule, always, alwaysStep, leadsTo, compassion, reachable, coverage, goal, noDeadlock } =
  vocabulary<PopcornState>();

/**
 * The initial states: before 4.8 any one copy is Modified and all others are Invalid; from 4.8 on all are Unmapped. Of
 * section 5.2: any one kernel runs the process.
 */
export function initialStates(declared: PopcornState): readonly PopcornState[] {
  if (declared.parameters.oneKernel) return declared.members(kernels).map((k) => declared.withMembership(k, "alone"));
  if (declared.parameters.unmapped) return [declared];
  return declared
    .members(kernels)
    .map((k) => declared.withCopy(k, declared.copy(k).merge({ page: "Modified", data: declared.content().latest })));
}
