/**
 * Reading (sections 4.2 and 4.5): what is answered to a Fetch, and what a reader, in Invalid Read 1 or 2, does with a
 * message. How a read begins is in application.ts, how it ends in wait-states.ts; what a writer answers to a Fetch is
 * in writing.ts.
 */
import { holdFetch } from "../held-requests.js";
import { Ack, CopyOf, CopyVoid } from "../messages.js";
import type { Options } from "../options.js";
import type { PageCell, Reception } from "../reception.js";
import { rule } from "../state.js";
import { countVoid, dropAnswer } from "./copies.js";
import { notDue } from "./impossible.js";
import { ackAndAsk, serveRead, serveReadLater } from "./repairs.js";

// Requests for data

/** A rule that answers Copy_Void and changes nothing, with the sentence that says so. */
export const answerVoid = (says: string) => rule<Reception>(says, ({ copy, next }) => next(copy, CopyVoid()));

/** A rule that answers with the data and changes nothing, with the sentence that says so. */
const answerCopy = (says: string) => rule<Reception>(says, ({ copy, next }) => next(copy, CopyOf(copy.data!)));

/** A Fetch in Invalid. */
export const haveNoCopy = answerVoid("4.2: no updated copy: Copy_Void");
/** A Fetch_Write in Invalid and in Invalid Read. */
export const sameVoid = answerVoid("4.6: the semantic is the same as of Fetch: Copy_Void");

/** A Fetch in Shared. */
export const giveCopy = answerCopy("4.2: a copy that is valid is sent back");
/** A Fetch_Write in Shared. */
export const sameCopy = answerCopy("4.6: the semantic is the same as of Fetch: a Copy");

const holdWhileReading = holdFetch("question 2: a reader holds a Fetch until it has the data");

/** A Fetch in Invalid Read 1 and 2 (question 2). */
export function readerAsked({ fetchWhileReading }: Options): PageCell {
  return fetchWhileReading === "hold" ? holdWhileReading : haveNoCopy;
}

// An Invalid while reading

const ackAndAskAgain = rule<Reception>(
  "4.5: a reader that is invalidated while it waits must ask again",
  ({ copy, message, next }) => next(copy.afterAck(message.version).merge({ page: "InvalidRead2", data: null }), Ack()),
);

const ackAndReadOn = rule<Reception>(
  "4.5: Invalid Read can only Ack an Invalid, which changes nothing here",
  ({ copy, next }) => next(copy, Ack()),
);

/** An Invalid in Invalid Read 1 and 2: from 4.5 on the reader asks again; repaired (R4), it asks with the Ack. */
export function readerAcks({ ackAsks, askAgain }: Options): PageCell {
  if (ackAsks) return ackAndAsk;
  return askAgain ? ackAndAskAgain : ackAndReadOn;
}

// Answers after that Invalid

/** A Copy in Invalid Read 2: it is dropped; repaired (R4), it serves the read and is not kept. */
export function staleCopy({ ackAsks }: Options): PageCell {
  return ackAsks ? serveRead : dropAnswer;
}

/** A Copy_Void in Invalid Read 2. */
export function staleVoid({ ackAsks }: Options): PageCell {
  return ackAsks ? countVoid : dropAnswer;
}

/** A Copy_Later in Invalid Read 2: only repair R4 has it. */
export function copyLater({ ackAsks }: Options): PageCell {
  return ackAsks ? serveReadLater : notDue;
}
