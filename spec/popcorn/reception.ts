/** What a cell of the receive table is made of: what its rule is given, and what it may be. */
import type { Impossible, Rule } from "popcheck/model";
import type { Copy, Kernel } from "./copy.js";
import { learnMembers } from "./membership.js";
import type { Message } from "./messages.js";
import { send } from "./sending.js";
import type { PopcornState } from "./state.js";
import { usersAfter } from "./users.js";
import { invalidateLate } from "./writes.js";

/** What a rule is given: kernel `at`, whose copy is `copy`, has received `message` from kernel `from`. */
export interface Reception {
  readonly at: Kernel;
  readonly from: Kernel;
  readonly message: Message;
  readonly copy: Copy;
  readonly state: PopcornState;
  /** The state in which `at` has this copy and, if there is an answer, has sent it to `from`. */
  readonly next: (copy: Copy, answer?: Message) => PopcornState;
}

export type PageRule = Rule<Reception, PopcornState>;
export type PageCell = PageRule | Impossible;

/** The reception of a message that has left the link between the two kernels. */
export function receptionOf(
  before: PopcornState,
  { from, to }: { from: Kernel; to: Kernel },
  message: Message,
): Reception {
  const { multicast, oneKernel } = before.parameters;
  const learnt = oneKernel ? learnMembers(before, to) : before;
  const state = multicast ? usersNoted(learnt, from, to, message) : learnt;
  const next = (copy: Copy, answer?: Message) => {
    const changed = state.withCopy(to, copy);
    return answer ? send(changed, to, from, answer) : changed;
  };
  return { at: to, from, message, copy: state.copy(to), state, next };
}

/** Section 5.2: kernel `to` updates its bitmap of the page's users, before it does anything else with the message. */
function usersNoted(state: PopcornState, from: Kernel, to: Kernel, message: Message): PopcornState {
  const [known, users] = [state.users(to), usersAfter(state, to, from, message)];
  const noted = state.withUsers(to, users);
  // With a Nack the writer has lost, so that it invalidates nobody any more.
  const late = state.parameters.invalidateLate && message.kind !== "Nack" && state.copy(to).page === "WritingPend1";
  return late ? invalidateLate(noted, to, users.subtract(known)) : noted;
}

/** The copy when the sender of the message is no longer among those whose answers are missing. */
export function answeredBy({ copy, from }: Reception): Copy {
  return copy.set("awaiting", copy.awaiting.remove(from));
}
