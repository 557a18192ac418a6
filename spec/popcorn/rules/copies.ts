/**
 * Answers to a Fetch or a Fetch_Write (sections 4.2 and 4.5): a Copy, with data, or a Copy_Void. A copy keeps the data
 * in `data` while the other answers are missing; what it does with it then is in wait-states.ts.
 */
import type { Copy } from "../copy.js";
import { answeredBy, type Reception } from "../reception.js";
import { rule } from "../state.js";

/**
 * The copy `changed` with the data of the Copy that was received, if that is the one to keep: of several, question 1
 * says which; repaired (R2, R3), a Copy may be refused.
 */
export function kept({ copy, message, from, state }: Reception, changed: Copy): Copy {
  const { install, refuseStale, losersRefuse, ackAsks, winnerInStep2 } = state.parameters;
  const held = copy.data;
  const refused = (copy.page === "WritingRead" ? losersRefuse : refuseStale) && copy.refuses(message.data);
  if (refused) return ackAsks && copy.page !== "WritingRead" ? changed.set("served", true) : changed;
  if (held !== null && install === "first") return changed;
  if (held !== null && message.data !== null && install === "newest" && held.isAfter(message.data)) return changed;
  const keeping = changed.set("data", message.data);
  return copy.page === "WritingRead" && winnerInStep2 === "by-copy" ? keeping.set("copiedFrom", from) : keeping;
}

/** A Copy in Invalid Read 1, Writing Read and Fetching. */
export const keepCopy = rule<Reception>("4.2: a Copy carries a valid copy of the data", (reception) =>
  reception.next(kept(reception, answeredBy(reception))),
);

/** A Copy_Void in Invalid Read 1 and Writing Read. */
export const countVoid = rule<Reception>("4.2: Copy_Void: that kernel has no updated copy", (reception) =>
  reception.next(answeredBy(reception)),
);

/** Either in Invalid Read 2, and a Copy in Fetching Invalid. */
export const dropAnswer = rule<Reception>("4.5: what comes may have been invalidated, and is dropped", (reception) =>
  reception.next(answeredBy(reception)),
);
