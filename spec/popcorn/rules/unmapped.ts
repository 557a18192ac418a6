/**
 * Unmapped, Not Replicated and Fetching (section 4.8): pages that a kernel does not use, uses alone, or asks for the
 * first time. How a first access ends is in wait-states.ts.
 */
import { impossible } from "popcheck/model";
import type { Copy } from "../copy.js";
import { holdFetch } from "../held-requests.js";
import { Ack, CopyOf, CopyVoid } from "../messages.js";
import type { Options } from "../options.js";
import { answeredBy, type PageCell, type Reception } from "../reception.js";
import { rule } from "../state.js";
import { dropAnswer, keepCopy } from "./copies.js";
import { answerVoid } from "./reading.js";
import { ackAndGoOnAsRead, keepNewerOrRead } from "./repairs.js";

// Unmapped

/** A Fetch in Unmapped. */
export const unmappedVoid = answerVoid("4.8: an Unmapped page is answered with Copy_Void");
const unmappedToo = answerVoid("4.6, 4.8: the semantic is the same as of Fetch: Copy_Void");
const notInBitmap = impossible("5.2: a Fetch_Write and an Invalid are sent to those who use the page");

/** A Fetch_Write in Unmapped. With multicast groups, none is sent to it. */
export function notUsed({ multicast }: Options): PageCell {
  return multicast ? notInBitmap : unmappedToo;
}

const invalidInUnmapped = {
  ack: rule<Reception>("question 13: Unmapped Acks an Invalid, as it does not write", ({ copy, message, next }) =>
    next(copy.afterAck(message.version), Ack()),
  ),
  "not-sent": impossible("question 13: an Invalid is sent to those who use the page"),
  impossible: impossible("question 13: the paper does not say what Unmapped does with an Invalid"),
} as const satisfies Record<Options["invalidInUnmapped"], PageCell>;

/** An Invalid in Unmapped (question 13). With multicast groups, none is sent to it. */
export function unmappedAcks(options: Options): PageCell {
  return options.multicast ? notInBitmap : invalidInUnmapped[options.invalidInUnmapped];
}

// Not Replicated

/** A Fetch in Not Replicated. */
export const shareFirstTime = rule<Reception>("4.8: unique no longer: a Copy, and to Shared", ({ copy, next }) =>
  next(copy.becomes("Shared"), CopyOf(copy.data!)),
);

// Fetching

/**
 * The copy `changed` when its kernel knows that the sender fetches too. Question 17: an Invalid that came before may
 * count for more.
 */
function meetsFetcher({ copy, from, state }: Reception, changed: Copy): Copy {
  const { fetchingValidVoid, whileFetching } = state.parameters;
  const staysInvalid = copy.page === "FetchingInvalid" && whileFetching === "invalid-wins";
  const met = staysInvalid ? changed : changed.becomes("FetchingValid");
  return fetchingValidVoid === "lower-index" ? met.set("fellows", met.fellows.add(from)) : met;
}

const holdWhileFetching = holdFetch("question 14: a Fetch is held while fetching");

const meetFetcher = rule<Reception>("4.8: another kernel is fetching concurrently", (reception) => {
  const tells = reception.state.parameters.fetchInFetching === "void-fetching-too";
  return reception.next(meetsFetcher(reception, reception.copy), CopyVoid({ fetching: tells }));
});

/** A Fetch in Fetching (question 14). */
export function fetcherAsked({ fetchInFetching }: Options): PageCell {
  return fetchInFetching === "hold" ? holdWhileFetching : meetFetcher;
}

/** A Fetch_Write in Fetching. */
export const fetcherVoid = answerVoid("4.2, 4.6: no updated copy, and the semantic is the same as of Fetch: Copy_Void");

const ackAndFetchInvalid = rule<Reception>(
  "4.8: an Invalid is received while fetching: to Fetching Invalid",
  ({ copy, message, next }) =>
    next(copy.afterAck(message.version).merge({ page: "FetchingInvalid", data: null }), Ack()),
);

/** An Invalid in Fetching. Repaired, the first access goes on as a read. */
export function fetcherAcks({ fetchingReads }: Options): PageCell {
  return fetchingReads ? ackAndGoOnAsRead : ackAndFetchInvalid;
}

/** A Copy in Fetching Not Replicated and Valid. Repaired (R2), it may be refused. */
export function firstCopy({ refuseStale }: Options): PageCell {
  return refuseStale ? keepNewerOrRead : keepCopy;
}

/** A Copy in Fetching Invalid (question 15): it matters only if the kernel could still turn out to be alone. */
export function staleFirstCopy({ fetchingInvalidVoid }: Options): PageCell {
  return fetchingInvalidVoid === "not-replicated" ? keepCopy : dropAnswer;
}

/** A Copy_Void in Fetching. */
export const voidOrFetcher = rule<Reception>("4.8: that kernel does not use the page, or fetches it too", (reception) =>
  reception.next(reception.message.fetching ? meetsFetcher(reception, answeredBy(reception)) : answeredBy(reception)),
);
