/** What a cell of the receive table is made of: what its rule is given, and what it may be. */
import type { Impossible, Rule } from "popcheck/model";
import type { Copy, Kernel } from "./copy.js";
import type { Message } from "./messages.js";
import { type PopcornState, send } from "./state.js";

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
  state: PopcornState,
  { from, to }: { from: Kernel; to: Kernel },
  message: Message,
): Reception {
  const next = (copy: Copy, answer?: Message) => {
    const changed = state.withCopy(to, copy);
    return answer ? send(changed, to, from, answer) : changed;
  };
  return { at: to, from, message, copy: state.copy(to), state, next };
}

/** The copy when the sender of the message is no longer among those whose answers are missing. */
export function answeredBy({ copy, from }: Reception): Copy {
  return copy.set("awaiting", copy.awaiting.remove(from));
}
