/**
 * Writing (sections 4.4, 4.6 and 4.7): what a kernel that writes, or has written, answers to a request for data. How it
 * votes on the Invalids of others is in votes.ts; how a write begins is in writes.ts, how its rounds end in
 * wait-states.ts.
 */
import { answerHeld, holdFetch, holdFetchWrite } from "../held-requests.js";
import { CopyOf, CopyVoid } from "../messages.js";
import type { Options } from "../options.js";
import type { PageCell, Reception } from "../reception.js";
import { allHaveAsked, noteFetchWrite, winnerIsAsked } from "../rounds.js";
import { type PopcornState, rule } from "../state.js";
import { answerVoid, sameVoid } from "./reading.js";

// Writing Pend 1 and 2, Writing Read

const holdUntilModified = holdFetch("4.6: in Writing the answer to a Fetch is delayed until Modified");
const haveNoCopyInWriting = answerVoid("4.6: copies in Writing may answer a Fetch with Copy_Void");

/** A Fetch in Writing: from 4.6 on it is held. */
export function writerAsked({ hold }: Options): PageCell {
  return hold ? holdUntilModified : haveNoCopyInWriting;
}

const holdWriterUntilModified = holdFetchWrite("4.6: held; only in Writing Read it is not delayed");

/** A Fetch_Write in Writing Pend 1 and 2: it is held as a Fetch is. */
export function loserAsked({ hold }: Options): PageCell {
  return hold ? holdWriterUntilModified : sameVoid;
}

/** A Fetch_Write in Writing Read. */
export const answerAtOnce = rule<Reception>("4.6: in Writing Read the answer is not delayed", (reception) => {
  const { copy, from, next, state } = reception;
  const { data } = copy;
  const asked = noteFetchWrite(copy, from, state.parameters);
  return next(asked, data !== null && state.parameters.writingReadWithData === "copy" ? CopyOf(data) : CopyVoid());
});

// Modified

/**
 * The winner answers all who have asked once every flagged kernel has asked, and is Shared then. `field` holds the
 * request until then.
 */
function answerOnceAllHaveAsked(field: "heldFetch" | "heldFetchWrite") {
  return ({ copy, from, at, message, state }: Reception): PopcornState => {
    const asked = winnerIsAsked(copy.set(field, copy[field].add(from)), from, message.kind);
    return allHaveAsked(asked) ? answerHeld(state, at, asked) : state.withCopy(at, asked);
  };
}

/** A Fetch in Modified. */
export const winnerAnswers = rule(
  "4.2, 4.7: a Copy, and to Shared, once all concurrent writers have asked",
  answerOnceAllHaveAsked("heldFetch"),
);

/** A Fetch_Write in Modified. */
export const answerLosers = rule(
  "4.7: a Copy, and to Shared, once all concurrent writers have asked",
  answerOnceAllHaveAsked("heldFetchWrite"),
);
