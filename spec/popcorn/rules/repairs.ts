/**
 * The rules of the receive table that repairs add (docs/repaired-protocol.md). The choosers in reading.ts and
 * unmapped.ts take them where an option says so. What else a repair changes, and where:
 *
 * | repair | option | what it changes besides, and where |
 * |---|---|---|
 * | R1 | `confirmFetch` | `confirmed` and `afterAck` in copy.ts; `mustConfirm`, `fetchesAgain` in wait-states.ts |
 * | R2 | `refuseStale` | `acked`, `refuses`, `afterAck` in copy.ts; `startRound` in writes.ts; `kept` in copies.ts |
 * | R3 | `losersRefuse` | `kept` in copies.ts; `writeAgain` in wait-states.ts |
 * | R4 | `ackAsks` | `countAck` in votes.ts; `answerHeld` in held-requests.ts; `readServed` in wait-states.ts |
 * | of 4.8 | `aloneTwice` | `fetchDone` in wait-states.ts |
 * | of 4.8 | `fetchingReads` | nothing |
 */
import { type Copy, nobody } from "../copy.js";
import { Ack } from "../messages.js";
import { answeredBy, type Reception } from "../reception.js";
import { type PopcornState, rule } from "../state.js";
import { kept } from "./copies.js";

// R4: an Ack that asks, and a Copy that is not kept

/**
 * The Invalid is Acked by `reading`, a reader. If it has no Copy yet, it asks for one with its Ack, once of each
 * writer.
 */
function askWithAck({ from, message, next }: Reception, reading: Copy): PopcornState {
  const served = reading.served || reading.data !== null;
  const acked = reading.afterAck(message.version).merge({ data: null, served });
  if (served || acked.owed.has(from)) return next(acked, Ack());
  return next(acked.set("owed", acked.owed.add(from)), Ack({ writing: false, reading: true }));
}

/** An Invalid in Invalid Read 1 and 2. */
export const ackAndAsk = rule<Reception>(
  "repair R4: the Ack of a reader without data asks for a Copy, once the writer is Modified",
  (reception) => askWithAck(reception, reception.copy.becomes("InvalidRead2")),
);

/** A Copy in Invalid Read 2. */
export const serveRead = rule<Reception>("repair R4: a Copy serves the read that waits", (reception) =>
  reception.next(answeredBy(reception).set("served", true)),
);

/** A Copy_Later in Invalid Read 2. */
export const serveReadLater = rule<Reception>(
  "repair R4: the Copy that was asked for with an Ack serves the read that waits",
  ({ copy, from, next }) => next(copy.merge({ owed: copy.owed.remove(from), served: true })),
);

// R2 and 4.8: a first access goes on as a read

const goOnAsRead = (copy: Copy) => copy.merge({ page: "InvalidRead2", fellows: nobody });

/** An Invalid in Fetching. */
export const ackAndGoOnAsRead = rule<Reception>(
  "repair: an Invalid is received while fetching: on as a read",
  (reception) => {
    const reading = goOnAsRead(reception.copy);
    return reception.state.parameters.ackAsks
      ? askWithAck(reception, reading)
      : reception.next(reading.afterAck(reception.message.version).set("data", null), Ack());
  },
);

/** A Copy in Fetching. */
export const keepNewerOrRead = rule<Reception>(
  "repair R2: a Copy that is not newer is refused, and tells that the page is in use",
  (reception) => {
    const { copy, message, next, state } = reception;
    if (!copy.refuses(message.data)) return next(kept(reception, answeredBy(reception)));
    return next(goOnAsRead(answeredBy(reception)).merge({ data: null, served: state.parameters.ackAsks }));
  },
);
